"""Several runs at once on one database, as the schedule of several connections starts them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine

from adapters.base import Kind, Organisation
from connector.store import ledger
from connector.store.engine import open_engine
from connector.store.store import open_store

THREADS = 4
TURNS = 25


def test_runs_that_start_together_on_an_empty_database_all_find_the_schema(database_url: str):
    start = Barrier(THREADS)

    def open_one(_: int) -> bool:
        engine = open_engine(database_url)
        start.wait(30)
        with open_store(engine) as store, store.reading() as connection:
            found = ledger.read_organisation(connection, "emea") is None
        engine.dispose()
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(open_one, range(THREADS))) == [True] * THREADS


def test_transaction_that_reads_first_waits_for_the_others_instead_of_failing(engine: Engine, database_url: str):
    with open_store(engine):
        start = Barrier(THREADS)

    def read_and_write(number: int) -> int:
        name, engine = f"connection-{number}", open_engine(database_url)
        with open_store(engine) as store:
            start.wait(30)
            for _ in range(TURNS):
                with store.transaction() as connection:
                    known = ledger.read_known_fields(connection, name, Kind.ACCOUNT)
                    ledger.save_known_fields(connection, name, Kind.ACCOUNT, [f"field-{len(known)}"])
            with store.reading() as connection:
                saved = len(ledger.read_known_fields(connection, name, Kind.ACCOUNT))
        engine.dispose()
        return saved

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(read_and_write, range(THREADS))) == [TURNS] * THREADS


def test_looking_makes_no_writer_wait(engine: Engine):
    organisation = Organisation("1", "Acme", "EUR", multi_currency=False)
    with open_store(engine), open_store(engine, looking=True) as looker, open_store(engine) as writer:
        with looker.reading() as connection:
            assert ledger.read_organisation(connection, "emea") is None
        with writer.transaction() as connection:
            ledger.save_organisation(connection, "emea", "memory", organisation)
