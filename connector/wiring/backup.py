"""Backs up the database of a configuration."""

from __future__ import annotations

from pathlib import Path

from connector.config.settings import Settings
from connector.store.backup import back_up
from connector.store.engine import open_engine


def back_up_database(settings: Settings, file: Path) -> None:
    """Copy the configured database into a new SQLite file. Raises StoreError."""
    engine = open_engine(settings.database)
    try:
        back_up(engine, file)
    finally:
        engine.dispose()
