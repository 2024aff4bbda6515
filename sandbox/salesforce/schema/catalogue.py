"""The standard objects, read from the files in objects/: which exist, and with which fields, depends on the org."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sandbox.salesforce.schema.fields import DEFAULT_LENGTHS, Field, make_choices

Spec = Mapping[str, Any]
"""One object or one field as its YAML file spells it."""


@dataclass(frozen=True, slots=True)
class Child:
    """A relationship seen from the parent: records of `object` whose `field` points here."""

    object: str
    field: str


@dataclass(slots=True)
class ObjectType:
    """An object. `recycled`: deleted records go to the recycle bin; `keeps_master`: its records can be merged."""

    name: str
    label: str
    plural: str
    prefix: str
    fields: dict[str, Field] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    writable: bool = True
    recycled: bool = True
    keeps_master: bool = False
    spelling: dict[str, str] = field(default_factory=dict)

    def add(self, one: Field) -> None:
        """Give the object a field."""
        self.fields[one.name] = one
        self.spelling[one.name.lower()] = one.name

    def drop(self, name: str) -> None:
        """Take a field away."""
        del self.fields[name]
        del self.spelling[name.lower()]

    def find(self, name: str) -> Field | None:
        """The field of this name, whatever its case; None when there is none."""
        spelt = self.spelling.get(name.lower())
        return self.fields[spelt] if spelt else None


def load_objects(features: Collection[str], *, tooling: bool = False) -> dict[str, ObjectType]:
    """The objects of an org with these features (multi_currency, contacts_to_multiple_accounts), by name.

    `tooling`: those of the Tooling API instead.
    """
    specs = (spec for spec in _read_specs(tooling=tooling) if spec.get("feature", "") in {"", *features})
    objects = {spec["name"]: _make_object(spec, features) for spec in specs}
    for one in objects.values():
        one.children = {name: child for name, child in one.children.items() if child.object in objects}
    return objects


@cache
def _read_specs(*, tooling: bool) -> list[Spec]:
    folder = files("sandbox.salesforce.schema") / "objects"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".yaml"))
    chosen = [name for name in names if (name == "tooling.yaml") is tooling]
    return [spec for name in chosen for spec in yaml.safe_load_all((folder / name).read_text("utf-8"))]


def _make_object(spec: Spec, features: Collection[str]) -> ObjectType:
    children = {name: Child(**child) for name, child in spec.get("children", {}).items()}
    flags = {name: spec[name] for name in ("writable", "recycled", "keeps_master") if name in spec}
    made = ObjectType(spec["name"], spec["label"], spec["plural"], str(spec["prefix"]), children=children, **flags)
    for one in _make_fields(spec, features):
        made.add(one)
    return made


def _make_fields(spec: Spec, features: Collection[str]) -> Iterator[Field]:
    yield Field("Id", f"{spec['label']} ID", "id", length=18, createable=False, updateable=False)
    if spec.get("recycled", True):
        yield _system("IsDeleted", "Deleted", "boolean")
    if spec.get("keeps_master"):
        yield _system("MasterRecordId", "Master Record ID", "reference", spec["name"], "MasterRecord")
    for name, one in spec["fields"].items():
        if not one.get("multi_currency") or "multi_currency" in features:
            yield make_field(name, one)
    yield _system("CreatedDate", "Created Date", "datetime")
    yield _system("CreatedById", "Created By ID", "reference", "User", "CreatedBy")
    if spec.get("modified_fields", True):
        yield _system("LastModifiedDate", "Last Modified Date", "datetime")
        yield _system("LastModifiedById", "Last Modified By ID", "reference", "User", "LastModifiedBy")
    yield _system("SystemModstamp", "System Modstamp", "datetime")


def _system(name: str, label: str, kind: str, to: str | None = None, relationship: str | None = None) -> Field:
    length = DEFAULT_LENGTHS.get(kind, 0)
    return Field(name, label, kind, length, createable=False, updateable=False, to=to, relationship=relationship)


def make_field(name: str, spec: Spec) -> Field:
    """A field from its YAML line."""
    closed = bool(spec.get("readonly") or spec.get("calculated"))
    same = ("precision", "scale", "digits", "required", "calculated", "restricted", "to", "relationship", "compound")
    return Field(
        name,
        spec["label"],
        spec["type"],
        spec.get("length", DEFAULT_LENGTHS.get(spec["type"], 0)),
        createable=not closed,
        updateable=not (closed or spec.get("create_only")),
        choices=make_choices([str(value) for value in spec.get("values", ())]),
        **{key: spec[key] for key in (*same, "name_field", "owner") if key in spec},
    )
