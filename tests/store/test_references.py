"""Merged records in the mirror: what pointed at the loser points at the winner, whatever came first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from adapters.base import Kind
from connector.store.engine import open_memory
from connector.store.mirror import replace_children, save_records
from connector.store.mirror_tables import TABLES
from connector.store.references import REFERENCES, drop_children, resolve
from connector.store.store import Store, open_store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class One:
    id: str
    values: dict[str, Any] = field(default_factory=dict)
    archived: bool = False
    merged_into: str | None = None
    modified_at: datetime | None = NOW


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    with open_store(engine) as opened:
        yield opened


def save(store: Store, kind: Kind, *records: One) -> int:
    for record in records:
        record.values = dict.fromkeys(REFERENCES.get(kind, {})) | record.values
    with store.transaction() as connection:
        return save_records(connection, "c", kind, records, NOW)


def merged(loser: str, winner: str, at: datetime = NOW) -> One:
    return One(loser, archived=True, merged_into=winner, modified_at=at)


def read(store: Store, kind: Kind, id_: str) -> Any:
    table = TABLES[kind]
    with store.reading() as connection:
        return connection.execute(select(table).where(table.c.id == id_)).one_or_none()


def test_what_pointed_at_the_loser_points_at_the_winner(store: Store):
    save(store, Kind.ACCOUNT, One("a"), One("b"), One("child", {"parent": "b"}))
    save(store, Kind.CONTACT, One("p", {"account": "b"}))
    save(store, Kind.DEAL, One("d", {"account": "b"}))
    assert save(store, Kind.ACCOUNT, merged("b", "a")) == 1
    assert read(store, Kind.CONTACT, "p").account == "a"
    assert read(store, Kind.DEAL, "d").account == "a"
    assert read(store, Kind.ACCOUNT, "child").parent == "a"
    assert read(store, Kind.ACCOUNT, "b").merged_into == "a"


def test_rows_that_name_the_loser_later_are_stored_with_the_winner(store: Store):
    save(store, Kind.ACCOUNT, One("a"), merged("b", "a"))
    save(store, Kind.CONTACT, One("p", {"account": "b"}))
    with store.transaction() as connection:
        replace_children(connection, "c", Kind.ACCOUNT_CONTACT, {"contact": ["p"]}, [
            One("b:p", {"account": "b", "contact": "p"}),
        ])  # fmt: skip
    assert read(store, Kind.CONTACT, "p").account == "a"
    assert read(store, Kind.ACCOUNT_CONTACT, "b:p").account == "a"


def test_merge_of_a_merge_leads_to_the_last_winner(store: Store):
    save(store, Kind.ACCOUNT, One("a"), One("b"), One("c"))
    save(store, Kind.DEAL, One("d", {"account": "a"}))
    save(store, Kind.ACCOUNT, merged("a", "b"))
    save(store, Kind.ACCOUNT, merged("b", "c"))
    save(store, Kind.DEAL, One("e", {"account": "a"}))
    assert (read(store, Kind.DEAL, "d").account, read(store, Kind.DEAL, "e").account) == ("c", "c")


def test_circle_of_merges_leads_nowhere_and_ends(store: Store):
    save(store, Kind.ACCOUNT, merged("a", "b"), merged("b", "a"))
    save(store, Kind.DEAL, One("d", {"account": "a"}))
    assert read(store, Kind.DEAL, "d").account == "a"


def test_account_merged_into_its_parent_is_not_its_own_parent(store: Store):
    save(store, Kind.ACCOUNT, One("a", {"parent": "b"}), One("b"))
    save(store, Kind.ACCOUNT, merged("b", "a"))
    assert read(store, Kind.ACCOUNT, "a").parent is None
    save(store, Kind.ACCOUNT, One("a", {"parent": "b"}))
    assert read(store, Kind.ACCOUNT, "a").parent is None


def test_loser_that_was_never_seen_alive_is_remembered(store: Store):
    assert save(store, Kind.CONTACT, merged("old", "new")) == 0
    row = read(store, Kind.CONTACT, "old")
    assert (row.merged_into, row.deleted_at) == ("new", NOW)


def test_index_that_still_shows_the_loser_does_not_revive_it(store: Store):
    save(store, Kind.CONTACT, One("old"), One("new"))
    save(store, Kind.CONTACT, merged("old", "new", NOW + timedelta(minutes=5)))
    save(store, Kind.CONTACT, One("old", modified_at=NOW + timedelta(minutes=4)))
    assert read(store, Kind.CONTACT, "old").deleted_at is not None


def test_loser_brought_back_after_its_merge_lives_again(store: Store):
    save(store, Kind.CONTACT, One("old"), One("new"))
    save(store, Kind.CONTACT, merged("old", "new"))
    save(store, Kind.CONTACT, One("old", modified_at=NOW + timedelta(minutes=1)))
    row = read(store, Kind.CONTACT, "old")
    assert (row.deleted_at, row.merged_into) == (None, None)


def test_page_that_shows_the_loser_alive_after_its_merge_leaves_it_buried(store: Store):
    save(store, Kind.CONTACT, One("new"), merged("old", "new"), One("old"))
    assert read(store, Kind.CONTACT, "old").merged_into == "new"


def test_another_connection_s_merge_moves_nothing_of_ours(store: Store):
    save(store, Kind.DEAL, One("d", {"account": "b"}))
    with store.transaction() as connection:
        save_records(connection, "other", Kind.ACCOUNT, [merged("b", "a")], NOW)
    assert read(store, Kind.DEAL, "d").account == "b"


def test_rows_under_merged_parents_can_be_dropped(store: Store):
    save(store, Kind.DEAL_CONTACT, One("d:p", {"deal": "d", "contact": "p"}), One("e:p", {"deal": "e"}))
    with store.transaction() as connection:
        drop_children(connection, "c", Kind.DEAL_CONTACT, "deal", ["d"])
    assert read(store, Kind.DEAL_CONTACT, "d:p") is None
    assert read(store, Kind.DEAL_CONTACT, "e:p") is not None


def test_every_reference_is_a_column_of_its_kind():
    for kind, fields in REFERENCES.items():
        assert fields.keys() <= set(TABLES[kind].c.keys())


@pytest.fixture(scope="module")
def memory() -> Iterator[Store]:
    """One for all examples: to make the tables takes longer than they do."""
    with open_store(open_memory()) as store:
        yield store


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), max_size=8))
def test_old_ids_resolve_to_a_record_that_was_not_merged_away_or_to_none(memory: Store, merges: dict[str, str]):
    with memory.transaction() as connection:
        connection.execute(delete(TABLES[Kind.ACCOUNT]))
    for loser, winner in merges.items():
        save(memory, Kind.ACCOUNT, merged(loser, winner))
    with memory.reading() as connection:
        resolved = resolve(connection, "c", Kind.ACCOUNT, set("abcdefgh"))
    assert resolved.keys() <= merges.keys()
    assert not set(resolved.values()) & merges.keys()
    for loser in merges.keys() - resolved.keys():
        seen, at = set(), loser
        while at in merges and at not in seen:
            seen.add(at)
            at = merges[at]
        assert at in seen, "only a circle has no end"
