"""All that is known here of one record, with where each value came from, and what the CRM says of it now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy

from adapters.base import CRM, Kind
from connector.cli.plan_place import know
from connector.cli.record_place import Place
from connector.cli.run_lines import iso
from connector.config.settings import Settings
from connector.plans.document import plan_document
from connector.store.ledger import read_known_fields
from connector.store.ledger_tables import EDITED, FOUND
from connector.store.record_rows import read_error_rows, read_pending_rows, read_record, read_written_rows
from connector.wiring.jobs import build_mapping
from mappings.entities import ENTITIES
from mappings.mapping import Mapping as FieldMapping

_BY = {EDITED: "edited", FOUND: "found"}


def record_document(ledger: sqlalchemy.Connection, settings: Settings, place: Place) -> dict[str, Any]:
    """What is held of a record; see docs/debugging.md for the keys."""
    name, kind = place.connection.name, place.kind
    row = read_record(ledger, name, kind, place.id) or {}
    judged = _judge(ledger, place, row)
    known = read_known_fields(ledger, name, kind)
    told = _Sources(build_mapping(settings, place.connection), kind, known, judged.get("judged", {}))
    return {
        "connection": name,
        "kind": kind.value,
        "id": place.id,
        "name": row.get("name") or " ".join(filter(None, (row.get("first_name"), row.get("last_name")))) or None,
        "modified_at": iso(row.get("modified_at")),
        "deleted_at": iso(row.get("deleted_at")),
        "merged_into": row.get("merged_into"),
        "values": list(told.values(row, judged)),
        "plan": judged or None,
        "written": [_written(one) for one in read_written_rows(ledger, name, kind, place.id)],
        "pending": [
            {"field": one.field, "value": one.value, "run": one.run, "sent": one.sent}
            for one in read_pending_rows(ledger, name, kind, place.id)
        ],
        "errors": [_error(one) for one in read_error_rows(ledger, name, kind, place.id)],
    }


class _Sources:
    """Where the values of a record come from."""

    def __init__(
        self, mapping: FieldMapping, kind: Kind, known: set[str], judged: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._mapping, self._kind, self._known, self._judged = mapping, kind, known, judged

    def values(self, row: Mapping[str, Any], counts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Each field of ours: what the CRM gave, what counts, and whence."""
        for field in ENTITIES[self._kind].model_fields:
            held, said = _plain(row.get(field)), self._judged.get(field)
            value = counts.get(field, held) if said else held
            yield {"field": field, "value": value, "crm_field": self._crm_field(field), "source": self._source(field)}

    def _crm_field(self, field: str) -> str | None:
        """The CRM field that the last run read it from."""
        sources = (self._mapping.inputs(self._kind).get(field), self._mapping.source_field(self._kind, field))
        return next((one for one in sources if one in self._known), None)

    def _source(self, field: str) -> dict[str, Any] | None:
        """Who says so: somebody here, by a command or a file, a rep in the CRM, or the CRM's record as it is mapped."""
        if said := self._judged.get(field):
            return dict(said)
        crm_field = self._crm_field(field)
        return {"side": "crm", "source": "mapping"} if crm_field else None


def _judge(ledger: sqlalchemy.Connection, place: Place, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the account's plan says of the account, or of the person, exactly as `plan show` shows it."""
    account = place.id if place.kind is Kind.ACCOUNT else row.get("account") if place.kind is Kind.CONTACT else None
    if account is None or not _is_live(ledger, place.connection.name, account):
        return {}
    document = plan_document(know(ledger, place.connection, account))
    if place.kind is Kind.ACCOUNT:
        return (document["plan"] or {}) | {"judged": document["judged"]}
    return next((one for one in document["stakeholders"] if one["person"] == place.id), {})


def _is_live(ledger: sqlalchemy.Connection, name: str, account: str) -> bool:
    row = read_record(ledger, name, Kind.ACCOUNT, account)
    return row is not None and row["deleted_at"] is None


def _written(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a database row
    by = _BY.get(row.run, "us")
    run = row.run if by == "us" else None
    return {"field": row.field, "value": row.value, "by": by, "run": run, "at": iso(row.at)}


def _error(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a database row
    told = {key: getattr(row, key) for key in ("origin", "code", "message", "attempts")}
    times = {key: iso(getattr(row, key)) for key in ("first_at", "last_at", "next_attempt_at", "parked_at")}
    return {"field": row.field or None} | told | times


def read_live(crm: CRM, document: Mapping[str, Any], now: Callable[[], datetime]) -> dict[str, Any]:
    """What the CRM says of the record now, field by field as it gives it; `there` is false where it has it no more."""
    kind = Kind(document["kind"])
    asked = {one["crm_field"] for one in document["values"]} | {one["field"] for one in document["written"]}
    schema = crm.describe(kind)
    fields = sorted(one for one in asked if one in schema)
    found = next(iter(crm.read(kind, fields, [document["id"]])), None)
    values = {name: _plain(found.fields.get(name)) for name in fields} if found else {}
    modified_at = iso(found.modified_at) if found else None
    return {"read_at": iso(now()), "there": found is not None, "modified_at": modified_at, "fields": values}


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, datetime):
        return iso(value)
    return value if value is None or isinstance(value, bool | int | list | dict) else str(value)
