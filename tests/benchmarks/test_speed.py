"""The benchmark itself works; how fast anything is, no test says, only that nothing takes longer the more there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import speed
from sqlalchemy import event

from connector.pipeline.compute import compute_some
from connector.store.account_inputs import read_inputs
from connector.store.engine import open_engine
from connector.store.store import Store, open_store

ACCOUNTS = ("0000000", "0000001")


def test_the_benchmark_prints_the_ratio_at_each_size_and_how_time_grew(capsys: pytest.CaptureFixture[str]):
    speed.main(["--accounts", "2", "4"])
    printed = capsys.readouterr().out
    assert "ratio" in printed
    assert "2.00 times the accounts took" in printed


def test_reading_some_accounts_walks_through_no_table():
    with speed.empty_database("sqlite") as url, open_store(open_engine(url)) as store:
        speed.prepare(store)
        speed.fill(store, 0, len(ACCOUNTS))
        steps = [step for query in _queries_of(store) for step in _plan(store, *query)]
    assert steps
    assert [step for step in steps if step.startswith("SCAN") or step.endswith("(connection=?)")] == []


def _queries_of(store: Store) -> list[tuple[str, Any]]:
    """What is asked to find out whether two accounts changed, and to compute them."""
    queries: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        queries.append((told[2], told[3]))

    reference = speed.reference_of(store)
    event.listen(store.connection, "before_cursor_execute", note)
    with store.reading() as connection:
        read_inputs(connection, speed.NAME, ACCOUNTS)
    compute_some(store, speed.NAME, ACCOUNTS, reference, speed.TERMS)
    event.remove(store.connection, "before_cursor_execute", note)
    return [query for query in queries if query[0].startswith("SELECT")]


def _plan(store: Store, query: str, values: Any) -> Sequence[str]:
    """How the database goes about a query."""
    with store.reading() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
