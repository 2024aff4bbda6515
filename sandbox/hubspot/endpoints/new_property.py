"""Makes a property from what the properties API was sent, checking it as HubSpot does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sandbox.hubspot.answers.errors import invalid
from sandbox.hubspot.endpoints.call import as_list, as_object
from sandbox.hubspot.schema.catalogue import Catalogue
from sandbox.hubspot.schema.definitions import YES_NO, Option, Property

NAME = re.compile(r"[a-z][a-z0-9_]*")
REQUIRED = ("name", "label", "type", "fieldType", "groupName")
FIELD_TYPES = {
    "string": {"text", "textarea", "html", "phonenumber", "file", "select", "calculation_equation"},
    "phone_number": {"phonenumber"},
    "number": {"number", "text", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "enumeration": {"select", "radio", "checkbox", "booleancheckbox", "calculation_equation"},
    "bool": {"booleancheckbox", "calculation_equation"},
}
# the 2026-09 PropertyCreate schema has none of these; v3 and 2026-03 have
HINTS = ("numberDisplayHint", "textDisplayHint", "showCurrencySymbol", "currencyPropertyName")
NUMBER_HINTS = {"currency", "duration", "formatted", "percentage", "probability", "unformatted"}


def definition_from(sent: Mapping[str, object], catalogue: Catalogue, now: datetime, *, dated: bool) -> Property:
    """The new property. Raises ApiError (400) for a wrong name, type, group or option."""
    missing = [key for key in REQUIRED if not sent.get(key)]
    if missing:
        raise invalid(f"Some required fields were not set: [{', '.join(missing)}]")
    name, kind, field_type = (str(sent[key]) for key in ("name", "type", "fieldType"))
    _check_name(name)
    _check_types(kind, field_type)
    _check_group(str(sent["groupName"]), catalogue)
    definition = Property(name, str(sent["label"]), kind, field_type, str(sent["groupName"]))
    definition.hubspot_defined = False
    definition.created_at = definition.updated_at = now
    definition.options = _options(sent, kind, dated=dated)
    definition.hints = {} if dated else _hints(sent)
    _apply(definition, sent)
    return definition


def changed(definition: Property, sent: Mapping[str, object], catalogue: Catalogue, now: datetime) -> None:
    """Apply a PATCH to a property."""
    kind = str(sent.get("type", definition.type))
    field_type = str(sent.get("fieldType", definition.field_type))
    group = str(sent.get("groupName", definition.group))
    _check_types(kind, field_type)
    _check_group(group, catalogue)
    if "options" in sent:
        definition.options = _options(sent, kind, dated=False)
    definition.type, definition.field_type, definition.group = kind, field_type, group
    definition.label = str(sent.get("label", definition.label))
    definition.hints = {**definition.hints, **_hints(sent)}
    definition.updated_at = now
    _apply(definition, sent)


def _apply(definition: Property, sent: Mapping[str, object]) -> None:
    """What creation and change have in common."""
    definition.description = str(sent.get("description") or definition.description)
    definition.hidden = bool(sent.get("hidden", definition.hidden))
    definition.form_field = bool(sent.get("formField", definition.form_field))
    definition.unique = bool(sent.get("hasUniqueValue", definition.unique))
    order = sent.get("displayOrder")
    definition.display_order = order if isinstance(order, int) else definition.display_order


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise invalid(f"{name} is no property name: lower-case letters, digits and underscores, a letter first.")


def _check_types(kind: str, field_type: str) -> None:
    if kind not in FIELD_TYPES:
        raise invalid(f"Invalid property type {kind}; it is one of {', '.join(FIELD_TYPES)}.")
    if field_type not in FIELD_TYPES[kind]:
        raise invalid(f"Field type {field_type} does not fit type {kind}.")


def _check_group(name: str, catalogue: Catalogue) -> None:
    if name not in catalogue.groups:
        raise invalid(f"Property group {name} does not exist.")


def _options(sent: Mapping[str, object], kind: str, *, dated: bool) -> tuple[Option, ...]:
    """The options; a boolean has true and false and no others."""
    given = [as_object(one, "an option") for one in as_list(sent.get("options"), "options")]
    # OptionInput.displayOrder is required since 2026-09
    needed = ("label", "value", "displayOrder") if dated else ("label", "value")
    if any(one.get(key) is None for one in given for key in needed):
        raise invalid(f"Every option needs {', '.join(needed)}.")
    options = tuple(_option(one, place) for place, one in enumerate(given))
    if kind == "bool" and options and {one.value for one in options} != {"true", "false"}:
        raise invalid("A boolean property has exactly two options, with the values true and false.")
    return options if kind != "bool" or options else YES_NO


def _option(sent: Mapping[str, object], place: int) -> Option:
    order = sent.get("displayOrder")
    return Option(
        value=str(sent["value"]),
        label=str(sent["label"]),
        display_order=order if isinstance(order, int) else place,
        hidden=bool(sent.get("hidden", False)),
        description=str(sent.get("description") or ""),
    )


def _hints(sent: Mapping[str, object]) -> dict[str, object]:
    hint = sent.get("numberDisplayHint")
    if hint is not None and hint not in NUMBER_HINTS:
        raise invalid(f"Invalid numberDisplayHint {hint}; it is one of {', '.join(sorted(NUMBER_HINTS))}.")
    return {key: sent[key] for key in HINTS if sent.get(key) is not None}
