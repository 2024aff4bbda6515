"""One open database and its transactions: what the pipeline's units commit through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import Connection, Engine, Transaction

from connector.store.engine import begin, migrate, open_connection
from connector.store.errors import StoreError
from connector.store.faults import plain_faults
from connector.store.lease import Lease

log = structlog.get_logger()


class Store:
    """A connection to the local database for one run. Not for use by several threads at once.

    Every change goes through `transaction()`; in a rehearsal these only nest inside one that is rolled back at the end.
    While a lease is held, each of them renews it, so that nothing is written by a run that has lost it.
    """

    def __init__(self, connection: Connection, *, rehearsal: bool) -> None:
        """Made by open_store."""
        self.connection = connection
        self.rehearsal = rehearsal
        self._lease: Lease | None = None

    @contextmanager
    def transaction(self, *, fenced: bool = True) -> Iterator[Connection]:
        """All or nothing: commits at the end of the block, rolls back when it raises.

        Raises LeaseLostError when the lease is another run's by now. Not `fenced`: whoever holds it.
        """
        with self._block(writing=True) as connection:
            if self._lease and fenced:
                self._lease.renew(connection)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading; leaves no transaction open."""
        with self._block(writing=False) as connection:
            yield connection

    @contextmanager
    def holding(self, lease: Lease) -> Iterator[None]:
        """Hold a lease during the block. Raises LeaseTakenError at once while another run does."""
        try:
            with self.transaction(fenced=False) as connection:
                lease.take(connection)
            self._lease = lease
            yield
        finally:
            self._lease = None
            if lease.taken:
                self._release(lease)

    def renew_lease(self) -> None:
        """Make sure that the lease, if one is held, is still ours. Raises LeaseLostError when it is not."""
        if self._lease:
            with self.transaction():
                pass

    def keep_lease(self) -> None:
        """The same, unless it was made sure a moment ago: cheap enough to be called before each request."""
        if self._lease and self._lease.is_due:
            self.renew_lease()

    def _release(self, lease: Lease) -> None:
        try:
            with self.transaction(fenced=False) as connection:
                lease.release(connection)
        except StoreError as fault:
            log.warning("the lease could not be given back; it ends by itself", reason=str(fault))
        finally:
            lease.forget()

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
