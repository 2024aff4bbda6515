"""A property as HubSpot defines it, and short ways to write the standard ones down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.hubspot.schema.instants import to_text


@dataclass(frozen=True, slots=True)
class Option:
    """One value of an enumeration."""

    value: str
    label: str
    display_order: int = -1
    hidden: bool = False
    description: str = ""


@dataclass(slots=True)
class Property:
    """A property's definition. `read_only`: its value cannot be written; `calculated`: HubSpot computes it.

    `listed` is false for the properties that exist without the properties API naming them (recorded for
    `hs_v2_date_entered_*`). `hints`: display settings such as numberDisplayHint, kept as they were given.
    """

    name: str
    label: str
    type: str
    field_type: str
    group: str = ""
    description: str = ""
    options: tuple[Option, ...] = ()
    read_only: bool = False
    calculated: bool = False
    hubspot_defined: bool = True
    external_options: bool = False
    unique: bool = False
    hidden: bool = False
    form_field: bool = False
    display_order: int = -1
    listed: bool = True
    referenced: str | None = None
    archived_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    hints: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Group:
    """A heading under which properties are shown."""

    name: str
    label: str
    display_order: int = -1


def text(name: str, label: str, field_type: str = "text") -> Property:
    """A string."""
    return Property(name, label, "string", field_type)


def number(name: str, label: str) -> Property:
    """A number that people type in."""
    return Property(name, label, "number", "number")


def day(name: str, label: str) -> Property:
    """A calendar date."""
    return Property(name, label, "date", "date")


def moment(name: str, label: str) -> Property:
    """An instant (its field type is `date` too)."""
    return Property(name, label, "datetime", "date")


def yes_no(name: str, label: str) -> Property:
    """A boolean, with the two options that HubSpot gives it."""
    return Property(name, label, "bool", "booleancheckbox", options=YES_NO)


def choice(name: str, label: str, options: Iterable[Option], field_type: str = "select") -> Property:
    """An enumeration; field type `checkbox` takes several values, joined by `;`."""
    return Property(name, label, "enumeration", field_type, options=tuple(options))


def computed(definition: Property) -> Property:
    """The same property, calculated by HubSpot and never written by anybody else."""
    definition.calculated = definition.read_only = True
    return definition


def fixed(definition: Property) -> Property:
    """The same property, set by HubSpot and read-only."""
    definition.read_only = True
    return definition


def owner(label: str) -> Property:
    """`hubspot_owner_id`: its options are the owners, hence not listed with the property."""
    return Property("hubspot_owner_id", label, "enumeration", "select", external_options=True, referenced="OWNER")


def options(values: Mapping[str, str]) -> tuple[Option, ...]:
    """Options in order, from value to label."""
    return tuple(Option(value, label, place) for place, (value, label) in enumerate(values.items()))


YES_NO = options({"true": "Yes", "false": "No"})


def describe(definition: Property) -> dict[str, object]:
    """The definition as the properties API shows it."""
    shown: dict[str, object] = {
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "fieldType": definition.field_type,
        "description": definition.description,
        "groupName": definition.group,
        "options": [_describe_option(option) for option in definition.options],
        "displayOrder": definition.display_order,
        "calculated": definition.calculated,
        "externalOptions": definition.external_options,
        "hasUniqueValue": definition.unique,
        "hidden": definition.hidden,
        "hubspotDefined": definition.hubspot_defined,
        "formField": definition.form_field,
        "archived": definition.archived_at is not None,
        "modificationMetadata": _modification(definition),
        **definition.hints,
    }
    return shown | _optional(definition)


def _describe_option(option: Option) -> dict[str, object]:
    return {
        "label": option.label,
        "value": option.value,
        "displayOrder": option.display_order,
        "hidden": option.hidden,
        "description": option.description,
    }


def _modification(definition: Property) -> dict[str, bool]:
    standard = definition.hubspot_defined
    return {
        "archivable": not standard,
        "readOnlyDefinition": standard,
        "readOnlyOptions": standard and definition.read_only,
        "readOnlyValue": definition.read_only,
    }


def _optional(definition: Property) -> dict[str, object]:
    instants = {
        "createdAt": definition.created_at,
        "updatedAt": definition.updated_at,
        "archivedAt": definition.archived_at,
    }
    shown: dict[str, object] = {key: to_text(instant) for key, instant in instants.items() if instant}
    if definition.referenced:
        shown["referencedObjectType"] = definition.referenced
    return shown
