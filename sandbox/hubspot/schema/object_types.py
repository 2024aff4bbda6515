"""The object types of this portal and the spellings that paths may use for them."""

from __future__ import annotations

from enum import StrEnum

from sandbox.hubspot.answers.errors import invalid


class ObjectType(StrEnum):
    """An object type by its usual path name."""

    COMPANIES = "companies"
    CONTACTS = "contacts"
    DEALS = "deals"
    LINE_ITEMS = "line_items"
    PRODUCTS = "products"
    FEEDBACK = "feedback_submissions"

    @property
    def singular(self) -> str:
        """The word in messages and in association names."""
        return SINGULAR[self]

    @property
    def type_id(self) -> str:
        """HubSpot's objectTypeId."""
        return TYPE_IDS[self]

    @property
    def modified_property(self) -> str:
        """Where the modified date is kept: contacts have another name for it than all others."""
        return "lastmodifieddate" if self is ObjectType.CONTACTS else "hs_lastmodifieddate"


SINGULAR = {
    ObjectType.COMPANIES: "company",
    ObjectType.CONTACTS: "contact",
    ObjectType.DEALS: "deal",
    ObjectType.LINE_ITEMS: "line_item",
    ObjectType.PRODUCTS: "product",
    ObjectType.FEEDBACK: "feedback_submission",
}
TYPE_IDS = {
    ObjectType.CONTACTS: "0-1",
    ObjectType.COMPANIES: "0-2",
    ObjectType.DEALS: "0-3",
    ObjectType.PRODUCTS: "0-7",
    ObjectType.LINE_ITEMS: "0-8",
    ObjectType.FEEDBACK: "0-19",
}
SPELLINGS = {
    spelling: object_type
    for object_type in ObjectType
    for spelling in (object_type.value, SINGULAR[object_type], TYPE_IDS[object_type])
}


def resolve(text: str) -> ObjectType:
    """The type meant by `COMPANY`, `companies` or `0-2`: recordings show all three in paths."""
    found = SPELLINGS.get(text.lower())
    if found is None:
        raise invalid(f"Unable to infer object type from: {text}")
    return found
