"""A new version of the program meets a database that is full."""

from __future__ import annotations

import filled
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from connector.store.engine import _alembic_config, begin, migrate, open_connection, read_schema
from connector.store.store import open_store

STEPS = [
    (script.down_revision, script.revision)
    for script in ScriptDirectory.from_config(_alembic_config()).walk_revisions()
    if script.down_revision
]


def upgrade(engine: Engine, revision: str, *, then_fill: bool = False) -> filled.Rows:
    with open_connection(engine) as connection, begin(connection, writing=True):
        migrate(connection, revision)
        if then_fill:
            filled.fill(connection)
        return filled.read(connection)


def values_of(rows: filled.Rows, like: filled.Rows) -> filled.Rows:
    """Only the tables and columns that were there before."""
    return {
        name: [{column: row[column] for column in old} for old, row in zip(olds, rows[name], strict=True)]
        for name, olds in like.items()
    }


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_a_migration_of_a_full_database_changes_no_value(engine: Engine, before: str, after: str):
    old = upgrade(engine, before, then_fill=True)
    new = upgrade(engine, after)
    assert all(len(rows) == filled.ROWS for rows in old.values())
    assert values_of(new, old) == old


def test_a_full_database_of_the_first_version_opens_with_this_one(engine: Engine):
    old = upgrade(engine, "0001", then_fill=True)
    with open_store(engine) as store, store.reading() as connection:
        assert read_schema(connection) != "0001"
        assert values_of(filled.read(connection), old) == old
