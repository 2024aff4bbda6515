"""Makes what was deleted from an SQLite database unreadable in its files too."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import Engine

from connector.languages.speech import _
from connector.store.errors import StoreError


def shred(engine: Engine) -> None:
    """Rewrite the file and empty its log, in which earlier states of rows stay readable. Only SQLite keeps them there.

    Raises StoreError where others use the database all the while.
    """
    if engine.dialect.name != "sqlite":
        return
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError:
        busy = 1
    if busy:
        raise StoreError(
            _(
                "what was erased may still be readable in the files of the database, which others use at the moment; "
                "erase the same contact again when no run is under way"
            )
        )
