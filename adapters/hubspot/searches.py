"""Keeps searches below HubSpot's own limit for them: five a second and account, all apps of the account together.

Search counts apart from everything else and its answers say nothing of what is left
(https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines), so we count ourselves.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from adapters.hubspot.address import is_loopback
from adapters.pace import Pace
from adapters.settings import ConnectionSettings

SEARCHES_PER_SECOND = 5


class SearchPace:
    """The pace of one connection's searches. A simulated HubSpot on this machine is paced once it has refused one."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._rate = settings.searches_per_second or SEARCHES_PER_SECOND
        self._needed = settings.searches_per_second is not None or not _is_local(settings)
        self._pace: Pace | None = None

    def wait(self, account: str) -> None:
        """Return when the next search of this account may leave."""
        if not self._needed:
            return
        if self._pace is None:
            self._pace = Pace(self._rate, account, self._settings.pace_file)
        self._pace.wait()

    def refused(self) -> None:
        """Take note of a search that was one too many."""
        self._needed = True

    def close(self) -> None:
        """Give back what counting took."""
        if self._pace is not None:
            self._pace.close()
            self._pace = None


def _is_local(settings: ConnectionSettings) -> bool:
    return is_loopback(urlsplit(settings.base_url or "").hostname or "")
