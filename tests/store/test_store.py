"""The store keeps what it is given, on both databases alike."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlmodel import SQLModel

from adapters.base import Cursor, Kind, Organisation
from connector.store import accounts, guarantee_tables, ledger, mirror, record_errors
from connector.store.engine import open_engine, open_memory
from connector.store.errors import StoreError
from connector.store.mirror_tables import TABLES
from connector.store.record_errors import Origin, RecordError
from connector.store.store import Store, open_store
from mappings.entities import ENTITIES
from mappings.vocabulary import Role

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class Row:
    """A record as the mirror takes it."""

    id: str
    values: dict = field(default_factory=dict)
    archived: bool = False
    merged_into: str | None = None
    modified_at: datetime | None = NOW


def row(kind: Kind, id_: str, **values) -> Row:
    return Row(id_, dict.fromkeys(ENTITIES[kind].model_fields) | values)


def save(store: Store, kind: Kind, *rows: Row) -> int:
    with store.transaction() as connection:
        return mirror.save_records(connection, "emea", kind, rows, NOW)


def save_then_fail(store: Store) -> None:
    with store.transaction() as connection:
        mirror.save_records(connection, "emea", Kind.ACCOUNT, [row(Kind.ACCOUNT, "1")], NOW)
        ledger.save_cursor(connection, "emea", Kind.ACCOUNT, "f", Cursor(NOW, "1"))
        raise ZeroDivisionError


def test_schema_of_the_migrations_is_the_schema_of_the_tables(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
        assert guarantee_tables.LEASES.name in SQLModel.metadata.tables


def test_opening_twice_migrates_once(engine: Engine):
    for _ in range(2):
        with open_store(engine) as store:
            save(store, Kind.ACCOUNT, row(Kind.ACCOUNT, "1", name="Acme"))
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT name FROM crm_account")).all() == ["Acme"]


def test_newer_schema_than_ours_is_refused(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer than this program"), open_store(engine):
        pass


def test_money_time_words_and_truth_come_back_as_they_went_in(engine: Engine):
    amount = Decimal("12345678901234567890.123456789")
    with open_store(engine) as store:
        save(store, Kind.CONTACT, row(Kind.CONTACT, "c", account="a", role=Role.ECONOMIC, influence=5, departed=False))
        moment = datetime(2026, 3, 29, 1, 59, 59, 123000, tzinfo=timezone(timedelta(hours=-5)))
        save(
            store,
            Kind.DEAL,
            row(Kind.DEAL, "d", account="a", amount=amount, close_date=date(2026, 2, 28), created_at=moment),
        )
        with store.reading() as connection:
            shard = accounts.read_shard(connection, "emea", ["a"])
    contact, deal = shard.contacts["c"], shard.deals["d"]
    assert (contact.role, contact.influence, contact.departed) == (Role.ECONOMIC, 5, False)
    assert isinstance(contact.role, Role)
    assert (deal.amount, deal.close_date, deal.created_at) == (amount, date(2026, 2, 28), moment)
    assert deal.created_at.tzinfo is UTC


@pytest.fixture(scope="module")
def memory() -> Iterator[Store]:
    """One for all examples: to make the tables takes longer than they do."""
    with open_store(open_memory()) as store:
        yield store


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
def test_any_amount_survives_sqlite_to_the_last_digit(memory: Store, amount: Decimal):
    save(memory, Kind.DEAL, row(Kind.DEAL, "d", account="a", amount=amount))
    with memory.reading() as connection:
        assert accounts.read_shard(connection, "emea", ["a"]).deals["d"].amount == amount


def test_naive_instant_is_refused(engine: Engine):
    with open_store(engine) as store, pytest.raises(StoreError, match="without time zone"):
        save(store, Kind.DEAL, row(Kind.DEAL, "d", created_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the point


def test_same_record_twice_is_one_row_with_the_later_values(engine: Engine):
    with open_store(engine) as store:
        save(store, Kind.ACCOUNT, row(Kind.ACCOUNT, "1", name="Old"))
        save(store, Kind.ACCOUNT, row(Kind.ACCOUNT, "1", name="Older"), row(Kind.ACCOUNT, "1", name="New"))
        with store.reading() as connection:
            assert accounts.read_names(connection, "emea", Kind.ACCOUNT, ["1"]) == {"1": "New"}


def test_deleted_record_keeps_a_tombstone_and_comes_back_when_undeleted(engine: Engine):
    with open_store(engine) as store:
        save(store, Kind.ACCOUNT, row(Kind.ACCOUNT, "1", name="Acme"))
        assert save(store, Kind.ACCOUNT, Row("1", archived=True, merged_into="2")) == 1
        assert save(store, Kind.ACCOUNT, Row("1", archived=True, merged_into="2")) == 0
        with store.reading() as connection:
            assert accounts.read_account_ids(connection, "emea", "", 10) == []
            kept = connection.execute(select(TABLES[Kind.ACCOUNT])).one()
        assert (kept.name, kept.merged_into, kept.deleted_at) == ("Acme", "2", NOW)
        back = replace(row(Kind.ACCOUNT, "1", name="Acme"), modified_at=NOW + timedelta(minutes=1))
        save(store, Kind.ACCOUNT, back)
        with store.reading() as connection:
            assert accounts.read_account_ids(connection, "emea", "", 10) == ["1"]


def test_children_are_replaced_under_their_parents_and_nowhere_else(engine: Engine):
    links = [row(Kind.DEAL_CONTACT, f"{deal}:{who}", deal=deal, contact=who) for deal in "xy" for who in "ab"]
    with open_store(engine) as store:
        save(store, Kind.DEAL_CONTACT, *links)
        with store.transaction() as connection:
            left = [row(Kind.DEAL_CONTACT, "x:a", deal="x", contact="a", role=Role.COACH)]
            assert mirror.replace_children(connection, "emea", Kind.DEAL_CONTACT, {"deal": ["x"]}, left) == 1
            kept = connection.execute(select(TABLES[Kind.DEAL_CONTACT].c["id", "role"]).order_by("id")).all()
    assert [tuple(one) for one in kept] == [("x:a", Role.COACH), ("y:a", None), ("y:b", None)]


def test_complete_pass_buries_what_it_did_not_show(engine: Engine):
    with open_store(engine) as store:
        save(store, Kind.STAGE, *(row(Kind.STAGE, id_, code=id_) for id_ in "abc"))
        with store.transaction() as connection:
            assert mirror.bury_missing(connection, "emea", Kind.STAGE, {"a", "c"}, NOW) == 1
            assert set(accounts.read_all(connection, "emea", Kind.STAGE)) == {"a", "c"}


def test_rehearsal_leaves_nothing_behind(engine: Engine):
    with open_store(engine, rehearsal=True) as store:
        save(store, Kind.ACCOUNT, row(Kind.ACCOUNT, "1", name="Acme"))
    with open_store(engine) as store, store.reading() as connection:
        assert accounts.read_account_ids(connection, "emea", "", 10) == []


def test_failed_transaction_takes_rows_and_cursor_back_together(engine: Engine):
    with open_store(engine) as store:
        with pytest.raises(ZeroDivisionError):
            save_then_fail(store)
        with store.reading() as connection:
            assert ledger.read_cursor(connection, "emea", Kind.ACCOUNT, "f") is None
            assert accounts.read_account_ids(connection, "emea", "", 10) == []


def test_cursor_is_forgotten_when_other_fields_are_asked_for(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        ledger.save_cursor(connection, "emea", Kind.DEAL, "a", Cursor(NOW, "7"))
        assert ledger.read_cursor(connection, "emea", Kind.DEAL, "a") == Cursor(NOW, "7")
        assert ledger.read_cursor(connection, "emea", Kind.DEAL, "a,b") is None
        assert ledger.read_cursor(connection, "us", Kind.DEAL, "a") is None


def test_error_counts_its_attempts_until_the_record_goes_well(engine: Engine):
    fault = RecordError(Kind.ACCOUNT, "1", "", "STRING_TOO_LONG", "too long")
    with open_store(engine) as store, store.transaction() as connection:
        for hours in range(3):
            record_errors.save_errors(connection, "emea", Origin.PUSH, [fault], NOW + timedelta(hours=hours))
        (kept,) = record_errors.read_errors(connection)
        assert (kept.attempts, kept.first_at, kept.last_at) == (3, NOW, NOW + timedelta(hours=2))
        record_errors.clear_errors(connection, "emea", Origin.PULL, Kind.ACCOUNT, ["1"])
        assert record_errors.count_errors(connection, "emea", Origin.PUSH) == 1
        record_errors.clear_errors(connection, "emea", Origin.PUSH, Kind.ACCOUNT, ["1"])
        assert record_errors.read_errors(connection) == []


def test_deal_of_a_deleted_or_unknown_account_is_an_orphan_and_orphans_are_read_some_at_a_time(engine: Engine):
    with open_store(engine) as store:
        save(store, Kind.ACCOUNT, row(Kind.ACCOUNT, "a"), row(Kind.ACCOUNT, "b"))
        save(store, Kind.ACCOUNT, Row("b", archived=True))
        save(store, Kind.DEAL, *(row(Kind.DEAL, f"d{account}", account=account) for account in ("a", "b", "c", None)))
        with store.reading() as connection:
            ids = accounts.read_orphan_ids(connection, "emea", "", 2)
            rest = accounts.read_orphan_ids(connection, "emea", ids[-1], 2)
            assert sorted([*ids, *rest]) == ["dNone", "db", "dc"]
            assert sorted(accounts.read_deals(connection, "emea", ids).deals) == sorted(ids)


def test_shard_holds_the_people_of_its_deals_and_of_no_other(engine: Engine):
    with open_store(engine) as store:
        save(
            store,
            Kind.CONTACT,
            row(Kind.CONTACT, "in", account="a"),
            row(Kind.CONTACT, "guest", account="z"),
            row(Kind.CONTACT, "out", account="z"),
        )
        save(store, Kind.DEAL, row(Kind.DEAL, "d", account="a"), row(Kind.DEAL, "e", account="z"))
        save(
            store,
            Kind.DEAL_CONTACT,
            row(Kind.DEAL_CONTACT, "1", deal="d", contact="guest"),
            row(Kind.DEAL_CONTACT, "2", deal="e", contact="out"),
        )
        with store.reading() as connection:
            shard = accounts.read_shard(connection, "emea", ["a"])
    assert (sorted(shard.contacts), sorted(shard.deals), len(shard.deal_contacts)) == (["guest", "in"], ["d"], 1)


def test_organisation_is_remembered_with_its_last_complete_pull(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        assert ledger.read_organisation(connection, "emea") is None
        ledger.save_organisation(connection, "emea", "hubspot", Organisation("42", "Acme", "EUR", multi_currency=False))
        ledger.mark_complete_pull(connection, "emea", NOW)
        ledger.save_organisation(
            connection, "emea", "hubspot", Organisation("42", "Acme SA", "EUR", multi_currency=False)
        )
        assert ledger.read_organisation(connection, "emea") == ledger.KnownOrganisation("42", "Acme SA", "EUR", NOW)


def test_new_sqlite_file_is_for_its_owner_alone(tmp_path: Path):
    with open_store(open_engine(f"sqlite:///{tmp_path}/p.db")):
        assert stat.S_IMODE((tmp_path / "p.db").stat().st_mode) == 0o600


def test_unreachable_database_is_one_line_without_its_password():
    engine = open_engine("postgresql+psycopg://me:hunter2@127.0.0.1:1/db")
    with pytest.raises(StoreError) as caught, open_store(engine):
        pass
    assert "127.0.0.1:1/db" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_folder_of_the_database_is_named(tmp_path: Path):
    with (
        pytest.raises(StoreError, match=r"missing/p\.db"),
        open_store(open_engine(f"sqlite:///{tmp_path}/missing/p.db")),
    ):
        pass
