from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.base import Kind

INCREMENTAL = [Kind.PRODUCT, Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL, Kind.LINE_ITEM]
MERGEABLE = [(Kind.ACCOUNT, ("a4", "a5")), (Kind.CONTACT, ("c1", "c2"))]


def scan(crm, kind, fields=()):
    return [record for page in crm.scan(kind, fields) for record in page.records]


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_the_count_is_that_of_the_live_records(bench, crm, kind):
    assert crm.count(kind) == len(bench.live_ids(kind))


def test_counting_is_one_request(bench, crm):
    before = bench.requests()
    crm.count(Kind.ACCOUNT)
    assert bench.requests() == before + 1


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_a_scan_gives_each_live_record_once_and_moves_no_cursor(bench, crm, kind):
    pages = list(crm.scan(kind))
    ids = [record.id for page in pages for record in page.records]
    assert len(ids) == len(set(ids))
    assert set(ids) == bench.live_ids(kind)
    assert {page.cursor for page in pages} == {None}


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_a_scan_tells_of_each_record_what_a_pull_tells(crm, mapping, kind):
    pulled = {record.id: record for page in crm.pull(kind, mapping.fields(kind)) for record in page.records}
    assert {record.id: record for record in scan(crm, kind, mapping.fields(kind))} == pulled


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_a_scan_for_no_fields_still_tells_when_each_record_changed(crm, kind):
    pulled = {record.id: record.modified_at for page in crm.pull(kind, []) for record in page.records}
    assert {record.id: record.modified_at for record in scan(crm, kind)} == pulled


@pytest.mark.parametrize(("kind", "key"), [(Kind.ACCOUNT, "a5"), (Kind.CONTACT, "c5"), (Kind.DEAL, "d4")])
def test_a_deleted_record_is_neither_counted_nor_scanned(bench, crm, kind, key):
    doomed = bench.id_of(kind, key)
    bench.delete(kind, doomed)
    bench.advance(60)
    assert doomed not in {record.id for record in scan(crm, kind)}
    assert crm.count(kind) == len(bench.live_ids(kind))


@pytest.mark.parametrize(("kind", "pair"), MERGEABLE)
def test_a_merged_record_is_traced_to_the_one_that_took_its_place(bench, crm, kind, pair):
    winner, loser = (bench.id_of(kind, key) for key in pair)
    survivor = bench.merge(kind, winner, loser)
    traced = {record.id: record for record in crm.trace(kind, [loser, winner])}
    assert (traced[loser].archived, traced[loser].merged_into) == (True, survivor)
    assert set(traced) == {winner, loser} - {survivor}


@pytest.mark.parametrize("kind", INCREMENTAL)
def test_live_records_are_not_traced(bench, crm, kind):
    assert list(crm.trace(kind, sorted(bench.live_ids(kind)))) == []


@pytest.mark.parametrize(("kind", "key"), [(Kind.ACCOUNT, "a5"), (Kind.CONTACT, "c5"), (Kind.DEAL, "d4")])
def test_a_purged_record_leaves_no_trace(bench, crm, kind, key):
    doomed = bench.id_of(kind, key)
    bench.purge(kind, doomed)
    bench.advance(60)
    assert list(crm.trace(kind, [doomed])) == []
    assert list(crm.read(kind, [], [doomed])) == []
    assert doomed not in {record.id for record in scan(crm, kind)}
    assert crm.count(kind) == len(bench.live_ids(kind))


def test_a_record_that_was_brought_back_is_scanned_and_no_longer_traced(bench, crm):
    contact = bench.id_of(Kind.CONTACT, "c5")
    bench.delete(Kind.CONTACT, contact)
    bench.undelete(Kind.CONTACT, contact)
    bench.advance(60)
    assert contact in {record.id for record in scan(crm, Kind.CONTACT)}
    assert list(crm.trace(Kind.CONTACT, [contact])) == []
    assert crm.count(Kind.CONTACT) == len(bench.live_ids(Kind.CONTACT))


def test_a_deleted_record_is_traced_as_deleted_or_not_at_all(bench, crm):
    doomed = bench.id_of(Kind.ACCOUNT, "a5")
    bench.delete(Kind.ACCOUNT, doomed)
    traced = [(record.id, record.archived, record.merged_into) for record in crm.trace(Kind.ACCOUNT, [doomed])]
    assert traced in ([], [(doomed, True, None)])


def test_an_edit_is_seen_by_a_scan_at_once(bench, crm, mapping):
    account = bench.id_of(Kind.ACCOUNT, "a3")
    (before,) = [record.modified_at for record in scan(crm, Kind.ACCOUNT) if record.id == account]
    bench.advance(60)
    bench.rename(Kind.ACCOUNT, account, "Bolt, renamed")
    (after,) = [record for record in scan(crm, Kind.ACCOUNT, mapping.fields(Kind.ACCOUNT)) if record.id == account]
    assert mapping.apply(after).values["name"] == "Bolt, renamed"
    assert after.modified_at >= before + timedelta(seconds=60)
