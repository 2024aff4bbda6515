"""A backup is a whole, consistent and usable copy, whatever goes on meanwhile."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import filled
import pytest
from sqlalchemy import Engine, delete, select

from adapters.base import Cursor, Kind
from connector.store import ledger
from connector.store.backup import back_up
from connector.store.engine import begin, migrate, open_connection, open_engine, read_schema
from connector.store.errors import StoreError
from connector.store.guarantee_tables import LEASES
from connector.store.lease import Lease
from connector.store.ledger_tables import CURSORS, KNOWN_FIELDS
from connector.store.store import open_store

BACKUPS = 5
PAIRS = 50


def read_all(engine: Engine) -> filled.Rows:
    with open_store(engine, looking=True) as store, store.reading() as connection:
        return filled.read(connection)


def read_copy(file: Path) -> filled.Rows:
    engine = open_engine(f"sqlite:///{file}")
    rows = read_all(engine)
    engine.dispose()
    return rows


@contextmanager
def writing(url: str) -> Iterator[Event]:
    """Somebody who commits pairs of rows, one in each of two tables, over and over."""
    stop, begun = Event(), Event()

    def write() -> None:
        engine = open_engine(url)
        with open_store(engine) as store:
            number = 0
            while not stop.is_set():
                number += 1
                with store.transaction() as connection:
                    for half in range(PAIRS):
                        name = f"{number}-{half}"
                        ledger.save_cursor(connection, name, Kind.DEAL, "f", Cursor(filled.MOMENT, "1"))
                        ledger.save_known_fields(connection, name, Kind.DEAL, ["amount"])
                begun.set()
        engine.dispose()

    thread = Thread(target=write)
    thread.start()
    try:
        yield begun
    finally:
        stop.set()
        thread.join()


def test_a_backup_holds_every_value_of_every_table(engine: Engine, tmp_path: Path):
    with open_store(engine) as store, store.transaction() as connection:
        filled.fill(connection)
        connection.execute(delete(LEASES))
    back_up(engine, tmp_path / "copy.db")
    assert read_copy(tmp_path / "copy.db") == read_all(engine)


def test_a_backup_is_for_its_owner_alone_and_stands_alone(engine: Engine, tmp_path: Path):
    with open_store(engine):
        pass
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(engine, folder / "copy.db")
    (only,) = folder.iterdir()
    assert (only.name, stat.S_IMODE(only.stat().st_mode)) == ("copy.db", 0o600)


def test_a_backup_overwrites_nothing(engine: Engine, tmp_path: Path):
    with open_store(engine):
        pass
    for taken in ("copy.db", "copy.db.unfinished"):
        (tmp_path / taken).write_text("precious")
        with pytest.raises(StoreError, match=f"{taken} is there already"):
            back_up(engine, tmp_path / "copy.db")
        assert (tmp_path / taken).read_text() == "precious"
        (tmp_path / taken).unlink()


def test_a_backup_made_while_others_write_has_each_transaction_whole_or_not(
    database_url: str, engine: Engine, tmp_path: Path
):
    sizes = []
    with writing(database_url) as begun:
        assert begun.wait(60)
        for number in range(BACKUPS):
            file = tmp_path / f"{number}.db"
            back_up(engine, file)
            with closing(sqlite3.connect(file)) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                cursors, fields = (
                    {name for (name,) in copy.execute(str(select(table.c.connection)))}
                    for table in (CURSORS, KNOWN_FIELDS)
                )
            assert cursors == fields
            assert len(cursors) % PAIRS == 0
            sizes.append(len(cursors))
    assert sizes[0] < sizes[-1], "nobody wrote meanwhile"


def test_a_backup_waits_for_no_run_and_stands_in_no_runs_way(engine: Engine, tmp_path: Path):
    with open_store(engine) as store, store.transaction() as connection:
        ledger.save_known_fields(connection, "emea", Kind.DEAL, ["amount"])
        back_up(engine, tmp_path / "copy.db")
    assert read_copy(tmp_path / "copy.db")["known_field"] == []
    assert len(read_all(engine)["known_field"]) == 1


def test_the_run_that_is_under_way_is_not_under_way_in_the_backup(engine: Engine, tmp_path: Path):
    with open_store(engine) as store, store.holding(Lease("emea", "one")):
        back_up(engine, tmp_path / "copy.db")
        assert len(read_all(engine)["lease"]) == 1
    assert read_copy(tmp_path / "copy.db")["lease"] == []


def test_a_backup_of_nothing_is_refused_and_creates_nothing(engine: Engine, tmp_path: Path):
    with pytest.raises(StoreError, match="back up yet"):
        back_up(engine, tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_into_a_folder_that_is_not_there_is_one_line(engine: Engine, tmp_path: Path):
    with open_store(engine):
        pass
    with pytest.raises(StoreError, match=r"none/copy\.db\.unfinished cannot be created: No such file"):
        back_up(engine, tmp_path / "none" / "copy.db")


def test_a_database_of_an_earlier_version_is_copied_as_it_is(engine: Engine, tmp_path: Path):
    with open_connection(engine) as connection, begin(connection, writing=True):
        migrate(connection, "0001")
        filled.fill(connection)
        kept = filled.read(connection)
    back_up(engine, tmp_path / "copy.db")
    copy = open_engine(f"sqlite:///{tmp_path}/copy.db")
    with open_connection(copy) as connection:
        assert (read_schema(connection), filled.read(connection)) == ("0001", kept)
    copy.dispose()
