"""Stages, picklists, and the custom fields that the company has made before we came."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sandbox.salesforce.loading.loader import FOUNDED, Loader
from sandbox.salesforce.saving.custom_fields import install, make_custom_field
from sandbox.salesforce.saving.opportunities import CATEGORIES
from sandbox.salesforce.schema.fields import Field, make_choices
from sandbox.salesforce.state.table import Row
from sandbox.world.model import Stage

COMPANY_PERMISSIONS = "Company_Fields"
ADMIN_RIGHTS = (
    "PermissionsCustomizeApplication", "PermissionsManageProfilesPermissionsets", "PermissionsViewAllData",
)  # fmt: skip
COMMIT_FROM, BEST_CASE_FROM = Decimal("0.9"), Decimal("0.6")
BUYING_ROLES = (
    "BLOCKER", "BUDGET_HOLDER", "CHAMPION", "DECISION_MAKER", "END_USER", "EXECUTIVE_SPONSOR", "INFLUENCER",
    "LEGAL_AND_COMPLIANCE", "OTHER",
)  # fmt: skip


def load_stages(loader: Loader) -> None:
    """Load OpportunityStage, and the values of Opportunity.StageName with it."""
    stages = sorted(loader.world.stages, key=lambda stage: stage.position)
    loader.number("OpportunityStage", (stage.key for stage in stages))
    rows = [
        loader.row("OpportunityStage", str(loader.id("OpportunityStage", stage.key)), _stage(stage, order), FOUNDED)
        for order, stage in enumerate(stages, start=1)
    ]
    loader.fill("OpportunityStage", rows)
    choices = make_choices([stage.label for stage in stages])
    for name in ("Opportunity", "OpportunityHistory"):
        loader.org.tables[name].definition.fields["StageName"].choices = choices


def _stage(stage: Stage, order: int) -> Row:
    category = _category(stage)
    return {
        "MasterLabel": stage.label, "ApiName": stage.label, "IsActive": True, "SortOrder": order,
        "IsClosed": stage.closed, "IsWon": stage.won, "DefaultProbability": stage.probability * 100,
        "ForecastCategoryName": category, "ForecastCategory": CATEGORIES[category],
    }  # fmt: skip


def _category(stage: Stage) -> str:
    if stage.closed:
        return "Closed" if stage.won else "Omitted"
    if stage.probability >= COMMIT_FROM:
        return "Commit"
    return "Best Case" if stage.probability >= BEST_CASE_FROM else "Pipeline"


def open_picklists(loader: Loader, currencies: list[str]) -> None:
    """Let picklists hold what the world has beyond their standard values."""
    world, fields = loader.world, _fields(loader)
    _extend(fields["Account.Industry"], (account.industry for account in world.accounts))
    _extend(fields["Opportunity.Type"], (deal.type for deal in world.deals))
    _extend(fields["OpportunityContactRole.Role"], (link.role for link in world.deal_contacts))
    _extend(fields["Product2.Family"], (product.family for product in world.products))
    for name, field in fields.items():
        if name.endswith("IsoCode"):
            _extend(field, currencies)


def _fields(loader: Loader) -> dict[str, Field]:
    tables = loader.org.tables.values()
    return {f"{table.name}.{name}": field for table in tables for name, field in table.definition.fields.items()}


def _extend(field: Field, values: Iterable[str | None]) -> None:
    known = set(field.values())
    new = sorted({value for value in values if value} - known)
    field.choices = [*field.choices, *make_choices(new)]


def load_custom_fields(loader: Loader) -> None:
    """Make the company's own fields, shown to everyone by a permission set of the company's."""
    everything: Row = dict.fromkeys(ADMIN_RIGHTS, True)
    loader.fill("UserPermissionAccess", [loader.new_row("UserPermissionAccess", everything, FOUNDED)])
    for name, metadata in _company_fields(loader).items():
        table = loader.org.tables[name.partition(".")[0]]
        install(loader.org, table, make_custom_field(loader.org, name, metadata), metadata)
    _grant(loader, list(_company_fields(loader)))


def _company_fields(loader: Loader) -> dict[str, dict[str, object]]:
    contacts = loader.world.contacts
    money: dict[str, object] = {"type": "Currency", "precision": 18, "scale": 2}
    yes_no: dict[str, object] = {"type": "Checkbox", "defaultValue": False}
    return {
        "Account.Potential_Revenue__c": {"label": "Potential Revenue", **money},
        "Account.Strategic_Account__c": {"label": "Strategic Account", **yes_no},
        "Contact.Buying_Role__c": _picklist("Buying Role", _buying_roles(loader), kind="MultiselectPicklist"),
        "Contact.Influence_Level__c": _picklist("Influence Level", (one.influence for one in contacts)),
        "Contact.Stance__c": _picklist("Stance", (one.stance for one in contacts)),
        "Contact.Left_Company__c": {"label": "Left Company", **yes_no},
        "Product2.Unit_Cost__c": {"label": "Unit Cost", **money},
    }


def _buying_roles(loader: Loader) -> list[str]:
    return [*BUYING_ROLES, *(role for contact in loader.world.contacts for role in contact.buying_roles)]


def _picklist(label: str, values: Iterable[str | None], kind: str = "Picklist") -> dict[str, object]:
    # values differ by more than their case; the picklists are not restricted, so that records keep what they were given
    names = {value.lower(): value for value in sorted(value for value in values if value)} or {"unknown": "Unknown"}
    definition = {"sorted": False, "value": [{"fullName": name, "label": name} for name in names.values()]}
    return {
        "label": label, "type": kind, "visibleLines": 4,
        "valueSet": {"restricted": False, "valueSetDefinition": definition},
    }  # fmt: skip


def _grant(loader: Loader, fields: list[str]) -> None:
    org = loader.org
    values: Row = {"Name": COMPANY_PERMISSIONS, "Label": "Company Fields", "IsCustom": True, "Type": "Regular"}
    company = loader.new_row("PermissionSet", values, FOUNDED)
    loader.fill("PermissionSet", [company])
    granted: Row = {"ParentId": company["Id"], "PermissionsRead": True, "PermissionsEdit": True}
    named: list[Row] = [{"SobjectType": field.partition(".")[0], "Field": field} for field in fields]
    loader.fill("FieldPermissions", [loader.new_row("FieldPermissions", granted | one, FOUNDED) for one in named])
    assigned: Row = {"PermissionSetId": company["Id"], "IsActive": True}
    people = [{"AssigneeId": identity} for identity in org.tables["User"].ids]
    rows = [loader.new_row("PermissionSetAssignment", assigned | one, FOUNDED) for one in people]
    loader.fill("PermissionSetAssignment", rows)
    org.revision += 1
