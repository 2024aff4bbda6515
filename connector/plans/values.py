"""The values of a plan's parts as JSON text, checked by the part's own class."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from connector.config.faults import suggest
from connector.languages.speech import _
from connector.plans.misfits import explain_misfit
from mappings.strategy import PARTS, Entity, Part


class PlanError(ValueError):
    """A value that a plan cannot hold; the message says which, where and what would do."""


def encode(entity: Entity, field: str, value: object) -> str | None:
    """A value, or a person's text for it, as JSON; empty means unknown (None). Raises PlanError.

    Money and dates become texts, so that no digit is lost.
    """
    info = PARTS[entity].model_fields.get(field)
    if info is None:
        raise PlanError(
            _(
                "a {part} has no {field}{hint}",
                part=name_of(entity),
                field=field,
                hint=suggest(field, PARTS[entity].model_fields.keys() - {"removed"}),
            )
        )
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    given = value.strip() if isinstance(value, str) else value
    try:
        checked = PARTS[entity].__pydantic_validator__.validate_assignment(
            PARTS[entity].model_construct(), field, given
        )
    except ValidationError as fault:
        raise PlanError(
            _("{part} {field}: {fault}", part=name_of(entity), field=field, fault=explain_misfit(fault.errors()[0]))
        ) from None
    return json.dumps(_plain(getattr(checked, field)), ensure_ascii=False)


def decode(entity: Entity, values: Mapping[str, str | None]) -> Part:
    """The part that these JSON values make; a value that no longer fits (of an older version) is unknown."""
    part = PARTS[entity]()
    for field, text in values.items():
        if text is not None and field in PARTS[entity].model_fields:
            setattr(part, field, _read(entity, field, text))
    return part


def decode_value(entity: Entity, field: str, text: str | None) -> object:
    """One value of a part; None where it is unknown or no longer fits."""
    return None if text is None else _read(entity, field, text)


def _read(entity: Entity, field: str, text: str) -> object:
    try:
        return getattr(_assigned(entity, field, json.loads(text)), field)
    except ValidationError:
        return None


def _assigned(entity: Entity, field: str, value: object) -> Part:
    """An empty part with one value, checked. Raises ValidationError."""
    part = PARTS[entity]()
    part.__pydantic_validator__.validate_assignment(part, field, value)
    return part


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a part's field holds
    return TypeAdapter(type(value)).dump_python(value, mode="json")


def name_of(entity: Entity) -> str:
    """What a kind of part is called, for messages."""
    return _(entity.value.replace("_", " "))
