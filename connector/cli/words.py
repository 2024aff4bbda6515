"""What codes are called when people read them in another language; JSON, and English, keep the codes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connector.languages.speech import _, mark, name_code, speaker
from connector.plans.reviews import SEPARATOR

WORDS = (
    mark("failed"),
    mark("incomplete"),
    mark("running"),
    mark("killed"),
    mark("never ran"),
    mark("agrees"),
    mark("differs"),
    mark("repaired"),
    mark("note"),
    mark("warning"),
    mark("failing"),
    mark("keep"),
    mark("create"),
    mark("created"),
    mark("grant"),
    mark("granted"),
    mark("changed"),
    mark("foreign"),
    mark("conflict"),
    mark("mapped"),
    mark("stage"),
    mark("product"),
    mark("rate"),
    mark("contact"),
    mark("account contact"),
    mark("deal"),
    mark("deal contact"),
    mark("line item"),
    mark("deal history"),
    mark("nps answer"),
    mark("plan"),
    mark("influence line"),
    mark("deal part"),
    mark("team member"),
    mark("cell"),
    mark("lever"),
    mark("risk"),
    mark("review"),
    mark("user"),
    mark("issue"),
    mark("answer"),
    mark("line"),
    mark("team"),
    mark("deal-role"),
    mark("removed"),
)
"""Statuses of runs and comparisons, levels of findings, what is done to fields, kinds, parts of plans.

What files and pages say as well has its word there: roles, stances, fields of plans.
"""

_CODES = {"kind", "role", "stance", "evidence", "status", "survey"}
_ATTENDANCE = {"required", "attended"}
_AMOUNTS = {"potential", "potential_revenue"}


def word(code: object) -> str:
    """What a code of ours is called; one that has no word is written as it is."""
    return name_code(code)


def field_word(entity: object, field: str) -> str:
    """What a field of a part of a plan is called; the title of an action is no job title."""
    if (str(entity), field) != ("action", "title"):
        return word(field)
    said = name_code("what is to be done")
    return field if said == "what is to be done" else said


def heads(columns: Sequence[str]) -> list[str]:
    """The heads of a table, each of which was marked."""
    return [_(column) for column in columns]


def shown(field: str, value: object) -> object:
    """A value of a plan's field as people read it. Days stay as commands take them."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is not None and field in _AMOUNTS:
        return speaker().number(Decimal(str(value)))
    if value is not None and field in _ATTENDANCE:
        return SEPARATOR.join(word(one) for one in str(value).split(SEPARATOR))
    return word(value) if value is not None and field in _CODES else value
