"""`playmaker pause` and `playmaker resume`: leave a connection alone for a while."""

from __future__ import annotations

from typing import Annotated

import typer

from connector.cli.author import AuthorOption, read_author
from connector.cli.output import print_json, print_line
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, JsonOption, choose, load
from connector.languages.speech import _
from connector.store import pauses
from connector.store.pauses import Pause, read_pause
from connector.wiring.jobs import open_database, read_clock

NameArgument = Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection's name.")]

EvenPausedOption = Annotated[bool, typer.Option("--even-paused", help="Run a paused connection too, this once.")]


def pause_command(
    connection: NameArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Let no run of a connection begin, on the schedule or by hand, until it is resumed; one under way goes on."""
    settings = load(config)
    (chosen,) = choose(settings, connection)
    by = read_author(author)
    with open_database(settings, dry=False) as store, store.transaction() as ledger:
        before = read_pause(ledger, chosen.name)
        pauses.pause(ledger, chosen.name, by, read_clock())
        found = read_pause(ledger, chosen.name)
    if as_json:
        print_json(_document(chosen.name, found))
    elif before:
        print_line(_("{name} was paused already, by {by}", name=chosen.name, by=before.by))
    else:
        print_line(_("{name} is paused; `playmaker resume {name}` ends that", name=chosen.name))


def resume_command(
    connection: NameArgument, config: ConfigOption = DEFAULT_CONFIG, *, as_json: JsonOption = False
) -> None:
    """Let a paused connection run again, from where it stopped."""
    settings = load(config)
    (chosen,) = choose(settings, connection)
    with open_database(settings, dry=False) as store, store.transaction() as ledger:
        was_paused = pauses.resume(ledger, chosen.name)
    if as_json:
        print_json(_document(chosen.name, None))
    elif was_paused:
        print_line(_("{name} runs again, from where it stopped", name=chosen.name))
    else:
        print_line(_("{name} was not paused", name=chosen.name))


def _document(name: str, found: Pause | None) -> dict[str, object]:
    return {
        "connection": name,
        "paused": found is not None,
        "since": found and found.since.isoformat(timespec="seconds"),
        "by": found and found.by,
    }
