"""What several processes must agree upon: pauses, and who sends which alert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from connector.store.alerts import begin_alert, end_alert, mark_told, read_alerts
from connector.store.pauses import pause, read_pause, resume
from connector.store.store import open_store

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_an_alert_is_begun_and_ended_by_one_process_only(engine: Engine):
    with open_store(engine) as store, store.transaction() as ledger:
        assert [begin_alert(ledger, "a", "run", NOW + timedelta(hours=n)) for n in range(2)] == [True, False]
        mark_told(ledger, "a", "run", NOW)
        (found,) = read_alerts(ledger, "a").items()
        assert (found[0], found[1].since, found[1].told_at) == ("run", NOW, NOW)
        assert read_alerts(ledger, "b") == {}
        assert [end_alert(ledger, "a", "run") for _ in range(2)] == [True, False]


def test_the_first_pause_holds_until_it_is_ended(engine: Engine):
    with open_store(engine) as store, store.transaction() as ledger:
        for by in ("Zoe", "Max"):
            pause(ledger, "a", by, NOW)
        assert (read_pause(ledger, "a").by, read_pause(ledger, "b")) == ("Zoe", None)
        assert [resume(ledger, "a") for _ in range(2)] == [True, False]
        assert read_pause(ledger, "a") is None
