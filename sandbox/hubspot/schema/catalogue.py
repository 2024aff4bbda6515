"""The property definitions of one object type, standard and custom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sandbox.hubspot.schema.definitions import Group, Option, Property
from sandbox.hubspot.schema.object_types import ObjectType
from sandbox.hubspot.schema.standard import default_group, standard_properties

# one property per stage exists without being listed, as recorded; its value is computed from the stage history
UNLISTED = re.compile(r"hs_v2_date_entered_(?P<stage>.+)")


class Catalogue:
    """Properties by name, and their groups."""

    def __init__(self, object_type: ObjectType) -> None:
        self.object_type = object_type
        self.properties = {one.name: one for one in standard_properties(object_type)}
        group = default_group(object_type)
        self.groups = {group: Group(group, f"{object_type.singular.replace('_', ' ').title()} information", 0)}

    def live(self, name: str) -> Property | None:
        """The definition, unless it is archived or never was."""
        definition = self.properties.get(name)
        return definition if definition is not None and definition.archived_at is None else None

    def listed(self, *, archived: bool) -> list[Property]:
        """What the properties API lists."""
        return [one for one in self.properties.values() if one.listed and (one.archived_at is not None) is archived]

    def readable(self, name: str) -> bool:
        """Whether records show a property of this name (null when it has no value); unknown names are left out."""
        if self.live(name) is not None:
            return True
        return self.object_type is ObjectType.DEALS and UNLISTED.fullmatch(name) is not None

    def add(self, definition: Property) -> None:
        """Define a custom property; one of that name that was archived is forgotten."""
        definition.group = definition.group or default_group(self.object_type)
        self.properties[definition.name] = definition

    def offer(self, name: str, options: Iterable[Option]) -> None:
        """Set the options of an enumeration."""
        self.properties[name].options = tuple(options)

    def archive(self, definition: Property, now: datetime) -> None:
        """Take a custom property out of use."""
        definition.archived_at = now

    def calculated_names(self) -> list[str]:
        """The properties that answers to PATCH show although they were not sent (as recorded)."""
        return [one.name for one in self.properties.values() if one.calculated and one.archived_at is None]
