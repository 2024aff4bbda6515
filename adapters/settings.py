"""What an adapter needs to connect, with every secret already in hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from adapters.exchange import Listener


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """One connection as an adapter sees it.

    `auth`: the secrets by the names of the configuration (access_token, client_id, client_secret, refresh_token,
    username, private_key). `overlap`: how far before its cursor a pull starts again; None: the adapter's default.
    `searches_per_second`: at most so many where the CRM counts searches apart (HubSpot); None: as the CRM allows, and
    unpaced on a loopback address until it says otherwise. `pace_file`: where the processes of this machine count them
    together, None: each process by itself.
    `read_timeout`: seconds of silence after which an answer is given up; `call_timeout`: seconds after which a call is,
    however busily its answer comes in.
    `save_refresh_token`: called with a rotated refresh token *before* it is first used, None where it cannot be kept.
    `before_call`: called before each request leaves, retries and logins included; what it raises stops the run.
    `after_call`: told of each request with its answer, for debugging; what it is told holds personal data.
    """

    name: str
    base_url: str | None = None
    auth: Mapping[str, str] = field(default_factory=dict, repr=False)
    api_version: str | None = None
    overlap: timedelta | None = None
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    call_timeout: float = 90.0
    searches_per_second: int | None = None
    pace_file: Path | None = None
    save_refresh_token: Callable[[str], None] | None = field(default=None, repr=False)
    before_call: Callable[[], None] = field(default=lambda: None, repr=False)
    after_call: Listener | None = field(default=None, repr=False)
