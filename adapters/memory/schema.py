"""The fields of the CRM in memory: which it always has, how it keeps each type of KPI field, what it accepts."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches

from adapters.base import FieldInfo, FieldSpec, FieldType, Kind, Value
from adapters.errors import SchemaError, SkippableError
from adapters.numbers import read_number
from adapters.texts import is_sendable

_STANDARD = {
    Kind.USER: "name email active:bool",
    Kind.STAGE: "pipeline code label position:number probability:number closed:bool won:bool active:bool",
    Kind.PRODUCT: "name family active:bool unit_cost:number",
    Kind.RATE: "currency per_home:number start:date end:date home:bool",
    Kind.ACCOUNT: (
        "name domain parent owner industry country currency annual_revenue:number potential_revenue:number "
        "strategic:bool alignment:number objective"
    ),
    Kind.CONTACT: (
        "account first_name last_name email title department owner role:enumeration influence:enumeration "
        "stance:enumeration departed:bool c_level:bool last_activity_at:datetime last_answer_at:datetime "
        "activities_90d:number meetings_90d:number"
    ),
    Kind.ACCOUNT_CONTACT: "account contact role:enumeration stance:enumeration active:bool",
    Kind.DEAL: (
        "account name owner pipeline type record_type stage amount:number currency close_date:date created_at:datetime "
        "probability:number forecast_category home_amount:number exchange_rate:number"
    ),
    Kind.DEAL_CONTACT: "deal contact role:enumeration stance:enumeration primary:bool",
    Kind.LINE_ITEM: (
        "deal product quantity:number unit_price:number amount:number unit_cost:number currency "
        "recurring_annual:number recurring_start:date recurring_end:date"
    ),
    Kind.DEAL_HISTORY: (
        "deal at:datetime stage pipeline amount:number close_date:date probability:number forecast_category"
    ),
    Kind.NPS_ANSWER: "contact account score:number answered_at:datetime survey:enumeration",
}
_TYPES = {
    FieldType.COUNT: "number",
    FieldType.NUMBER: "number",
    FieldType.FRACTION: "number",
    FieldType.MONEY: "number",
    FieldType.DATE: "date",
    FieldType.MOMENT: "datetime",
    FieldType.TEXT: "string",
    FieldType.YES_NO: "bool",
    FieldType.CHOICE: "enumeration",
}
_TEXT_LENGTH = 255


def standard_fields(kind: Kind) -> dict[str, FieldInfo]:
    """The fields that every organisation has; they bear our names and are of type string unless it says otherwise."""
    named = (word.partition(":") for word in _STANDARD[kind].split())
    return {name: FieldInfo(name, name.replace("_", " "), crm_type or "string") for name, _, crm_type in named}


def describe_spec(spec: FieldSpec) -> FieldInfo:
    """A field of ours."""
    crm_type = _TYPES[spec.type]
    length = _TEXT_LENGTH if crm_type == "string" else None
    return FieldInfo(
        spec.name, spec.label, crm_type, options=dict(spec.options), length=length, scale=spec.scale, help=spec.help
    )


def require_fields(kind: Kind, schema: Mapping[str, FieldInfo], names: Sequence[str]) -> None:
    """Raise SchemaError for a field that is not in the schema, with the nearest that is."""
    for name in names:
        if name not in schema:
            near = get_close_matches(name, schema, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SchemaError(f"The CRM in memory has no field {name} on {kind}{hint}", code="UNKNOWN_FIELD")


def find_refusal(
    schema: Mapping[str, FieldInfo], values: Mapping[str, object], ours: Container[str]
) -> tuple[str, str, str] | None:
    """Why a write cannot be done: code, message and field; None when every value can be stored."""
    for name, value in values.items():
        if name not in ours:
            return "NOT_OURS", f"{name} is not a field of ours", name
        if name not in schema:
            return "UNKNOWN_FIELD", f"there is no field {name}", name
        if value is not None and not _ACCEPTS[schema[name].type](value):
            return "INVALID_VALUE", f"the value is no {schema[name].type}", name
        if schema[name].options and value not in (None, *schema[name].options):
            return "INVALID_OPTION", "the value is none of the field's options", name
        length = schema[name].length
        if length and len(str(value)) > length:
            return "TOO_LONG", f"the text is longer than {length} characters", name
    return None


def restore_value(spec: FieldSpec, raw: object) -> Value:
    """A stored value of a field of ours. Raises SkippableError for one of another type than the field's."""
    if raw is None or raw == "":
        return None
    if _TYPES[spec.type] == "number":
        number = read_number(raw, spec.scale)
        return int(number) if spec.type is FieldType.COUNT and number == int(number) else number
    if isinstance(raw, str | bool | date) and _ACCEPTS[_TYPES[spec.type]](raw):
        return raw
    raise SkippableError(f"the field holds no {_TYPES[spec.type]}", code="UNREADABLE")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool) and Decimal(value).is_finite()


def _is_text(value: object) -> bool:
    return isinstance(value, str) and is_sendable(value)


_ACCEPTS: Mapping[str, Callable[[object], bool]] = {
    "string": _is_text,
    "enumeration": _is_text,
    "number": _is_number,
    "bool": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "datetime": lambda value: isinstance(value, datetime) and value.tzinfo is not None,
}
