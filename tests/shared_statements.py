"""SQLAlchemy's dialects, with one cache of compiled statements for all engines of a test session.

An engine keeps what it compiled for itself, and nearly every test has an engine, and a database, of its own: a
quarter of the suite's time went into compiling the same statements again. A statement is the same text for every
database of one dialect, so that dialects of a class may stand for each other in the keys of the cache.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache


class _Shared:
    """What makes the dialects of one class equal, and their engines share what was compiled."""

    compiled: ClassVar[LRUCache[Any, Any]]

    def __init_subclass__(cls) -> None:
        cls.compiled = LRUCache(2000)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=cls.compiled)


class SharedSQLite(_Shared, SQLiteDialect_pysqlite):
    """SQLite's."""

    supports_statement_cache = True


class SharedPostgreSQL(_Shared, PGDialect_psycopg):
    """PostgreSQL's."""

    supports_statement_cache = True


def share_statements() -> None:
    """From now on, in this process."""
    registry.register("sqlite", __name__, "SharedSQLite")
    registry.register("postgresql.psycopg", __name__, "SharedPostgreSQL")
