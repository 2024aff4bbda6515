"""Copies the database of a configuration: to keep, or to rehearse on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from connector.config.settings import Settings
from connector.store.backup import back_up
from connector.store.engine import open_engine
from connector.store.errors import EmptyStoreError


def back_up_database(settings: Settings, file: Path) -> None:
    """Copy the configured database into a new SQLite file. Raises StoreError."""
    engine = open_engine(settings.database)
    try:
        back_up(engine, file)
    finally:
        engine.dispose()


@contextmanager
def open_copy(settings: Settings) -> Iterator[Engine]:
    """A copy that is gone after the block, empty where there is no database yet: what is done to it makes none wait."""
    with TemporaryDirectory(prefix="playmaker-") as folder:
        file = Path(folder) / "rehearsal.db"
        with suppress(EmptyStoreError):
            back_up_database(settings, file)
        engine = open_engine(URL.create("sqlite", database=str(file)))
        try:
            yield engine
        finally:
            engine.dispose()
