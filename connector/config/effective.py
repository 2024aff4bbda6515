"""The configuration as it holds in the end: every value, defaults included and secrets masked, and whence it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, SecretStr
from sqlalchemy.engine import URL

from connector.config.document import Document
from connector.config.faults import KeyPath
from connector.config.settings import Settings
from connector.languages.speech import _

MASK = "**********"
"""What stands for a secret."""

_REFERENCE = re.compile(r"\$\{[^}]*\}")


def show_plainly(settings: Settings) -> dict[str, Any]:
    """All settings as JSON has them, keyed as in the file."""
    shown: dict[str, Any] = _show(settings)
    return shown


def list_values(shown: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """Each single value with its place; a list of plain values is one, and so is what is empty."""
    if isinstance(shown, dict) and shown:
        for key, value in shown.items():
            yield from list_values(value, (*path, key))
    elif isinstance(shown, list) and any(isinstance(item, dict | list) for item in shown):
        for index, item in enumerate(shown):
            yield from list_values(item, (*path, index))
    else:
        yield path, shown


def find_origin(document: Document, path: KeyPath) -> str:
    """Where a value comes from: the references that the file names for it, its line there, or the default."""
    written, there = _find(document.data, path)
    if not there:
        return _("default")
    if isinstance(written, str) and (references := _REFERENCE.findall(written)):
        return ", ".join(references)
    return _("line {line}", line=document.find_line(path))


def _find(data: object, path: KeyPath) -> tuple[object, bool]:
    """What the file says at this place, and whether it says anything."""
    for depth, step in enumerate(path):
        if isinstance(data, str) and depth:
            return data, True  # the short form of what is written out here: `role: hs_role`
        try:
            data = data[step]  # type: ignore[index]  # a list or a mapping, or the next line tells
        except (KeyError, IndexError, TypeError):
            return None, False
    return data, True


def _show(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, BaseModel):
        return {name: _show(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {str(key): _show(each) for key, each in value.items()}
    if isinstance(value, tuple | list) and not isinstance(value, URL):
        return [_show(each) for each in value]
    return value if value is None or isinstance(value, bool | int) else _show_one(value)


def _show_one(value: object) -> str | int | float:
    match value:
        case SecretStr():
            return MASK
        case URL():
            return value.render_as_string()
        case ZoneInfo():
            return value.key
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
