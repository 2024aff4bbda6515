"""Our side of a mapping: the fields of each kind, their types, and the converter each one has by default."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import get_args

from adapters.base import Kind
from mappings.entities import ENTITIES
from mappings.vocabulary import Role, Stance, Survey

CONVERTERS: dict[str, type] = {
    "text": str,
    "reference": str,
    "domain": str,
    "number": Decimal,
    "fraction": Decimal,
    "percent": Decimal,
    "whole": int,
    "influence": int,
    "rating": int,
    "boolean": bool,
    "employment": bool,
    "date": date,
    "moment": datetime,
    "role": Role,
    "stance": Stance,
    "survey": Survey,
}
"""What each converter gives; a field takes the converters of its own type."""

_BY_TYPE = {
    str: "text",
    Decimal: "number",
    int: "whole",
    bool: "boolean",
    date: "date",
    datetime: "moment",
    Role: "role",
    Stance: "stance",
    Survey: "survey",
}
_BY_NAME = {
    **dict.fromkeys(("account", "contact", "deal", "product", "owner", "parent"), "reference"),
    "domain": "domain",
    "probability": "fraction",
    "influence": "influence",
    "alignment": "rating",
    "departed": "employment",
}


@cache
def field_types(kind: Kind) -> dict[str, type]:
    """The fields of a kind, in the order of its entity, with what they hold."""
    return {name: get_args(info.annotation)[0] for name, info in ENTITIES[kind].model_fields.items()}


def default_converter(kind: Kind, field: str) -> str:
    """The converter of a field for which the mapping names none."""
    return _BY_NAME.get(field) or _BY_TYPE[field_types(kind)[field]]


def usable_converters(kind: Kind, field: str) -> list[str]:
    """The converters that give what this field holds."""
    return [name for name, gives in CONVERTERS.items() if gives is field_types(kind)[field]]
