"""One open database and its transactions: what the pipeline's units commit through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from connector.store.engine import migrate, open_connection, plain_faults


class Store:
    """A connection to the local database for one run. Not for use by several threads at once.

    Every change goes through `transaction()`; in a rehearsal these only nest inside one that is rolled back at the end.
    """

    def __init__(self, connection: Connection, *, rehearsal: bool) -> None:
        """Made by open_store."""
        self.connection = connection
        self.rehearsal = rehearsal

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing: commits at the end of the block, rolls back when it raises."""
        begin = self.connection.begin_nested if self.rehearsal else self.connection.begin
        with plain_faults(self.connection.engine.url), begin():
            yield self.connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading; leaves no transaction open."""
        with self.transaction() as connection:
            yield connection


@contextmanager
def open_store(engine: Engine, *, rehearsal: bool = False) -> Iterator[Store]:
    """A store with its schema up to date. In a rehearsal nothing that is done to it stays."""
    with open_connection(engine) as connection:
        if rehearsal:
            with connection.begin() as whole:
                migrate(connection)
                yield Store(connection, rehearsal=True)
                whole.rollback()
        else:
            with connection.begin():
                migrate(connection)
            yield Store(connection, rehearsal=False)
