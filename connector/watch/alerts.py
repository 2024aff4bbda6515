"""Tells people once when something goes bad about a connection, and once when it is well again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from connector.config.connection import Connection
from connector.config.service import Condition
from connector.config.settings import Settings
from connector.languages.speech import _
from connector.store.alerts import Alert, begin_alert, end_alert, mark_told, read_alerts
from connector.store.errors import StoreError
from connector.store.store import Store
from connector.watch.conditions import TITLES, find_bad
from connector.watch.places import send
from connector.watch.vitals import read_vitals
from connector.wiring.jobs import open_database

log = structlog.get_logger()


def alert(settings: Settings, connections: Sequence[Connection], now: datetime) -> None:
    """Look how these connections stand, and tell what changed. Raises nothing: no run fails because of it."""
    if not settings.alerts.urls:
        return
    try:
        with open_database(settings, dry=False) as store:
            for connection in connections:
                _alert_of(_Watch(settings, connection.name, store, now), connection)
    except StoreError as fault:
        log.warning("alerts not sent", reason=str(fault))


@dataclass(frozen=True, slots=True)
class _Watch:
    settings: Settings
    name: str
    store: Store
    now: datetime

    def tell(self, condition: Condition, text: str, *, good: bool) -> bool:
        """Whether one place at least was told."""
        what = _("well again") if good else _(TITLES[condition])
        done = send(self.settings.alerts.urls, f"playmaker: {self.name}: {what}", f"{self.name}: {text}", good=good)
        return any(delivery.fault is None for delivery in done)


def _alert_of(watch: _Watch, connection: Connection) -> None:
    """A paused connection is left as it is: whoever paused it knows."""
    with watch.store.reading() as ledger:
        vitals = read_vitals(ledger, watch.settings, connection, watch.now)
        known = read_alerts(ledger, watch.name)
    if vitals.paused:
        return
    bad = find_bad(vitals, watch.settings, watch.now)
    for condition, text in bad.items():
        _begin(watch, condition, text, known.get(condition))
    for name, was in known.items():
        if name not in bad:
            _end(watch, Condition(name), was)


def _begin(watch: _Watch, condition: Condition, text: str, known: Alert | None) -> None:
    """Noted before it is sent, so that two processes do not both send it; an alert that reached none is owed."""
    if known is not None and known.told_at is not None:
        return
    if known is None:
        with watch.store.transaction(fenced=False) as ledger:
            if not begin_alert(ledger, watch.name, condition, watch.now):
                return
    if watch.tell(condition, text, good=False):
        with watch.store.transaction(fenced=False) as ledger:
            mark_told(ledger, watch.name, condition, watch.now)


def _end(watch: _Watch, condition: Condition, was: Alert) -> None:
    """Whoever was told that it is bad is told that it is well; where none could be reached it stays owed."""
    with watch.store.transaction(fenced=False) as ledger:
        if not end_alert(ledger, watch.name, condition):
            return
    since = was.since.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
    text = _("no longer: {what} (since {since})", what=_(TITLES[condition]), since=since)
    if was.told_at is not None and not watch.tell(condition, text, good=True):
        with watch.store.transaction(fenced=False) as ledger:
            begin_alert(ledger, watch.name, condition, was.since)
            mark_told(ledger, watch.name, condition, was.told_at)
