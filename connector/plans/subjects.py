"""What changes of a plan are about and what they say, as people read it: names in place of ids, words of codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from connector.languages.speech import _, name_code, speaker
from connector.plans.known import KnownAccount
from connector.plans.values import decode_value
from connector.store.plan_values import PlanChange
from mappings.strategy import PARTS, Entity

_NAMING = ("title", "text", "name", "source", "person", "stakeholder", "line", "kind")
"""The fields that tell one part from others of its kind, the first that holds anything."""

_PEOPLE = {"source", "target", "person", "stakeholder", "reports_to"}
_CODES = {"kind", "role", "stance", "evidence", "status", "survey"}


def name_subjects(known: KnownAccount, changes: Iterable[PlanChange]) -> Mapping[tuple[Entity, str], str]:
    """What each part in these changes is called, those taken out too; nothing of the plan itself."""
    said: dict[tuple[Entity, str], dict[str, object]] = {}
    for change in changes:
        values = said.setdefault((change.now.entity, change.now.id), {})
        if change.now.field in _NAMING and (value := _read(change)) is not None:
            values[change.now.field] = value
    return {key: _called(known, key, values) for key, values in said.items()}


def _called(known: KnownAccount, key: tuple[Entity, str], values: Mapping[str, object]) -> str:
    entity, id_ = key
    if entity is Entity.PLAN:
        return ""
    if entity is Entity.STAKEHOLDER:
        return known.called(id_) or id_
    return next((str(tell_value(known, field, values[field])) for field in _NAMING if field in values), id_)


def _read(change: PlanChange) -> object:
    now = change.now
    return decode_value(now.entity, now.field, now.value) if now.field in PARTS[now.entity].model_fields else None


def tell_value(known: KnownAccount, field: str, value: object) -> object:
    """A value as people read it; of a person the name."""
    if value is None or isinstance(value, bool):
        return {None: _("unknown"), True: _("yes"), False: _("no")}[value]
    if isinstance(value, Decimal):
        return speaker().number(value)
    if field in _PEOPLE:
        return known.called(str(value))
    return name_code(value) if field in _CODES else value
