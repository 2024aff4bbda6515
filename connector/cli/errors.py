"""`playmaker errors`: what went wrong with single records, and has not gone well since."""

from __future__ import annotations

from typing import Any

from connector.cli.output import print_json, print_table, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import heads
from connector.languages.speech import _, mark
from connector.store.record_errors import read_errors
from connector.wiring.jobs import open_ledger

_KEYS = ("connection", "kind", "id", "field", "code", "message", "attempts", "first_at", "last_at")

_COLUMNS = (mark("record"), mark("what went wrong"), mark("attempts"), mark("first"), mark("last"))


def errors_command(
    config: ConfigOption = DEFAULT_CONFIG, connection: ConnectionOption = None, *, as_json: JsonOption = False
) -> None:
    """List refused records and unusable values, in the CRM's own words, until they went well."""
    settings = load(config)
    names = {each.name for each in choose(settings, connection)}
    with open_ledger(settings) as store, store.reading() as ledger:
        lines = [_line(row) for row in read_errors(ledger) if row.connection in names]
    if as_json:
        print_json(lines)
    elif not lines:
        say(_("no record has an error"))
    else:
        print_table(_("Errors of records"), heads(_COLUMNS), [_row(line) for line in lines])


def _row(line: dict[str, Any]) -> tuple[object, ...]:
    field = f"{line['field']}: " if line["field"] else ""
    times = (line[key][:16].replace("T", " ") for key in ("first_at", "last_at"))
    record = f"{line['connection']} {line['kind']} {line['id']}"
    return (record, f"{field}{line['code']}: {line['message']}", line["attempts"], *times)


def _line(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a database row
    line = {key: getattr(row, key) for key in _KEYS}
    return line | {"field": row.field or None, "first_at": row.first_at.isoformat(), "last_at": row.last_at.isoformat()}
