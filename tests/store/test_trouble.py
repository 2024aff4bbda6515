"""A database in trouble: one line that says what and what to do, nothing corrupted, and the next try goes on."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, event, text

from adapters.base import Kind
from connector.store import ledger
from connector.store.engine import open_engine
from connector.store.errors import StoreError, StoreSetupError
from connector.store.store import Store, open_store

NOBODY = 65534
MANY = 4000


def write(store: Store, *fields: str) -> None:
    with store.transaction() as connection:
        ledger.save_known_fields(connection, "emea", Kind.ACCOUNT, fields)


def read(url: object) -> set[str]:
    engine = open_engine(str(url))
    with open_store(engine) as store, store.reading() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        found = ledger.read_known_fields(connection, "emea", Kind.ACCOUNT)
    engine.dispose()
    return found


def one_line(fault: StoreError) -> str:
    assert len(str(fault).splitlines()) == 1
    return str(fault)


def pragma(engine: Engine, setting: str) -> None:
    """Set something on each connection that is opened from now on."""
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {setting}"))


def fill(folder: Path) -> str:
    """A database with something in it; its URL."""
    url = f"sqlite:///{folder}/p.db"
    engine = open_engine(url)
    with open_store(engine) as store:
        write(store, "first")
    engine.dispose()
    return url


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permissions bind everyone but root: be nobody for a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that an unprivileged user can reach and, until told otherwise, write."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o777)
    yield made
    made.chmod(0o700)
    shutil.rmtree(made)


def test_a_full_disk_is_said_and_leaves_what_was_there(tmp_path: Path):
    engine = open_engine(fill(tmp_path))
    pragma(engine, "max_page_count=90")
    with open_store(engine) as store:
        with pytest.raises(StoreError, match="disk is full; free some space") as caught:
            write(store, *(f"field {number}" for number in range(MANY)))
        write(store, "second")
    assert not isinstance(caught.value, StoreSetupError)
    one_line(caught.value)
    assert read(engine.url) == {"first", "second"}


def test_a_database_locked_by_another_program_for_long_is_said(database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("connector.store.engine.BUSY_SECONDS", 0.2)
    engine, other = open_engine(database_url), create_engine(database_url, poolclass=NullPool)
    with open_store(engine) as store, other.connect() as holder:
        lock = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "LOCK TABLE known_field"
        holder.exec_driver_sql(lock)
        with pytest.raises(StoreError, match="another program has kept it locked") as caught:
            write(store, "first")
        assert not isinstance(caught.value, StoreSetupError)
        one_line(caught.value)
        holder.rollback()
        write(store, "first")
    engine.dispose()
    assert read(database_url) == {"first"}


def test_a_read_only_file_is_said(folder: Path):
    url = fill(folder)
    (folder / "p.db").chmod(0o444)
    folder.chmod(0o755)
    with unprivileged(), pytest.raises(StoreError, match="make the file and its folder") as caught:
        read(url)
    assert f"{folder}/p.db" in one_line(caught.value)
    assert read(url) == {"first"}


def test_a_folder_in_which_no_database_can_be_created_is_said(folder: Path):
    folder.chmod(0o555)
    with unprivileged(), pytest.raises(StoreError, match="Permission denied") as caught:
        read(f"sqlite:///{folder}/p.db")
    assert f"{folder}/p.db" in one_line(caught.value)


def test_a_file_that_is_no_database_can_only_be_mended_by_the_configuration(tmp_path: Path):
    (tmp_path / "p.db").write_text("name,amount\n" * 500)
    with pytest.raises(StoreSetupError, match="no SQLite database") as caught:
        read(f"sqlite:///{tmp_path}/p.db")
    one_line(caught.value)
    assert (tmp_path / "p.db").read_text().startswith("name,amount\n")


def test_a_damaged_database_is_said(tmp_path: Path):
    url = fill(tmp_path)
    content = bytearray((tmp_path / "p.db").read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    (tmp_path / "p.db").write_bytes(content)
    with pytest.raises(StoreSetupError, match="it is damaged; put a backup in its place") as caught:
        read(url)
    one_line(caught.value)


@pytest.mark.parametrize("gone", ["moved", "deleted", "replaced"])
def test_a_file_that_is_gone_while_in_use_takes_no_further_write(tmp_path: Path, gone: str):
    url, file = fill(tmp_path), tmp_path / "p.db"
    engine = open_engine(url)
    with open_store(engine) as store:
        file.rename(tmp_path / "elsewhere.db")
        if gone == "replaced":
            file.touch()
        if gone == "deleted":
            (tmp_path / "elsewhere.db").unlink()
        with pytest.raises(StoreError, match="moved, replaced or deleted") as caught:
            write(store, "second")
    engine.dispose()
    assert not isinstance(caught.value, StoreSetupError)
    one_line(caught.value)
    if gone == "moved":
        (tmp_path / "elsewhere.db").rename(file)
    assert read(url) == ({"first"} if gone == "moved" else set())
    assert stat.S_IMODE(file.stat().st_mode) == (0o644 if gone == "replaced" else 0o600)


@pytest.mark.parametrize(
    ("database", "user"), [("no_such_database", "postgres"), ("postgres", "no_such_user")], ids=["database", "user"]
)
def test_what_a_server_will_never_admit_can_only_be_mended_by_the_configuration(postgresql_url, database, user):
    engine = open_engine(postgresql_url)
    wrong = open_engine(engine.url.set(database=database, username=user))
    with pytest.raises(StoreSetupError, match="does not exist; check `database`") as caught, open_store(wrong):
        pass
    one_line(caught.value)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_the_server_drops_fails_one_transaction_and_no_more(engine: Engine):
    other = open_engine(engine.url)
    with open_store(engine) as store:
        write(store, "first")
        with other.connect() as admin:
            admin.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        with pytest.raises(StoreError) as caught:
            write(store, "second")
        one_line(caught.value)
        write(store, "third")
    other.dispose()
    with open_store(engine) as store, store.reading() as connection:
        assert ledger.read_known_fields(connection, "emea", Kind.ACCOUNT) == {"first", "third"}
