"""A sync in a process of its own, which can be killed; imports little, for there are many of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import timedelta

from hostile_clock import host_clock

from connector.cli.app import main


def sync_elsewhere(environ: dict[str, str], ahead: timedelta, zone: str, arguments: Sequence[str]) -> None:
    """What the child process does; its output goes nowhere."""
    os.environ.update(environ)
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    with host_clock(ahead, zone):
        sys.exit(main(list(arguments)))
