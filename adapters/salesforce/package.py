"""Our fields and permission sets as an SFDX project, for admins who deploy and let no API create anything.

It holds what `fields apply` makes, and a compact layout on which the most important of the fields stand
(https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/customfield.htm).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

from adapters.base import FieldSpec, FieldType, Kind, Organisation
from adapters.salesforce.definitions import list_types, write_metadata
from adapters.salesforce.objects import OBJECTS, WRITTEN
from adapters.salesforce.permissions import LABELS, PURPOSES, rights_on

_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_ROOT = "force-app/main/default"
_LAYOUT = "Playmaker"
_NAMES = {Kind.ACCOUNT: "Name", Kind.DEAL: "Name"}
_MOST_ON_LAYOUT = 10
"""Fields of a compact layout; of these one is the record's name."""


def write_package(specs: Sequence[FieldSpec], organisation: Organisation, version: str) -> dict[str, str]:
    """The files of the project by path. `organisation`: whose currency money fields may show."""
    files = {"sfdx-project.json": _write_project(version)}
    for spec in specs:
        path = f"{_ROOT}/objects/{OBJECTS[spec.kind]}/fields/{spec.name}.field-meta.xml"
        metadata = write_metadata(spec, list_types(spec, organisation)[0])
        files[path] = _write_xml("CustomField", {"fullName": spec.name, **metadata})
    for name in LABELS:
        if granted := [spec for spec in specs if name in rights_on(spec)]:
            files[f"{_ROOT}/permissionsets/{name}.permissionset-meta.xml"] = _write_set(name, granted)
    return files | dict(_write_layouts(specs))


def _write_project(version: str) -> str:
    directories = [{"path": "force-app", "default": True}]
    return json.dumps({"packageDirectories": directories, "sourceApiVersion": version}, indent=2) + "\n"


def _write_set(name: str, specs: Iterable[FieldSpec]) -> str:
    permissions = [
        {"editable": rights_on(spec)[name], "field": f"{OBJECTS[spec.kind]}.{spec.name}", "readable": True}
        for spec in specs
    ]
    ordered = sorted(permissions, key=lambda one: str(one["field"]))
    body = {"description": PURPOSES[name], "fieldPermissions": ordered, "label": LABELS[name]}
    return _write_xml("PermissionSet", body)


def _write_layouts(specs: Sequence[FieldSpec]) -> Iterator[tuple[str, str]]:
    """One per object that we write: its name, then our figures in their order, as far as they fit."""
    for kind in WRITTEN:
        shown = [spec.name for spec in specs if spec.kind is kind and not spec.by_reps and _is_figure(spec)]
        if shown:
            path = f"{_ROOT}/objects/{OBJECTS[kind]}/compactLayouts/{_LAYOUT}.compactLayout-meta.xml"
            fields = [_NAMES[kind], *shown][:_MOST_ON_LAYOUT]
            yield path, _write_xml("CompactLayout", {"fields": fields, "fullName": _LAYOUT, "label": _LAYOUT})


def _is_figure(spec: FieldSpec) -> bool:
    return spec.type not in {FieldType.TEXT, FieldType.MOMENT}


def _write_xml(name: str, body: Mapping[str, object]) -> str:
    root = ET.Element(name, xmlns=_NAMESPACE)
    _fill(root, body)
    ET.indent(root, "    ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _fill(parent: ET.Element, body: Mapping[str, object]) -> None:
    """Elements by name; a list is one element for each of its members."""
    for name in sorted(body):
        value = body[name]
        for one in value if isinstance(value, list) else [value]:
            element = ET.SubElement(parent, name)
            if isinstance(one, dict):
                _fill(element, one)
            else:
                element.text = str(one).lower() if isinstance(one, bool) else str(one)
