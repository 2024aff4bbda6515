"""Who starts a run from the command line: a person by name, or cron."""

from __future__ import annotations

import os
import sys

from connector.cli.author import read_author
from connector.pipeline.errors import SetupError

CRON = "cron"
"""Whatever starts a run where no terminal is near: cron, a timer, a pipeline."""


def read_starter() -> str:
    """The name in PLAYMAKER_STARTED_BY; else the user at this terminal; else `cron`."""
    if given := os.environ.get("PLAYMAKER_STARTED_BY", "").strip():
        return given
    if not any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return CRON
    try:
        return read_author(None)
    except SetupError:
        return "unknown"
