"""What stops a connection's run before anything is pulled because its set-up is wrong."""

from __future__ import annotations


class SetupError(Exception):
    """Configuration and CRM do not fit together (exit 2): the message says what, where and what to do."""


class TooMuchChangeError(SetupError):
    """The run would change more of the CRM's KPI values than `max_change` allows; a person must look (exit 2)."""
