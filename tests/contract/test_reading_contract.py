from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.base import Cursor, Kind

INCREMENTAL = [Kind.PRODUCT, Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL, Kind.LINE_ITEM]


def pull(crm, mapping, kind, since=None):
    return list(crm.pull(kind, mapping.fields(kind), since))


def read(crm, mapping, kind, since=None):
    return [record for page in pull(crm, mapping, kind, since) for record in page.records]


def live(records):
    return [record for record in records if not record.archived]


def end_of(pages, since=None):
    """The cursor that a run would keep."""
    return max([page.cursor for page in pages if page.cursor] + [since] * (since is not None))


def key(record):
    return record.modified_at, record.id


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_without_a_cursor_every_live_record_comes_exactly_once(bench, crm, mapping, kind):
    records = read(crm, mapping, kind)
    assert len(records) == len({record.id for record in records})
    assert {record.id for record in records} == bench.live_ids(kind)
    assert {record.kind for record in records} == {kind}
    assert not any(record.archived for record in records)


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_stamps_are_aware_utc(crm, mapping, kind):
    for record in read(crm, mapping, kind):
        assert record.modified_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_records_come_in_the_order_of_their_stamps(crm, mapping, kind):
    stamps = [record.modified_at for record in live(read(crm, mapping, kind))]
    assert stamps == sorted(stamps)


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_a_cursor_never_leads_the_records_that_came_with_it(crm, mapping, kind):
    delivered = []
    for page in pull(crm, mapping, kind):
        delivered += [key(record) for record in live(page.records)]
        assert page.cursor is None or (page.cursor.modified_at, page.cursor.id) <= max(delivered)


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_no_field_holds_a_float_and_only_what_was_asked_comes(crm, mapping, kind):
    for record in read(crm, mapping, kind):
        assert set(record.fields) == set(mapping.fields(kind))
        assert not any(isinstance(value, float) for value in record.fields.values())


def test_stopping_after_any_page_and_going_on_from_its_cursor_loses_nothing(bench, crm, mapping):
    pages = pull(crm, mapping, Kind.ACCOUNT)
    for stop in range(1, len(pages) + 1):
        kept = {record.id for page in pages[:stop] for record in page.records}
        kept |= {record.id for record in read(crm, mapping, Kind.ACCOUNT, end_of(pages[:stop]))}
        assert kept == bench.live_ids(Kind.ACCOUNT)


def test_a_cursor_is_inclusive(crm, mapping):
    pages = pull(crm, mapping, Kind.ACCOUNT)
    newest = max(live([record for page in pages for record in page.records]), key=key)
    assert newest.id in {record.id for record in read(crm, mapping, Kind.ACCOUNT, end_of(pages))}


def test_records_that_share_the_stamp_of_the_cursor_come_again(crm, mapping):
    records = read(crm, mapping, Kind.ACCOUNT)
    newest = max(record.modified_at for record in records)
    twins = {record.id for record in records if record.modified_at == newest}
    assert len(twins) == 2
    again = read(crm, mapping, Kind.ACCOUNT, end_of(pull(crm, mapping, Kind.ACCOUNT)))
    assert {record.id for record in again} == twins


def test_an_edit_arrives_with_its_new_value_and_moves_the_cursor(bench, crm, mapping):
    pages = pull(crm, mapping, Kind.ACCOUNT)
    since = end_of(pages)
    account = bench.id_of(Kind.ACCOUNT, "a3")
    bench.rename(Kind.ACCOUNT, account, "Bolt, renamed")
    changed = pull(crm, mapping, Kind.ACCOUNT, since)
    (edited,) = [record for page in changed for record in page.records if record.id == account]
    assert mapping.apply(edited).values["name"] == "Bolt, renamed"
    assert end_of(changed, since) > since


def test_an_edit_of_one_record_brings_no_older_ones(bench, crm, mapping):
    since = Cursor(end_of(pull(crm, mapping, Kind.ACCOUNT)).modified_at + timedelta(seconds=1))
    account = bench.id_of(Kind.ACCOUNT, "a2")
    bench.rename(Kind.ACCOUNT, account, "Renamed")
    assert {record.id for record in read(crm, mapping, Kind.ACCOUNT, since)} == {account}


def test_the_overlap_reads_again_what_lies_before_the_cursor(bench, mapping):
    crm = bench.connect(overlap=timedelta(days=300))
    since = end_of(pull(crm, mapping, Kind.ACCOUNT))
    assert {record.id for record in read(crm, mapping, Kind.ACCOUNT, since)} == bench.live_ids(Kind.ACCOUNT)
    crm.close()


def test_a_cursor_is_never_moved_back_by_the_overlap(bench, mapping):
    crm = bench.connect(overlap=timedelta(days=300))
    since = end_of(pull(crm, mapping, Kind.ACCOUNT))
    assert all(page.cursor is None or page.cursor >= since for page in pull(crm, mapping, Kind.ACCOUNT, since))
    crm.close()


@pytest.mark.parametrize(("kind", "name"), [(Kind.ACCOUNT, "a5"), (Kind.CONTACT, "c5"), (Kind.DEAL, "d4")])
def test_a_deleted_record_arrives_archived_and_is_gone_from_the_ids(bench, crm, mapping, kind, name):
    since = end_of(pull(crm, mapping, kind))
    doomed = bench.id_of(kind, name)
    bench.delete(kind, doomed)
    archived = [record for record in read(crm, mapping, kind, since) if record.archived]
    assert [(record.id, record.merged_into) for record in archived] == [(doomed, None)]
    assert doomed not in set(crm.ids(kind))
    assert doomed not in {record.id for record in read(crm, mapping, kind)}


@pytest.mark.parametrize(("kind", "pair"), [(Kind.ACCOUNT, ("a4", "a5")), (Kind.CONTACT, ("c1", "c2"))])
def test_a_merged_record_arrives_archived_with_the_id_that_took_its_place(bench, crm, mapping, kind, pair):
    winner, loser = pair
    since = end_of(pull(crm, mapping, kind))
    loser_id = bench.id_of(kind, loser)
    survivor = bench.merge(kind, bench.id_of(kind, winner), loser_id)
    changed = read(crm, mapping, kind, since)
    assert {record.merged_into for record in changed if record.id == loser_id and record.archived} == {survivor}
    assert survivor in {record.id for record in live(changed)}
    assert loser_id not in set(crm.ids(kind))
    assert survivor in set(crm.ids(kind))


def test_a_merge_hands_the_losers_people_to_the_winner(bench, crm, mapping):
    loser = bench.id_of(Kind.ACCOUNT, "a1")
    survivor = bench.merge(Kind.ACCOUNT, bench.id_of(Kind.ACCOUNT, "a3"), loser)
    people = [mapping.apply(record).values for record in read(crm, mapping, Kind.CONTACT)]
    assert loser not in {values["account"] for values in people}
    assert len([values for values in people if values["account"] == survivor]) == 4


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_ids_are_those_of_the_live_records(bench, crm, kind):
    ids = list(crm.ids(kind))
    assert len(ids) == len(set(ids))
    assert set(ids) == bench.live_ids(kind)
