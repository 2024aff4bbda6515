"""What a field of an object is, and which of its properties follow from its type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

TEXT = frozenset({"string", "textarea", "picklist", "multipicklist", "email", "phone", "url"})
NUMBERS = frozenset({"currency", "double", "percent", "int"})
IDS = frozenset({"id", "reference"})
DEFAULT_LENGTHS = {
    "string": 255, "textarea": 255, "picklist": 255, "multipicklist": 4099, "email": 80, "phone": 40, "url": 255,
    "id": 18, "reference": 18,
}  # fmt: skip
LONG_TEXT = 255
"""A text area longer than this can be neither filtered nor sorted (SOQL reference, "Long text areas")."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist."""

    value: str
    label: str


@dataclass(slots=True)
class Field:
    """A field. `precision`: all digits of a number, `scale`: those after the point, `digits`: those of an integer.

    `to` and `relationship`: the object that a reference points to, and its name in a SOQL path. `compound`: the field
    that this one is a part of.
    """

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    required: bool = False
    createable: bool = True
    updateable: bool = True
    calculated: bool = False
    custom: bool = False
    name_field: bool = False
    choices: list[Choice] = field(default_factory=list)
    restricted: bool = False
    to: str | None = None
    relationship: str | None = None
    owner: bool = False
    compound: str | None = None
    help: str | None = None
    unique: bool = False
    external_id: bool = False

    @property
    def kind(self) -> str:
        """How SOQL compares the field's values: text, number, id, boolean, date, datetime or address."""
        if self.type in TEXT:
            return "text"
        return "number" if self.type in NUMBERS else "id" if self.type in IDS else self.type

    @property
    def filterable(self) -> bool:
        """Whether WHERE takes it."""
        return self.type != "address" and not self.is_long_text

    @property
    def sortable(self) -> bool:
        """Whether ORDER BY takes it."""
        return self.filterable and self.type != "multipicklist"

    @property
    def is_long_text(self) -> bool:
        """Whether it holds more than a database column would."""
        return self.type == "textarea" and self.length > LONG_TEXT

    def values(self) -> Sequence[str]:
        """The values of a picklist."""
        return [choice.value for choice in self.choices]


def make_choices(values: Sequence[str]) -> list[Choice]:
    """Choices whose labels are their values."""
    return [Choice(value, value) for value in values]
