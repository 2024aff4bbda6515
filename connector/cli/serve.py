"""`playmaker serve`: the schedule, until told to stop."""

from __future__ import annotations

import sys
from threading import Event

from connector.cli.session import DEFAULT_CONFIG, ConfigOption, load
from connector.schedule.scheduler import serve


def serve_command(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Sync every connection on its schedule; SIGTERM ends it after the page under way, resumable."""
    settings = load(config, log_level="INFO", log_json=not sys.stderr.isatty())
    serve(settings, Event())
