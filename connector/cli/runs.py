"""`playmaker runs`: what ran, how it ended and what it cost; `playmaker runs show`: all that is known of one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import sqlalchemy
import typer

from connector.cli.exchanges import list_exchanges, print_exchanges
from connector.cli.output import print_json, print_line, print_table
from connector.cli.run_lines import full_document
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.languages.speech import _, mark
from connector.pipeline.errors import SetupError
from connector.store.lease import read_holder
from connector.store.runs import list_runs
from connector.wiring.jobs import open_ledger

app = typer.Typer(help="List runs, and show what one of them did.")

LastOption = Annotated[int, typer.Option("--last", min=1, help="So many runs, the newest first.")]
RunArgument = Annotated[
    str, typer.Argument(help="The run's id, as `sync --json` and `runs` print it, or its beginning.")
]

_COLUMNS = (
    mark("run"),
    mark("connection"),
    mark("command"),
    mark("started"),
    mark("seconds"),
    mark("status"),
    mark("pulled"),
    mark("written"),
    mark("refused"),
    mark("API calls"),
    mark("started by"),
)


@app.callback(invoke_without_command=True)
def runs_command(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    last: LastOption = 20,
    *,
    as_json: JsonOption = False,
) -> None:
    """List the last runs: when, how long, what they read, wrote and cost, what was refused, who began them."""
    if context.invoked_subcommand:
        return
    settings = load(config)
    with open_ledger(settings) as store, store.reading() as ledger:
        lines = _read(ledger, choose(settings, connection), last)
    print_json(lines) if as_json else print_table(_("Runs"), heads(_COLUMNS), [_row(line) for line in lines])


@app.command("show")
def show_command(
    run: RunArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    http: Annotated[bool, typer.Option("--http", help="Also its last requests and answers, scrubbed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show all that is known of one run, one part per connection."""
    settings = load(config)
    with open_ledger(settings) as store, store.reading() as ledger:
        lines = _find(ledger, choose(settings, connection), run)
        if http:
            lines = [line | {"http": list_exchanges(ledger, line["connection"], line["run_id"])} for line in lines]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        _print(line)
        if http:
            print_exchanges(line["connection"], line["http"])


def _read(
    ledger: sqlalchemy.Connection, chosen: Sequence[Connection], most: int, begun: str = ""
) -> list[dict[str, Any]]:
    at_work = {each.name: read_holder(ledger, each.name) for each in chosen}
    return [full_document(row, at_work[row.connection]) for row in list_runs(ledger, list(at_work), most, begun)]


def _find(ledger: sqlalchemy.Connection, chosen: Sequence[Connection], run: str) -> list[dict[str, Any]]:
    """The parts of one run. Raises SetupError where there is none, or several begin so."""
    found = _read(ledger, chosen, _LOOKED_AT, run.strip().lower())
    ids = list(dict.fromkeys(line["run_id"] for line in found))
    if not ids:
        raise SetupError(_('no run is called "{run}"; `playmaker runs` lists them', run=run))
    if len(ids) > 1 and run not in ids:
        raise SetupError(_('several runs begin with "{run}": {ids}', run=run, ids=", ".join(ids[:_MOST_NAMED])))
    return [line for line in found if line["run_id"] == (run if run in ids else ids[0])]


_LOOKED_AT = 1000
_MOST_NAMED = 5


def _row(line: Mapping[str, Any]) -> tuple[object, ...]:
    status, pulled = word(line["status"]), sum(line.get("pulled", {}).values())
    when = (line["run_id"], line["connection"], line["command"], line["started_at"], line.get("seconds"), status)
    return (*when, pulled, *(line.get(key) for key in ("written", "refused", "api_calls", "started_by")))


def _print(line: Mapping[str, Any]) -> None:
    rows = [(word(key), text) for key, text in _flat(line) if text not in {"", "None"}]
    print_table(_("Run {run} of {name}", run=line["run_id"], name=line["connection"]), [_("what"), _("value")], rows)
    if line.get("error"):
        print_line(f"{line['connection']}: {line['error']['message']}")


def _flat(line: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each figure as one text: `account 12, contact 40` for what is counted by kind."""
    for key, value in line.items():
        if key == "http":
            continue
        if isinstance(value, Mapping) and key != "error":
            yield key, ", ".join(f"{word(name)} {count}" for name, count in value.items())
        elif key != "error":
            yield key, word(value) if key == "status" else str(value)
