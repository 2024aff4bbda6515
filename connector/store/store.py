"""One open database and its transactions: what the pipeline's units commit through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Transaction

from connector.store.engine import begin, migrate, open_connection, plain_faults


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
        with self._block(writing=True) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading; leaves no transaction open."""
        with self._block(writing=False) as connection:
            yield connection

    @contextmanager
    def _block(self, *, writing: bool) -> Iterator[Connection]:
        with plain_faults(self.connection.engine.url), self._begin(writing=writing):
            yield self.connection

    def _begin(self, *, writing: bool) -> Transaction:
        return self.connection.begin_nested() if self.rehearsal else begin(self.connection, writing=writing)


@contextmanager
def open_store(engine: Engine, *, rehearsal: bool = False, looking: bool = False) -> Iterator[Store]:
    """A store with its schema up to date. In a rehearsal nothing that is done to it stays.

    `looking`: a rehearsal that only reads, and makes no writer wait.
    """
    with open_connection(engine) as connection:
        if rehearsal or looking:
            with begin(connection, writing=not looking) as whole:
                migrate(connection)
                yield Store(connection, rehearsal=True)
                whole.rollback()
        else:
            with begin(connection, writing=True):
                migrate(connection)
            yield Store(connection, rehearsal=False)
