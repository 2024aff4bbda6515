"""In whose name a command writes into account plans."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from connector.languages.speech import _
from connector.pipeline.errors import SetupError

AuthorOption = Annotated[
    str | None,
    typer.Option(
        "--author", envvar="PLAYMAKER_AUTHOR", help="In whose name (default: the user of the operating system)."
    ),
]


def read_author(given: str | None) -> str:
    """Who writes: the name given, else the operating system's. Raises SetupError where it knows none."""
    if given and given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise SetupError(
            _("the operating system does not say who you are: give --author or PLAYMAKER_AUTHOR")
        ) from None
