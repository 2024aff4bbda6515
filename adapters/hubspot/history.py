"""What was set on a deal and when, from the histories of its properties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from adapters.base import Kind, Record
from adapters.hubspot.answers import read_instant, to_epoch_ms
from adapters.hubspot.wire import Json

_CALCULATED = "CALCULATED"


def to_records(deal: str, row: Json, fields: Sequence[str]) -> list[Record]:
    """One record per moment at which one or more of the fields changed, oldest first; none without a history.

    A record has, of its fields, only those that changed then.
    """
    changes = _merge(row, fields)
    return [_record(deal, at, changes[at], fields) for at in sorted(changes)]


def _record(deal: str, at: datetime, changed: Mapping[str, object], fields: Sequence[str]) -> Record:
    values = {"@deal": deal, "@at": at, **changed}
    shown = {name: values[name] for name in fields if name in values}
    return Record(Kind.DEAL_HISTORY, f"{deal}@{to_epoch_ms(at)}", at, shown)


def _merge(row: Json, properties: Sequence[str]) -> dict[datetime, dict[str, object]]:
    histories = row.get("propertiesWithHistory")
    changes: dict[datetime, dict[str, object]] = defaultdict(dict)
    if not isinstance(histories, dict):
        return changes
    for name in properties:
        for at, value in _changes(histories.get(name), read_instant(row.get("updatedAt"))):
            changes[at][name] = value
    return changes


def _changes(entries: object, updated_at: datetime | None) -> Iterator[tuple[datetime, object]]:
    """The true changes of one property, oldest first. Entries without a usable time tell nothing."""
    listed = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    dated = [(at, entry) for entry in listed if (at := read_instant(entry.get("timestamp"))) is not None]
    # HubSpot lists them newest first: turned round, two of one moment stand in the order in which they were set
    dated.reverse()
    oldest_first = sorted(dated, key=lambda change: change[0])
    for (_, before), (at, entry) in pairwise([(None, None), *oldest_first]):
        if entry is not None and at is not None and not _is_recalculation(before, entry, at, updated_at):
            yield at, entry.get("value")


def _is_recalculation(before: Json | None, entry: Json, at: datetime, updated_at: datetime | None) -> bool:
    """Whether HubSpot merely computed the value anew, which it stamps with the moment of our question.

    Such an entry repeats its predecessor, or is younger than the record's last change.
    """
    if entry.get("sourceType") != _CALCULATED:
        return False
    repeats = before is not None and before.get("value") == entry.get("value")
    return repeats or (updated_at is not None and at > updated_at)
