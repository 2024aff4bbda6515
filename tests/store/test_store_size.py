"""The store at sizes that one statement does not hold."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine

from adapters.base import Kind
from connector.store import accounts, ledger, mirror
from connector.store.store import open_store

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TOO_MANY = [f"{number:06}" for number in range(70_000)]
"""More than PostgreSQL takes parameters."""


def row(id_: str, **values: object) -> SimpleNamespace:
    return SimpleNamespace(id=id_, modified_at=NOW, archived=False, merged_into=None, values=values)


@pytest.mark.slow  # seventy thousand records on each database
def test_more_records_than_parameters_are_asked_for(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        mirror.save_records(connection, "emea", Kind.DEAL, [row(TOO_MANY[-1], name="last", account=TOO_MANY[-1])], NOW)
        mirror.save_records(connection, "emea", Kind.ACCOUNT, [row(id_, name=id_) for id_ in TOO_MANY[-1:]], NOW)
        key = {"connection": "emea", "kind": "deal", "record": TOO_MANY[-1], "field": "f", "run": "r", "at": NOW}
        ledger.save_written(connection, [key | {"value": "1"}])
        assert ledger.read_written(connection, "emea", Kind.DEAL, TOO_MANY) == {TOO_MANY[-1]: {"f": "1"}}
        assert ledger.read_edited(connection, "emea", Kind.DEAL, TOO_MANY) == {}
        assert accounts.read_names(connection, "emea", Kind.DEAL, TOO_MANY) == {TOO_MANY[-1]: "last"}
        shard = accounts.read_shard(connection, "emea", TOO_MANY)
    assert (list(shard.accounts), list(shard.deals)) == ([TOO_MANY[-1]], [TOO_MANY[-1]])
