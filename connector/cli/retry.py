"""`playmaker retry`: lets refused records be tried again with the next run."""

from __future__ import annotations

from typing import Annotated

import typer

from connector.cli.output import print_json, print_table, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.languages.speech import _
from connector.store.refusals import make_due
from connector.wiring.jobs import open_database

RecordOption = Annotated[str | None, typer.Option("--record", help="Only the record with this CRM id.")]


def retry_command(
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    record: RecordOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make refused records due with the next run, the parked ones too, once what they were refused for is mended."""
    settings = load(config)
    chosen = choose(settings, connection)
    with open_database(settings, dry=False) as store, store.transaction() as ledger:
        lines = [{"connection": each.name, "records": make_due(ledger, each.name, record)} for each in chosen]
    if as_json:
        print_json(lines)
    else:
        rows = [tuple(line.values()) for line in lines]
        print_table(_("Due with the next run"), [_("connection"), _("records")], rows)
    if not any(line["records"] for line in lines):
        none = _("no record is refused at present; `playmaker errors` lists those that are")
        not_this = _("no record with the id {id} is refused at present; `playmaker errors` lists all", id=record)
        say(f"playmaker: {not_this if record else none}")
