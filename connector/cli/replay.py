"""`playmaker replay`: runs what `sync --record` recorded once more, without the CRM it was recorded with."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from adapters.errors import CRMError
from connector.cli.exit_codes import worst
from connector.cli.session import JsonOption, load
from connector.cli.sync import print_reports, sync_one
from connector.config.settings import Settings
from connector.pipeline.report import ConnectionReport
from connector.pipeline.run import kind_of
from connector.wiring.jobs import RunOptions
from connector.wiring.recording import playing, read_recording

FileArgument = Annotated[Path, typer.Argument(help="The file that `playmaker sync --record FILE` wrote.")]


def replay_command(file: FileArgument, *, as_json: JsonOption = False) -> None:
    """Run a recording against a fresh database that is gone afterwards: no CRM, no network, the same configuration."""
    recorded = read_recording(file)
    with _configured(recorded["configuration"]) as settings:
        options = _options(recorded)
        report = _play(settings, file, options)
    print_reports(options.run, [report], dry=False, as_json=as_json)
    raise typer.Exit(worst([report]))


@contextmanager
def _configured(configuration: dict[str, Any]) -> Iterator[Settings]:
    """The recorded configuration, with a database of its own."""
    with TemporaryDirectory(prefix="playmaker-") as folder:
        path = Path(folder) / "config.yaml"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as config:
            json.dump(configuration, config)
        yield load(path)


def _options(recorded: dict[str, Any]) -> RunOptions:
    """The same instant; written only where the recorded run wrote."""
    as_of = recorded.get("as_of")
    return RunOptions(
        started=datetime.fromisoformat(recorded["started"]),
        as_of=date.fromisoformat(as_of) if as_of else None,
        push=recorded["writes"],
        force=True,
    )


def _play(settings: Settings, file: Path, options: RunOptions) -> ConnectionReport:
    (connection,) = settings.connections
    try:
        with playing(file):
            return sync_one(settings, connection, options)
    except CRMError as fault:
        report = ConnectionReport(connection.name)
        report.stop(kind_of(fault), str(fault))
        return report
