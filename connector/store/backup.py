"""A consistent copy of the database, made while runs go on: always an SQLite file that the program can open as its own.

SQLite copies itself within one read transaction; of PostgreSQL all tables are read in one snapshot.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, column, delete, insert, inspect, select
from sqlalchemy import table as sql_table
from sqlalchemy.engine import URL

from connector.languages.speech import _
from connector.store.engine import begin, migrate, open_connection, open_engine, read_schema
from connector.store.errors import EmptyStoreError, StoreError, StoreSetupError
from connector.store.faults import plain_faults
from connector.store.guarantee_tables import LEASES
from connector.store.tables import all_tables

_ROWS_AT_ONCE = 1000
_ONE_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def back_up(engine: Engine, file: Path) -> None:
    """Write a copy of the database to a new file, for its owner alone; a run under way is not under way in it.

    Raises StoreError where that cannot be, and then leaves no file.
    """
    with _new_file(file) as unfinished:
        if engine.dialect.name == "sqlite":
            _copy_file(engine, unfinished)
        else:
            _copy_tables(engine, unfinished)
        with _open_copy(unfinished) as copy, begin(copy, writing=True):
            if inspect(copy).has_table(LEASES.name):
                copy.execute(delete(LEASES))


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """An empty file beside it that takes its name when all went well, so that no half backup looks whole."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    if file.exists():
        raise StoreSetupError(_("{file} is there already; a backup overwrites nothing, so name a new file", file=file))
    _create(unfinished, file)
    try:
        yield unfinished
        unfinished.rename(file)
    finally:
        for left in ("", "-wal", "-shm", "-journal"):
            Path(f"{unfinished}{left}").unlink(missing_ok=True)


def _create(unfinished: Path, file: Path) -> None:
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise StoreSetupError(
            _(
                "{unfinished} is there already: a backup to {file} is under way, or one was killed; remove it then",
                unfinished=unfinished,
                file=file,
            )
        ) from None
    except OSError as fault:
        raise StoreSetupError(
            _(
                "{unfinished} cannot be created: {strerror}; name a file elsewhere",
                unfinished=unfinished,
                strerror=fault.strerror,
            )
        ) from None


def _copy_file(engine: Engine, target: Path) -> None:
    source = Path(engine.url.database or "")
    if not source.exists():
        raise EmptyStoreError(_("there is no database {source} to back up yet", source=source))
    with plain_faults(engine.url), closing(engine.raw_connection()) as connection:
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as fault:
            raise StoreError(_("the backup {target} cannot be written: {fault}", target=target, fault=fault)) from fault


def _copy_tables(engine: Engine, target: Path) -> None:
    with open_connection(engine) as source, _open_copy(target) as copy:
        source.execution_options(**_ONE_SNAPSHOT)
        with source.begin(), begin(copy, writing=True):
            schema = read_schema(source)
            if schema is None:
                raise EmptyStoreError(_("there is nothing in {url} to back up yet", url=engine.url.render_as_string()))
            migrate(copy, schema)
            for table in all_tables().values():
                _copy_rows(table, source, copy)


def _copy_rows(table: Table, source: Connection, copy: Connection) -> None:
    """The columns that the schema has by now, without our tables' defaults for later ones."""
    found = inspect(copy)
    there = {one["name"] for one in found.get_columns(table.name)} if found.has_table(table.name) else set()
    plain = sql_table(table.name, *(column(one.name, one.type) for one in table.columns if one.name in there))
    if there:
        with source.execute(select(plain).execution_options(yield_per=_ROWS_AT_ONCE)) as rows:
            for some in rows.mappings().partitions():
                copy.execute(insert(plain), [dict(row) for row in some])


@contextmanager
def _open_copy(file: Path) -> Iterator[Connection]:
    engine = open_engine(URL.create("sqlite", database=str(file)))
    try:
        with open_connection(engine) as connection:
            yield connection
    finally:
        engine.dispose()
