"""What every command begins with: its options, the configuration, the log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from connector.config.connection import Connection
from connector.config.faults import suggest
from connector.config.load import guess_language, load_settings
from connector.config.settings import Settings
from connector.kpis.catalogue import all_keys
from connector.languages.speech import _, speak
from connector.log.setup import configure
from connector.pipeline.errors import SetupError

DEFAULT_CONFIG = Path("config.yaml")

ConfigOption = Annotated[
    Path, typer.Option("--config", envvar="PLAYMAKER_CONFIG", help="The configuration file.", show_default=True)
]
ConnectionOption = Annotated[str | None, typer.Option("--connection", help="Only this connection (default: all).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Reckon the KPIs for the end of this day (default: now)."),
]


def load(config: Path, *, log_level: str = "WARNING", log_json: bool = False, log_to_file: bool = False) -> Settings:
    """The configuration; from here on the log hides its secrets and people are spoken to in its language.

    Raises ConfigError, in the language that the file seems to ask for; SetupError where the log file (asked for by
    `log_to_file`, and named in the configuration) cannot be written.
    """
    configure(json=log_json, level=log_level)
    speak(guess_language(config))
    settings = load_settings(config, os.environ, all_keys())
    speak(settings.language)
    file = settings.log if log_to_file else None
    try:
        configure(json=log_json, level=log_level, secrets=settings.secrets(), file=file)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise SetupError(
            _("the log file {file} cannot be written ({reason}): see log.file", file=settings.log.file, reason=reason)
        ) from None
    return settings


def choose(settings: Settings, name: str | None) -> Sequence[Connection]:
    """The connections a command is about. Raises SetupError for a name that is not there."""
    chosen = [connection for connection in settings.connections if name in {None, connection.name}]
    if not chosen:
        known = [connection.name for connection in settings.connections]
        raise SetupError(_('no connection is named "{name}"{hint}', name=name, hint=suggest(name or "", known)))
    return chosen
