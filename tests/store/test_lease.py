"""One run of a connection at a time: the lease on both databases."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from adapters.base import Kind
from adapters.retry import TOTAL_SECONDS
from adapters.settings import ConnectionSettings
from connector.store import ledger
from connector.store.engine import open_engine
from connector.store.errors import LeaseLostError, LeaseTakenError
from connector.store.guarantee_tables import LEASES
from connector.store.holder import Holder
from connector.store.lease import LENGTH, RENEWALS, Lease
from connector.store.store import Store, open_store

SHORT = timedelta(milliseconds=150)
THREADS = 6
FAR_AWAY = replace(Holder.here("far"), host="elsewhere", scope="another machine")


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    with open_store(engine) as opened:
        yield opened


@pytest.fixture
def rival(database_url: str) -> Iterator[Store]:
    """Another run's store on the same database."""
    other = open_engine(database_url)
    with open_store(other) as opened:
        yield opened
    other.dispose()


def lease(run: str, length: timedelta = LENGTH, **options) -> Lease:
    return Lease("emea", run, length, **options)


def rows(store: Store) -> list:
    with store.reading() as connection:
        return list(connection.execute(select(LEASES)).all())


def make_holder(store: Store, holder: Holder) -> None:
    """Let the lease that is held be this one's, as if it had taken it."""
    with store.transaction(fenced=False) as connection:
        connection.execute(update(LEASES).values(holder=holder.text))


def hold(store: Store, name: str, length: timedelta = LENGTH) -> None:
    with store.holding(Lease("emea", name, length)):
        pass


def test_lease_is_there_while_it_is_held_and_gone_afterwards(store: Store):
    with store.holding(lease("one")):
        (row,) = rows(store)
        assert Holder.parse(row.holder) == Holder.here("one")
        assert row.expires_at - row.taken_at == pytest.approx(LENGTH, abs=timedelta(milliseconds=5))
    assert rows(store) == []


def test_lease_of_another_run_is_refused_saying_since_when_and_by_whom(store: Store, rival: Store):
    with store.holding(lease("one")):
        (row,) = rows(store)
        with pytest.raises(LeaseTakenError) as refused:
            hold(rival, "two")
        assert rows(store) == [row]
    here = Holder.here("one")
    for word in ("emea", f"{row.taken_at:%Y-%m-%d %H:%M:%S} UTC", "run one", f"process {here.pid}", here.host):
        assert word in str(refused.value)
    assert "\n" not in str(refused.value)
    hold(rival, "two")


def test_connections_do_not_wait_for_each_other(store: Store, rival: Store):
    with store.holding(lease("one")), rival.holding(Lease("us", "one")):
        assert [row.connection for row in rows(store)] == ["emea", "us"]


def test_of_runs_that_start_together_exactly_one_gets_the_lease(database_url: str):
    start, end = Barrier(THREADS), Barrier(THREADS)

    def compete(number: int) -> bool:
        engine = open_engine(database_url)
        with ExitStack() as stack:
            rival = stack.enter_context(open_store(engine))
            start.wait(30)
            try:
                stack.enter_context(rival.holding(lease(f"run {number}")))
                got = True
            except LeaseTakenError:
                got = False
            end.wait(30)
        engine.dispose()
        return got

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(compete, range(THREADS))) == [False] * (THREADS - 1) + [True]


def test_silent_holder_is_superseded_after_its_lease_and_not_before(store: Store, rival: Store):
    with store.holding(lease("far", SHORT)):
        make_holder(store, FAR_AWAY)
        (row,) = rows(store)
        with pytest.raises(LeaseTakenError, match="elsewhere"):
            hold(rival, "two")
        time.sleep(SHORT.total_seconds() * 1.2)
        with rival.holding(lease("two")):
            (now,) = rows(store)
            assert now.taken_at >= row.expires_at
            assert Holder.parse(now.holder).run == "two"


def test_renewed_lease_lasts_beyond_its_first_length(store: Store, rival: Store):
    with store.holding(lease("one", SHORT)):
        for _ in range(4):
            time.sleep(SHORT.total_seconds() / 2)
            store.renew_lease()
        with pytest.raises(LeaseTakenError):
            hold(rival, "two")


def test_who_lost_the_lease_writes_nothing(store: Store, rival: Store):
    with store.holding(lease("one")):
        make_holder(rival, FAR_AWAY)
        with pytest.raises(LeaseLostError, match="another run took over"), store.transaction() as connection:
            ledger.save_known_fields(connection, "emea", Kind.ACCOUNT, ["name"])
        with pytest.raises(LeaseLostError):
            store.renew_lease()
        with store.reading() as connection:
            assert ledger.read_known_fields(connection, "emea", Kind.ACCOUNT) == set()
    assert Holder.parse(rows(store)[0].holder) == FAR_AWAY, "giving back does not end another run's lease"


def test_lease_lost_to_a_run_that_is_over_already_is_lost_all_the_same(store: Store, rival: Store):
    with store.holding(lease("one", SHORT)):
        make_holder(store, FAR_AWAY)
        time.sleep(SHORT.total_seconds() * 1.2)
        hold(rival, "two")
        with pytest.raises(LeaseLostError):
            store.renew_lease()


def test_each_transaction_renews_the_lease(store: Store):
    with store.holding(lease("one")):
        before = rows(store)[0].expires_at
        time.sleep(0.01)
        with store.transaction():
            pass
        assert rows(store)[0].expires_at > before


def test_keeping_the_lease_costs_nothing_until_it_is_due(store: Store):
    passed = [0.0]
    with store.holding(lease("one", seconds=lambda: passed[0])):
        before = rows(store)[0].expires_at
        passed[0] = LENGTH.total_seconds() / RENEWALS - 1
        store.keep_lease()
        assert rows(store)[0].expires_at == before
        time.sleep(0.002)  # SQLite's clock shows milliseconds
        passed[0] += 1
        store.keep_lease()
        assert rows(store)[0].expires_at > before


def test_holder_whose_process_has_ended_is_superseded_at_once(store: Store):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        alive = Holder.of(child.pid, "child")
        with store.holding(lease("child")):
            make_holder(store, alive)
        with pytest.raises(LeaseTakenError, match=f"process {child.pid}"):
            hold(store, "two")
        child.kill()
        while not alive.ended:  # dead, though its parent has not asked for its end yet
            time.sleep(0.001)
        hold(store, "two")
    assert alive.ended


def test_run_of_this_process_that_left_its_lease_behind_is_superseded_at_once(store: Store):
    left = lease("one")
    with store.transaction() as connection:
        left.take(connection)
    with pytest.raises(LeaseTakenError):
        hold(store, "two")
    left.forget()
    hold(store, "two")


def test_process_of_another_machine_or_unknown_machine_is_never_called_ended():
    here = Holder.here("one")
    gone = replace(here, pid=2**22 + 1)
    assert gone.ended
    assert not here.ended
    assert replace(here, born="0").ended, "another process has the number now"
    assert not replace(gone, scope="another machine").ended
    assert not replace(gone, host="elsewhere").ended
    assert not replace(gone, scope="").ended


@given(st.builds(Holder, st.uuids().map(str), st.text("abc.-"), st.integers(1, 2**22), st.text("ab/"), st.text("01")))
def test_holder_reads_back_from_its_text(holder: Holder):
    assert Holder.parse(holder.text) == holder


def test_lease_outlives_any_call_with_all_its_retries():
    settings = ConnectionSettings("emea")
    one_request = settings.connect_timeout + settings.call_timeout
    last_attempt = 3 * one_request  # refused, logged in again, asked again
    since_renewal = LENGTH.total_seconds() / RENEWALS
    assert since_renewal + TOTAL_SECONDS + last_attempt < LENGTH.total_seconds()


def test_rehearsal_and_lookers_need_no_lease(engine: Engine, store: Store):
    with store.holding(lease("one")), open_store(engine, looking=True) as looker, looker.reading():
        looker.renew_lease()
        assert len(rows(looker)) == 1
