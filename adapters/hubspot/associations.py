"""Which records belong together, with the labels that people gave the association."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.base import Record
from adapters.errors import TransientError
from adapters.hubspot.answers import read_after, read_errors, read_id, read_rows
from adapters.hubspot.objects import LinkType
from adapters.hubspot.refusals import is_absent
from adapters.hubspot.wire import Json, Wire

BATCH = 1000
"""The most records that one call may ask for."""

_PRIMARY_TYPES = {1, 2, 5, 6}
"""HubSpot's own types for a primary company or contact: contact→company, company→contact, deal→company, company→deal
(https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide)."""


@dataclass(frozen=True, slots=True)
class Link:
    """An associated record. `labels` are those that say something about it: HubSpot's own "Primary" is not one."""

    id: str
    labels: tuple[str, ...]
    primary: bool


def read_links(wire: Wire, source: str, target: str, ids: Sequence[str]) -> Mapping[str, list[Link]]:
    """The associated records of up to BATCH records, each one's whole list; one without any is left out."""
    path = wire.paths.associated(source, target)
    links: dict[str, dict[str, Link]] = defaultdict(dict)
    inputs: list[Json] = [{"id": each} for each in ids]
    visited: set[tuple[str, str]] = set()
    while inputs:
        answer = wire.post(path, {"inputs": inputs}, "read")
        _check_errors(wire, path, answer)
        rows = read_rows(wire, path, answer)
        for row in rows:
            found = read_rows(wire, path, row, "to")
            links[_origin(wire, path, row)] |= {link.id: link for link in (_link(wire, path, to) for to in found)}
        inputs = _what_follows(wire, path, rows, visited)
    return {origin: list(found.values()) for origin, found in links.items() if found}


def choose(links: Sequence[Link]) -> str | None:
    """The primary one, else the only one, else none: of several equals none is more ours than the others."""
    primary = [link.id for link in links if link.primary]
    candidates = primary or [link.id for link in links]
    return candidates[0] if len(candidates) == 1 or primary else None


def to_record(link_type: LinkType, parent: str, link: Link, fields: Sequence[str]) -> Record:
    """One pair."""
    left, right = (parent, link.id) if link_type.source_is_left else (link.id, parent)
    values: Mapping[str, object] = {link_type.left: left, link_type.right: right, "@labels": list(link.labels)}
    return Record(link_type.kind, f"{left}:{right}", None, {name: values[name] for name in fields})


def _check_errors(wire: Wire, path: str, answer: Json) -> None:
    """A record that has no associations, or is gone, is reported as an error of the batch, and is none."""
    for error in read_errors(wire, path, answer):
        if not _means_none(error):
            raise TransientError(f"{wire.connection}: HubSpot could not read the associations of every record.")


def _means_none(error: Json) -> bool:
    return str(error.get("subCategory", "")).endswith("NO_ASSOCIATIONS_FOUND") or is_absent(error)


def _origin(wire: Wire, path: str, row: Json) -> str:
    origin = row.get("from")
    if not isinstance(origin, dict):
        raise wire.garbled(path, "an association does not say whose it is")
    return read_id(wire, path, origin)


def _link(wire: Wire, path: str, to: Json) -> Link:
    target = read_id(wire, path, to, "toObjectId")
    types = read_rows(wire, path, to, "associationTypes")
    own = [each for each in types if _is_primary(each)]
    labels = dict.fromkeys(str(each["label"]) for each in types if each.get("label") and each not in own)
    return Link(target, tuple(labels), primary=bool(own))


def _is_primary(association_type: Json) -> bool:
    number = association_type.get("typeId")
    is_own = association_type.get("category") == "HUBSPOT_DEFINED"
    return is_own and isinstance(number, int) and number in _PRIMARY_TYPES


def _what_follows(wire: Wire, path: str, rows: Sequence[Json], visited: set[tuple[str, str]]) -> list[Json]:
    """The inputs of the next call: each record has pages of its own."""
    pages = [(_origin(wire, path, row), after) for row in rows if (after := read_after(wire, path, row)) is not None]
    if not visited.isdisjoint(pages):
        raise wire.garbled(path, "its pages run in a circle")
    visited.update(pages)
    return [{"id": origin, "after": after} for origin, after in pages]
