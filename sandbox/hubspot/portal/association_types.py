"""The kinds of link between two object types: HubSpot's own, with their documented type ids, and the user's labels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sandbox.hubspot.schema.object_types import ObjectType

Pair: TypeAlias = tuple[ObjectType, ObjectType]
COMPANIES, CONTACTS, DEALS = ObjectType.COMPANIES, ObjectType.CONTACTS, ObjectType.DEALS
LINE_ITEMS = ObjectType.LINE_ITEMS
FIRST_USER_TYPE_ID = 101
"""Where the type ids of user-defined labels start here; they differ from account to account."""


class TypeKey(NamedTuple):
    """What names an association type: the id alone is not unique across categories."""

    category: str
    type_id: int


@dataclass(frozen=True, slots=True)
class AssociationType:
    """A kind of link from one object type to another; `inverse` is the same link seen from the other end."""

    key: TypeKey
    label: str | None
    inverse: TypeKey
    primary: bool = False
    name: str = ""


def hubspot(type_id: int) -> TypeKey:
    """The key of one of HubSpot's own types."""
    return TypeKey("HUBSPOT_DEFINED", type_id)


CONTACT_TO_COMPANY, COMPANY_TO_CONTACT = hubspot(279), hubspot(280)
CONTACT_TO_PRIMARY_COMPANY, PRIMARY_COMPANY_TO_CONTACT = hubspot(1), hubspot(2)
DEAL_TO_CONTACT, CONTACT_TO_DEAL = hubspot(3), hubspot(4)
DEAL_TO_COMPANY, COMPANY_TO_DEAL = hubspot(341), hubspot(342)
DEAL_TO_PRIMARY_COMPANY, PRIMARY_COMPANY_TO_DEAL = hubspot(5), hubspot(6)
DEAL_TO_LINE_ITEM, LINE_ITEM_TO_DEAL = hubspot(19), hubspot(20)
PARENT_TO_CHILD_COMPANY, CHILD_TO_PARENT_COMPANY = hubspot(13), hubspot(14)
COMPANY_TO_COMPANY = hubspot(450)

# both ends of each link of HubSpot's own: pair, type, its inverse, and the labels of both
STANDARD: tuple[tuple[Pair, TypeKey, TypeKey, str | None, str | None], ...] = (
    ((CONTACTS, COMPANIES), CONTACT_TO_COMPANY, COMPANY_TO_CONTACT, None, None),
    ((CONTACTS, COMPANIES), CONTACT_TO_PRIMARY_COMPANY, PRIMARY_COMPANY_TO_CONTACT, "Primary", "Primary"),
    ((DEALS, CONTACTS), DEAL_TO_CONTACT, CONTACT_TO_DEAL, None, None),
    ((DEALS, COMPANIES), DEAL_TO_COMPANY, COMPANY_TO_DEAL, None, None),
    ((DEALS, COMPANIES), DEAL_TO_PRIMARY_COMPANY, PRIMARY_COMPANY_TO_DEAL, "Primary", "Primary"),
    ((DEALS, LINE_ITEMS), DEAL_TO_LINE_ITEM, LINE_ITEM_TO_DEAL, None, None),
    ((COMPANIES, COMPANIES), COMPANY_TO_COMPANY, COMPANY_TO_COMPANY, None, None),
    ((COMPANIES, COMPANIES), PARENT_TO_CHILD_COMPANY, CHILD_TO_PARENT_COMPANY, "Child Company", "Parent Company"),
)


class AssociationTypes:
    """The types between each pair of object types, in both directions."""

    def __init__(self) -> None:
        self._by_pair: dict[Pair, dict[TypeKey, AssociationType]] = {}
        self._next_user_id = FIRST_USER_TYPE_ID
        for pair, key, inverse, label, inverse_label in STANDARD:
            self._add(pair, AssociationType(key, label, inverse, primary=label == "Primary"))
            self._add(pair[::-1], AssociationType(inverse, inverse_label, key, primary=inverse_label == "Primary"))

    def between(self, pair: Pair) -> list[AssociationType]:
        """All types from the first object type to the second; none where they cannot be associated."""
        return list(self._by_pair.get(pair, {}).values())

    def pairs(self) -> list[Pair]:
        """Each two object types that can be associated, once, in the direction in which HubSpot's own types stand."""
        return list(dict.fromkeys(pair for pair, *_ in STANDARD))

    def labels(self, pair: Pair, keys: Collection[TypeKey]) -> list[str]:
        """The labels of these types."""
        return [one.label for one in self.between(pair) if one.key in keys and one.label]

    def find(self, pair: Pair, key: TypeKey) -> AssociationType | None:
        """The type of this key, if there is one between these object types."""
        return self._by_pair.get(pair, {}).get(key)

    def unlabelled(self, pair: Pair) -> AssociationType | None:
        """The type that every association of this pair has, whatever else it is."""
        return next((one for one in self.between(pair) if one.label is None), None)

    def define(self, pair: Pair, label: str, inverse_label: str | None = None, name: str = "") -> AssociationType:
        """Add a user-defined label, which exists both ways with a type id for each."""
        forward = TypeKey("USER_DEFINED", self._take_id())
        backward = TypeKey("USER_DEFINED", self._take_id())
        self._add(pair, AssociationType(forward, label, backward, name=name))
        self._add(pair[::-1], AssociationType(backward, inverse_label or label, forward, name=name))
        return self._by_pair[pair][forward]

    def _add(self, pair: Pair, one: AssociationType) -> None:
        self._by_pair.setdefault(pair, {})[one.key] = one

    def _take_id(self) -> int:
        taken = self._next_user_id
        self._next_user_id += 1
        return taken
