"""One run of a connection at a time, whatever starts it and wherever: a lease in the database, renewed by its holder.

The instants are the database's own, so that clocks of several machines need not agree. A holder that crashed is
superseded when its lease is over, or at once where its process is known to have ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from connector.languages.speech import _
from connector.store.columns import Moment
from connector.store.errors import LeaseLostError, LeaseTakenError
from connector.store.guarantee_tables import LEASES
from connector.store.holder import Holder
from connector.store.upsert import insert_into

LENGTH = timedelta(minutes=10)
"""How long a lease holds unless renewed: longer than any call to a CRM with all its retries can last."""

RENEWALS = 20
"""How many times within its length a lease is renewed at least, by a holder that makes calls or writes."""

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine sleeps, where the system has such a clock."""

_held: set[str] = set()
"""The holders of this process whose runs are under way: one that is not here left its lease behind."""


def _read_seconds() -> float:
    return time.clock_gettime(_CLOCK)


class Lease:
    """The right of one run to work on a connection. Each method works within the transaction it is given.

    `seconds`: a clock that only measures how long ago something was.
    """

    def __init__(
        self, name: str, run: str, length: timedelta = LENGTH, seconds: Callable[[], float] = _read_seconds
    ) -> None:
        """`name`: the connection's; `run`: the id of the run that is to hold it."""
        self._name = name
        self._holder = Holder.here(run)
        self._length = length
        self._seconds = seconds
        self._renewed_at = 0.0
        self.taken = False

    def take(self, connection: Connection) -> None:
        """Begin to hold it. Raises LeaseTakenError while another run does."""
        expired = LEASES.c.expires_at <= _now(connection)
        while not self._try(connection, expired):
            row = connection.execute(select(LEASES).where(LEASES.c.connection == self._name)).one_or_none()
            if row and not _is_abandoned(Holder.parse(row.holder)):
                raise LeaseTakenError(_taken(row))
            expired = LEASES.c.holder == (row.holder if row else "")
        self._renewed_at = self._seconds()
        self.taken = True
        _held.add(self._holder.text)

    def renew(self, connection: Connection) -> None:
        """Hold it for its whole length again. Raises LeaseLostError when another run has taken it since."""
        asked_at = self._seconds()
        longer = update(LEASES).where(*self._mine).values(expires_at=_now(connection, self._length))
        if connection.execute(longer).rowcount != 1:
            raise LeaseLostError(
                _(
                    "{name}: another run took over, because this one had given no sign of life for {length}; this "
                    "one wrote nothing more",
                    name=self._name,
                    length=self._length,
                )
            )
        self._renewed_at = asked_at

    def release(self, connection: Connection) -> None:
        """Hold it no longer; another run's lease stays."""
        connection.execute(delete(LEASES).where(*self._mine))

    def forget(self) -> None:
        """The run is over: if its lease could not be released, this process does not mistake it for a living one."""
        self.taken = False
        _held.discard(self._holder.text)

    @property
    def is_due(self) -> bool:
        """Whether it is time to renew it."""
        return self._seconds() - self._renewed_at >= self._length.total_seconds() / RENEWALS

    @property
    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return (LEASES.c.connection == self._name, LEASES.c.holder == self._holder.text)

    def _try(self, connection: Connection, free: ColumnElement[bool]) -> bool:
        """Insert it, or take it over where it is free: one statement, so that two runs can never both succeed."""
        insert = insert_into(connection, LEASES).values(
            connection=self._name,
            holder=self._holder.text,
            taken_at=_now(connection),
            expires_at=_now(connection, self._length),
        )
        new = {name: insert.excluded[name] for name in ("holder", "taken_at", "expires_at")}
        statement = insert.on_conflict_do_update(index_elements=["connection"], set_=new, where=free)
        return connection.scalar(statement.returning(LEASES.c.holder)) is not None


def read_holder(connection: Connection, name: str) -> str | None:
    """The run that may be at work on a connection; None where none is, or it is known to have ended."""
    mine = (LEASES.c.connection == name, LEASES.c.expires_at > _now(connection))
    found = connection.scalar(select(LEASES.c.holder).where(*mine))
    holder = Holder.parse(found) if found else None
    return holder.run if holder and not _is_abandoned(holder) else None


def _now(connection: Connection, later: timedelta = timedelta()) -> ColumnElement[Any]:
    """The database's clock as the statement runs, and a while later; SQLite's is its host's."""
    if connection.dialect.name == "postgresql":
        return func.statement_timestamp() + later
    return func.strftime("%Y-%m-%d %H:%M:%f000", "now", f"{later.total_seconds():+f} seconds", type_=Moment())


def _is_abandoned(holder: Holder) -> bool:
    return holder.ended or (holder.same_process and holder.text not in _held)


def _taken(row: Any) -> str:  # noqa: ANN401 - a database row
    since, until = (_minute(moment) for moment in (row.taken_at, row.expires_at))
    return _(
        "{connection}: another run has been under way since {since} ({holder}); this one did nothing. Should that one "
        "have crashed, the next run can begin at {until}",
        connection=row.connection,
        since=since,
        holder=Holder.parse(row.holder).in_words,
        until=until,
    )


def _minute(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds").replace("+00:00", " UTC")
