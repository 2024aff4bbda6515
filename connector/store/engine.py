"""Opens the database, SQLite or PostgreSQL alike, and brings its schema to the program's version."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from connector.languages.speech import _
from connector.store.errors import StoreError, StoreSetupError
from connector.store.faults import BUSY_SECONDS, moved_file, plain_faults

_WRITES = "playmaker_writes"
_FILE = "playmaker_file"
_MIGRATION_LOCK = 7_046_001
"""The number under which PostgreSQL lets one process at a time migrate."""

_SERVER_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""How long a PostgreSQL server may be silent before it counts as gone (libpq's parameters; the URL may set others)."""

_migrating = Lock()  # Alembic keeps its state in a module: the threads of one process migrate one after the other


def open_engine(url: URL | str) -> Engine:
    """An engine for this database URL. The file of a new SQLite database is readable by its owner alone.

    Errors never show what was to be stored.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        patience = {name: value for name, value in _SERVER_PATIENCE.items() if name not in parsed.query}
        engine = create_engine(parsed, pool_pre_ping=True, connect_args=patience, hide_parameters=True)
        event.listen(engine, "connect", _prepare_server)
        return engine
    pool = _sqlite_pool(parsed)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_memory() -> Engine:
    """An empty database that is gone with the process: what a dry run without a database works on."""
    return open_engine("sqlite://")


@contextmanager
def open_connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose database faults become StoreError, in words for people."""
    create_private(engine.url)
    with plain_faults(engine.url), engine.connect() as connection:
        yield connection


def begin(connection: Connection, *, writing: bool) -> RootTransaction:
    """Begin a transaction, and say whether it will write.

    SQLite lets a writer that says so wait for the others; one that becomes a writer later it refuses at once.
    """
    connection.execution_options(**{_WRITES: writing})
    return connection.begin()


def migrate(connection: Connection, revision: str | None = None) -> None:
    """Bring the schema forward within the connection's transaction, to ours or to an earlier one.

    Raises StoreSetupError for a newer schema than ours.
    """
    goal = revision or _scripts().get_current_head()
    if read_schema(connection) == goal:
        return
    with _migrating:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        if read_schema(connection) != goal:
            config = _alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, goal or "head")


def create_private(url: URL) -> None:
    """Create a missing SQLite file with permissions for its owner alone, before the driver would create it wider."""
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        try:
            os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as fault:
            needs_a_person = isinstance(fault, FileNotFoundError | NotADirectoryError | PermissionError)
            error = StoreSetupError if needs_a_person else StoreError
            raise error(
                _(
                    "database {url}: {reason}; check `database` in the configuration",
                    url=url.render_as_string(),
                    reason=fault.strerror,
                )
            ) from fault


def _sqlite_pool(url: URL) -> dict[str, Any]:
    return {} if url.database else {"poolclass": StaticPool}


def read_schema(connection: Connection) -> str | None:
    """How far the schema is, None where there is none yet. Raises StoreSetupError for a newer one than ours."""
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in _scripts().walk_revisions()}
    if current is not None and current not in known:
        raise StoreSetupError(
            _("the database has schema {current}, newer than this program knows; upgrade playmaker", current=current)
        )
    return current


def is_current(connection: Connection) -> bool:
    """Whether the schema is there and ours."""
    return read_schema(connection) == _scripts().get_current_head()


@cache
def _scripts() -> ScriptDirectory:
    """The migrations that this program brings; they do not change while it runs, and reading them takes a while."""
    return ScriptDirectory.from_config(_alembic_config())


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's connection
    (_, _, file), *_ = connection.execute("PRAGMA database_list")
    record.info[_FILE] = _identify(file)
    connection.isolation_level = None  # we say BEGIN ourselves, so that schema changes are transactional too
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_server(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _identify(file: str | None) -> tuple[int, int] | None:
    """Which file stands at this place; None for a database in memory, or where there is none."""
    try:
        status = Path(file).stat() if file else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status else None


def _begin_sqlite(connection: Connection) -> None:
    if connection.info[_FILE] != _identify(connection.engine.url.database):
        raise moved_file(connection.engine.url)  # SQLite itself would go on writing into the file that is gone
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
