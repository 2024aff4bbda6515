"""The record types of HubSpot that we read and write, and how each is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.base import FieldInfo, Kind, Reading, Source


@dataclass(frozen=True, slots=True)
class Reference:
    """A made-up field that holds the id of an associated record, `to` being the type of that record."""

    name: str
    label: str
    to: str


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A record type read by search.

    `modified`: the property that tells when a record changed. Contacts alone have `lastmodifieddate`; filtering them on
    `hs_lastmodifieddate` finds nothing and is no error (https://github.com/airbytehq/airbyte/pull/85019). `merged`: the
    property that lists the ids which a merge put an end to.
    """

    kind: Kind
    name: str
    modified: str = "hs_lastmodifieddate"
    merged: str | None = None
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class LinkType:
    """A kind of record made from associations, read from the side of its parent.

    The id is "<left>:<right>"; `source` and `target` are the types as the associations are asked for.
    """

    kind: Kind
    source: str
    target: str
    left: str
    right: str
    source_is_left: bool


OBJECTS: Mapping[Kind, ObjectType] = {
    each.kind: each
    for each in (
        ObjectType(Kind.ACCOUNT, "companies", merged="hs_merged_object_ids"),
        ObjectType(Kind.CONTACT, "contacts", modified="lastmodifieddate", merged="hs_calculated_merged_vids"),
        ObjectType(
            Kind.DEAL,
            "deals",
            merged="hs_merged_object_ids",
            reference=Reference("@company", "Primary associated company", "companies"),
        ),
        ObjectType(Kind.LINE_ITEM, "line_items", reference=Reference("@deal", "Associated deal", "deals")),
        ObjectType(Kind.PRODUCT, "products"),
        ObjectType(Kind.NPS_ANSWER, "feedback_submissions"),
    )
}
"""The record types that are read by search, by our kind."""

LINKS: Mapping[Kind, LinkType] = {
    each.kind: each
    for each in (
        LinkType(Kind.DEAL_CONTACT, "deals", "contacts", "@deal", "@contact", source_is_left=True),
        LinkType(Kind.ACCOUNT_CONTACT, "contacts", "companies", "@account", "@contact", source_is_left=False),
    )
}
"""The kinds made from associations."""

SOURCES: Mapping[Kind, Source] = {
    **dict.fromkeys(OBJECTS, Source(Reading.INCREMENTAL, unstamped=True)),
    Kind.PRODUCT: Source(Reading.INCREMENTAL),
    Kind.NPS_ANSWER: Source(Reading.INCREMENTAL),
    Kind.USER: Source(Reading.WHOLE),
    Kind.STAGE: Source(Reading.WHOLE),
    Kind.DEAL_CONTACT: Source(Reading.CHILDREN, Kind.DEAL),
    Kind.DEAL_HISTORY: Source(Reading.CHILDREN, Kind.DEAL),
    Kind.ACCOUNT_CONTACT: Source(Reading.CHILDREN, Kind.CONTACT),
}
"""How each kind is read. Exchange rates have no source: HubSpot gives the amount in home currency deal by deal.

Associating two records, primary and parent companies included, moves the modification time of neither
(https://github.com/airbytehq/airbyte/issues/44554). Of the associations of products nothing is read.
"""


OPTIONAL = {Kind.NPS_ANSWER}
"""Kinds that a portal may do without: feedback is part of Service Hub, and stands under a scope of its own."""


def made_up(name: str, label: str, type_: str = "string", *, several: bool = False) -> FieldInfo:
    """A field that this adapter makes, or that HubSpot keeps outside its properties; never writable."""
    return FieldInfo(name=name, label=label, type=type_, writable=False, several=several)


def _fields(*infos: FieldInfo) -> Mapping[str, FieldInfo]:
    return {info.name: info for info in infos}


USER_FIELDS = _fields(
    made_up("@name", "Name"),
    made_up("email", "E-mail"),
    made_up("@active", "Active", "bool"),
    made_up("firstName", "First name"),
    made_up("lastName", "Last name"),
    made_up("type", "Person or queue"),
)
STAGE_FIELDS = _fields(
    made_up("@pipeline", "Pipeline"),
    made_up("@code", "Stage id"),
    made_up("label", "Stage name"),
    made_up("displayOrder", "Position", "number"),
    made_up("probability", "Probability", "number"),
    made_up("@closed", "Closed", "bool"),
    made_up("@won", "Won", "bool"),
    made_up("@active", "Active", "bool"),
)
HISTORY_FIELDS = _fields(made_up("@deal", "Deal"), made_up("@at", "Moment of the change", "datetime"))


def link_fields(link: LinkType) -> Mapping[str, FieldInfo]:
    """The fields of a kind made from associations."""
    return _fields(
        made_up(link.left, link.left.removeprefix("@").capitalize()),
        made_up(link.right, link.right.removeprefix("@").capitalize()),
        made_up("@labels", "Association labels", several=True),
    )
