"""The owners of records: people and queues, those who left included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.base import Kind, Page, Record
from adapters.hubspot.answers import list_pages, read_id, read_instant
from adapters.hubspot.wire import Json, Wire

_PAGE = ("limit", "100")


def pull_owners(wire: Wire, fields: Sequence[str]) -> Iterator[Page]:
    """All owners, the active ones first; their id is what `hubspot_owner_id` holds."""
    path, seen = wire.paths.owners, set[str]()
    for archived in ("false", "true"):
        for rows in list_pages(wire, path, "read", [_PAGE, ("archived", archived)]):
            fresh = {read_id(wire, path, row): row for row in rows}
            active = archived == "false"
            yield Page([_record(id_, row, fields, active=active) for id_, row in fresh.items() if id_ not in seen])
            seen |= fresh.keys()


def _record(identity: str, row: Json, fields: Sequence[str], *, active: bool) -> Record:
    values = {**row, "@name": _name(row), "@active": active and not row.get("archived", False)}
    return Record(Kind.USER, identity, read_instant(row.get("updatedAt")), {name: values.get(name) for name in fields})


def _name(row: Json) -> str | None:
    parts = [str(row[part]) for part in ("firstName", "lastName") if row.get(part)]
    return " ".join(parts) or row.get("email")
