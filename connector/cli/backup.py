"""`playmaker backup`: a copy of the database, made while runs go on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from connector.cli.output import say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, load
from connector.languages.speech import _, speaker
from connector.wiring.backup import back_up_database


def backup_command(
    file: Annotated[Path, typer.Argument(help="The new file; nothing is ever overwritten.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Copy the whole database, consistent even while runs go on, into one SQLite file that `database` can name."""
    back_up_database(load(config), file)
    say(_("backed up to {file} ({size} bytes)", file=file, size=speaker().number(file.stat().st_size)))
