"""`playmaker sync --record FILE`: one connection's run, with all that went over the wire, as a file to hand on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from connector.cli.output import say
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _
from connector.pipeline.errors import SetupError
from connector.wiring.jobs import RunOptions, read_clock
from connector.wiring.recording import kept_configuration, recording

RecordOption = Annotated[
    Path | None,
    typer.Option("--record", help="Read everything, and write all requests and answers, scrubbed, to this file."),
]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is to be recorded, and where: one connection of a configuration, in a file that is not there yet."""

    file: Path
    config: Path
    settings: Settings
    chosen: Sequence[Connection]


@contextmanager
def recorded(what: Recorded | None, options: RunOptions) -> Iterator[RunOptions]:
    """Record the runs of the block, where that is asked for; what they are to go by. Raises SetupError."""
    if what is None:
        yield options
        return
    _refuse(what)
    started = options.started or read_clock()
    metadata = {
        "configuration": kept_configuration(what.config, what.chosen[0].name),
        "started": started.isoformat(),
        "as_of": options.as_of.isoformat() if options.as_of else None,
    }
    with recording(what.file, what.settings.secrets(), metadata):
        yield replace(options, full=True, started=started)
    say(_("recorded in {file}: look through it before you hand it on", file=what.file))


def _refuse(what: Recorded) -> None:
    if len(what.chosen) != 1:
        raise SetupError(_("a recording is of one connection: say which with --connection NAME"))
    if what.file.exists():
        raise SetupError(_("{file} is there already: name a new file for the recording", file=what.file))
    if not what.file.absolute().parent.is_dir():
        raise SetupError(_("{file}: there is no such folder", file=what.file))
