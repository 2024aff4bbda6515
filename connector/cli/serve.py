"""`playmaker serve`: the schedule, until told to stop."""

from __future__ import annotations

import sys
from threading import Event

from connector.cli.session import DEFAULT_CONFIG, ConfigOption, load
from connector.schedule.scheduler import serve


def serve_command(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Sync every connection on its schedule, and answer monitoring.

    SIGTERM ends it after the page under way, resumable. See `serve`, `log` and `alerts` in the configuration.
    """
    settings = load(config, log_level="INFO", log_json=not sys.stderr.isatty(), log_to_file=True)
    serve(settings, Event())
