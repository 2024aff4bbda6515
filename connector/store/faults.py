"""Puts what a database driver complains about into one line for people: what happened, which database, what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from connector.languages.speech import _, mark
from connector.store.errors import StoreError, StoreSetupError

BUSY_SECONDS = 30
"""How long a statement waits for another program's lock."""

_LOCKED = mark("another program has kept it locked for {seconds} seconds; the next run tries again")
_SQLITE = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_FULL": mark("its disk is full; free some space, the next run goes on from here"),
    "SQLITE_IOERR": mark("its disk does not read or write ({reason}); mend that, the next run goes on from here"),
    "SQLITE_READONLY": mark("it is read-only; make the file and its folder writable for this user"),
    "SQLITE_CANTOPEN": mark("it cannot be opened; make the file and its folder readable and writable for this user"),
}
_CHECK = mark("{reason}; check `database` in the configuration")
_SQLITE_SETUP = {
    "SQLITE_NOTADB": mark("this is no SQLite database; name another file under `database` in the configuration"),
    "SQLITE_CORRUPT": mark(
        "it is damaged; put a backup in its place, or move it away and let a sync read everything anew"
    ),
}
_SERVER_SETUP = ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied")
"""What a PostgreSQL server says, before it gives error codes, to a connection that it will never admit."""


@contextmanager
def plain_faults(url: URL) -> Iterator[None]:
    """Within this, errors of the database are StoreError, and StoreSetupError where trying again is useless."""
    try:
        yield
    except DBAPIError as fault:
        raise _in_words(url, fault.orig) from fault
    except sqlite3.Error as fault:  # raised while a connection is prepared, before SQLAlchemy watches over it
        raise _in_words(url, fault) from fault
    except SQLAlchemyError as fault:
        raise _store_error(url, _CHECK, reason=str(fault)) from fault


def moved_file(url: URL) -> StoreError:
    """For a database file that is no longer where it was opened."""
    return _store_error(
        url, mark("the file was moved, replaced or deleted while in use; the next run takes what is there then")
    )


def _in_words(url: URL, fault: BaseException | None) -> StoreError:
    reason = (str(fault).strip().splitlines() or [_("no reason given")])[0]
    if isinstance(fault, sqlite3.Error):
        return _sqlite_error(url, getattr(fault, "sqlite_errorname", ""), reason)
    if isinstance(fault, psycopg.errors.LockNotAvailable):
        return _store_error(url, _LOCKED, seconds=BUSY_SECONDS)
    admitted = not any(words in reason for words in _SERVER_SETUP) or (
        isinstance(fault, psycopg.Error) and fault.sqlstate
    )
    if not admitted or isinstance(fault, psycopg.errors.InsufficientPrivilege):
        return _setup_error(url, _CHECK, reason=reason)
    return _store_error(url, mark("{reason}; check that it can be reached and written"), reason=reason)


def _sqlite_error(url: URL, name: str, reason: str) -> StoreError:
    """By the error's full name, else by its first two words: SQLITE_IOERR_WRITE is an SQLITE_IOERR."""
    family = "_".join(name.split("_")[:2])
    if words := _SQLITE_SETUP.get(name) or _SQLITE_SETUP.get(family):
        return _setup_error(url, words)
    words = _SQLITE.get(name) or _SQLITE.get(family) or mark("{reason}; check that it can be read and written")
    return _store_error(url, words, reason=reason, seconds=BUSY_SECONDS)


def _setup_error(url: URL, words: str, **values: object) -> StoreSetupError:
    return StoreSetupError(_say(url, words, **values))


def _store_error(url: URL, words: str, **values: object) -> StoreError:
    return StoreError(_say(url, words, **values))


def _say(url: URL, words: str, **values: object) -> str:
    return _("database {url}: {what}", url=url.render_as_string(), what=_(words, **values))
