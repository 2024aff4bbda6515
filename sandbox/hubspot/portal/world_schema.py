"""The custom properties, options and labels that an account with this world's data has."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.hubspot.portal.association_types import AssociationType
from sandbox.hubspot.portal.pipeline import DEFAULT_PIPELINE, PIPELINE_LABEL
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.world_values import option_code, type_code
from sandbox.hubspot.schema.definitions import Option, Property, choice, number, options, text, yes_no
from sandbox.hubspot.schema.object_types import ObjectType
from sandbox.world.model import World


def define(portal: Portal, world: World) -> None:
    """Add the custom properties and fill the enumerations that depend on the account."""
    custom = {
        ObjectType.COMPANIES: [
            number("potential_revenue", "Potential revenue"),
            yes_no("strategic_account", "Strategic"),
        ],
        ObjectType.CONTACTS: _contact_properties(world),
        ObjectType.PRODUCTS: [text("product_line", "Product line"), yes_no("product_active", "Active")],
    }
    for object_type, definitions in custom.items():
        for definition in definitions:
            definition.hubspot_defined = False
            portal.collection(object_type).catalogue.add(definition)
    _offer_options(portal, world)


def _contact_properties(world: World) -> list[Property]:
    return [
        text("department", "Department"),
        choice("influence_level", "Influence", _as_they_are(contact.influence for contact in world.contacts)),
        choice("stance", "Stance", _as_they_are(contact.stance for contact in world.contacts)),
        yes_no("left_company", "Has left the company"),
    ]


def _offer_options(portal: Portal, world: World) -> None:
    deals = portal.collection(ObjectType.DEALS).catalogue
    deals.offer("pipeline", options({DEFAULT_PIPELINE: PIPELINE_LABEL}))
    deals.offer("dealstage", options({stage.id: stage.label for stage in portal.pipeline.stages.values()}))
    deals.offer("dealtype", _coded((deal.type for deal in world.deals), type_code))
    currencies = options({code: code for code in portal.currencies.codes()})
    deals.offer("deal_currency_code", currencies)
    portal.collection(ObjectType.LINE_ITEMS).catalogue.offer("hs_line_item_currency_code", currencies)
    industries = _coded((account.industry for account in world.accounts), option_code)
    portal.collection(ObjectType.COMPANIES).catalogue.offer("industry", industries)


def role_labels(portal: Portal, world: World) -> dict[str, AssociationType]:
    """The user-defined deal↔contact labels, one per role in the world, by role."""
    roles = dict.fromkeys(link.role for link in world.deal_contacts if link.role)
    pair = (ObjectType.DEALS, ObjectType.CONTACTS)
    return {role: portal.associations.types.define(pair, role) for role in roles}


def _as_they_are(values: Iterable[str | None]) -> tuple[Option, ...]:
    return options({value: value for value in sorted({value for value in values if value})})


def _coded(labels: Iterable[str | None], code: Callable[[str], str | None]) -> tuple[Option, ...]:
    known = sorted({label for label in labels if label})
    return options({code(label) or label: label for label in known})
