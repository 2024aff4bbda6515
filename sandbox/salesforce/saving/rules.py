"""What the org does by itself around the save of a record, object by object."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.salesforce.saving.contacts import CONTACT_RULE
from sandbox.salesforce.saving.opportunities import OPPORTUNITY_RULE
from sandbox.salesforce.saving.opportunity_children import LINE_ITEM_RULE, ROLE_RULE
from sandbox.salesforce.saving.permission_rules import ASSIGNMENT_RULE, FIELD_RULE, PERMISSION_SET_RULE
from sandbox.salesforce.saving.relations import RELATION_RULE
from sandbox.salesforce.saving.rule import Rule

RULES: Mapping[str, Rule] = {
    "AccountContactRelation": RELATION_RULE,
    "Contact": CONTACT_RULE,
    "FieldPermissions": FIELD_RULE,
    "Opportunity": OPPORTUNITY_RULE,
    "OpportunityContactRole": ROLE_RULE,
    "OpportunityLineItem": LINE_ITEM_RULE,
    "PermissionSet": PERMISSION_SET_RULE,
    "PermissionSetAssignment": ASSIGNMENT_RULE,
}
NO_RULE = Rule()


def rule_of(object_type: str) -> Rule:
    """The rule of an object; the one that does nothing where it has none."""
    return RULES.get(object_type, NO_RULE)
