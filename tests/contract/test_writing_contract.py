from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from adapters.base import FieldAction, FieldSpec, FieldType, Kind, Outcome, Update
from adapters.errors import SkippableError

TYPES = {
    FieldType.COUNT: (0, 7, 8),
    FieldType.NUMBER: (2, Decimal("3.25"), Decimal("-0.50")),
    FieldType.FRACTION: (4, Decimal("0.6250"), Decimal("0.0001")),
    FieldType.MONEY: (2, Decimal("12345678.90"), Decimal("0.00")),
    FieldType.DATE: (0, date(2026, 12, 31), date(2027, 1, 1)),
    FieldType.MOMENT: (0, datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    FieldType.TEXT: (0, "Coverage is low: Zoé 🚀", "ok"),
    FieldType.YES_NO: (0, True, False),
}


@pytest.fixture
def specs(crm):
    """A field of each type on accounts."""
    return {
        kind: FieldSpec(
            Kind.ACCOUNT, f"trial_{kind}", crm.field_name(f"trial_{kind}"), f"Trial {kind}", f"A trial of {kind}",
            kind, scale, "EUR" if kind is FieldType.MONEY else None,
        )
        for kind, (scale, *_) in TYPES.items()
    }  # fmt: skip


@pytest.fixture
def status(crm, specs):
    crm.ensure_fields([specs[FieldType.TEXT]])
    return specs[FieldType.TEXT]


def push(crm, spec, values):
    """Write one value of one field to each record."""
    updates = [Update(spec.kind, id_, {spec.name: value}) for id_, value in values.items()]
    return list(crm.push(updates, {spec.name: spec}))


def accounts(bench, *keys):
    return [bench.id_of(Kind.ACCOUNT, key) for key in keys]


def actions(changes):
    return [change.action for change in changes]


def test_planning_fields_changes_nothing(bench, crm, specs):
    assert actions(crm.plan_fields(list(specs.values()))) == [FieldAction.CREATE] * len(specs)
    other = bench.connect()
    assert not {spec.name for spec in specs.values()} & set(other.describe(Kind.ACCOUNT))
    assert actions(other.plan_fields(list(specs.values()))) == [FieldAction.CREATE] * len(specs)
    other.close()


def test_ensuring_fields_twice_creates_them_once(bench, crm, specs):
    assert actions(crm.ensure_fields(list(specs.values()))) == [FieldAction.CREATE] * len(specs)
    assert actions(crm.ensure_fields(list(specs.values()))) == [FieldAction.KEEP] * len(specs)
    other = bench.connect()
    assert actions(other.plan_fields(list(specs.values()))) == [FieldAction.KEEP] * len(specs)
    other.close()


def test_created_fields_are_seen_with_label_and_help(bench, crm, specs):
    """Money that is kept as a plain number may have its currency added to the label."""
    crm.describe(Kind.ACCOUNT)
    crm.ensure_fields(list(specs.values()))
    for seer in (crm, bench.connect()):
        schema = seer.describe(Kind.ACCOUNT)
        for spec in specs.values():
            assert schema[spec.name].label in {spec.label, f"{spec.label} ({spec.currency})"}
            assert schema[spec.name].help == spec.help
            assert schema[spec.name].writable
        seer.close()


def test_a_field_of_that_name_with_another_type_is_never_touched(crm, specs):
    text, number = specs[FieldType.TEXT], specs[FieldType.NUMBER]
    crm.ensure_fields([text])
    usurper = FieldSpec(number.kind, text.key, text.name, number.label, number.help, number.type, number.scale)
    assert actions(crm.plan_fields([usurper])) == [FieldAction.CONFLICT]
    (change,) = crm.ensure_fields([usurper])
    assert change.action is FieldAction.CONFLICT
    assert change.detail
    assert actions(crm.plan_fields([text])) == [FieldAction.KEEP]


def test_deals_have_fields_of_their_own(bench, crm):
    spec = FieldSpec(Kind.DEAL, "threads", crm.field_name("threads"), "Threads", "People", FieldType.COUNT)
    crm.ensure_fields([spec])
    deal = bench.id_of(Kind.DEAL, "d1")
    assert [result.outcome for result in push(crm, spec, {deal: 3})] == [Outcome.WRITTEN]
    assert bench.show(spec, deal) == 3


@pytest.mark.parametrize("type_", TYPES)
def test_each_type_of_value_reads_back_as_it_was_written(bench, crm, specs, type_):
    _, first, second = TYPES[type_]
    crm.ensure_fields([specs[type_]])
    one, two = accounts(bench, "a1", "a2")
    results = push(crm, specs[type_], {one: first, two: second})
    assert [(result.id, result.outcome) for result in results] == [(one, Outcome.WRITTEN), (two, Outcome.WRITTEN)]
    assert (bench.show(specs[type_], one), bench.show(specs[type_], two)) == (first, second)


@pytest.mark.parametrize("type_", TYPES)
def test_what_push_wrote_the_adapter_reads_back_equal(bench, crm, specs, type_):
    spec, (_, first, second) = specs[type_], TYPES[type_]
    crm.ensure_fields([spec])
    one, two, three = accounts(bench, "a1", "a2", "a3")
    push(crm, spec, {one: first, two: second, three: first})
    push(crm, spec, {three: None})
    told = {record.id: record.fields[spec.name] for record in crm.read(Kind.ACCOUNT, [spec.name], [one, two, three])}
    read = [crm.read_value(spec, told[id_]) for id_ in (one, two, three)]
    assert read == [first, second, None]
    assert [str(value) for value in read] == [str(first), str(second), "None"], "to the last digit"
    pulled = [record for page in crm.pull(Kind.ACCOUNT, [spec.name]) for record in page.records if record.id == one]
    assert [crm.read_value(spec, record.fields[spec.name]) for record in pulled] == [first]


@pytest.mark.parametrize("type_", [each for each in TYPES if each is not FieldType.TEXT])
def test_a_value_that_we_cannot_have_written_is_not_read_as_one(crm, specs, type_):
    crm.ensure_fields([specs[type_]])
    with pytest.raises(SkippableError):
        crm.read_value(specs[type_], "1,234")


@pytest.mark.parametrize("raw", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_outside_the_calendar_is_not_read_as_ours(crm, specs, raw):
    crm.ensure_fields([specs[FieldType.MOMENT]])
    with pytest.raises(SkippableError):
        crm.read_value(specs[FieldType.MOMENT], raw)


def test_a_number_that_says_more_than_ours_is_not_taken_for_ours(crm, specs):
    crm.ensure_fields([specs[FieldType.NUMBER]])
    assert crm.read_value(specs[FieldType.NUMBER], "3.251") == Decimal("3.251")


def test_records_read_by_id_are_those_that_live(bench, crm, mapping):
    ids = accounts(bench, "a1", "a2", "a5")
    bench.delete(Kind.ACCOUNT, ids[2])
    read = [mapping.apply(record) for record in crm.read(Kind.ACCOUNT, mapping.fields(Kind.ACCOUNT), ids)]
    pages = crm.pull(Kind.ACCOUNT, mapping.fields(Kind.ACCOUNT))
    pulled = [mapping.apply(record) for page in pages for record in page.records]
    assert sorted(one.id for one in read) == sorted(ids[:2])
    assert all(one in pulled for one in read)


@pytest.mark.parametrize("type_", TYPES)
def test_a_cleared_value_reads_back_as_empty(bench, crm, specs, type_):
    crm.ensure_fields([specs[type_]])
    (account,) = accounts(bench, "a1")
    push(crm, specs[type_], {account: TYPES[type_][1]})
    assert bench.show(specs[type_], account) is not None
    assert [result.outcome for result in push(crm, specs[type_], {account: None})] == [Outcome.WRITTEN]
    assert bench.show(specs[type_], account) is None


def test_each_update_has_its_result_in_order(bench, crm, status):
    ids = accounts(bench, "a4", "a1", "a5", "a2", "a3")
    results = push(crm, status, {id_: f"line {id_}" for id_ in ids})
    assert [(result.id, result.outcome) for result in results] == [(id_, Outcome.WRITTEN) for id_ in ids]
    assert [bench.show(status, id_) for id_ in ids] == [f"line {id_}" for id_ in ids]


def test_accounts_and_deals_may_be_written_together(bench, crm, status):
    twin = FieldSpec(Kind.DEAL, status.key, status.name, status.label, status.help, status.type)
    crm.ensure_fields([twin])
    account, deal = bench.id_of(Kind.ACCOUNT, "a1"), bench.id_of(Kind.DEAL, "d1")
    updates = [
        Update(Kind.DEAL, deal, {twin.name: "deal"}),
        Update(Kind.ACCOUNT, account, {status.name: "account"}),
    ]
    results = list(crm.push(updates, {status.name: status}))
    assert [(result.id, result.outcome) for result in results] == [(deal, Outcome.WRITTEN), (account, Outcome.WRITTEN)]
    assert (bench.show(twin, deal), bench.show(status, account)) == ("deal", "account")


def test_a_refused_row_keeps_the_crms_words_and_blocks_no_other(bench, crm, status):
    ids = accounts(bench, "a1", "a2", "a3")
    bench.refuse(Kind.ACCOUNT, ids[1], "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Only finance may change this account")
    results = push(crm, status, dict.fromkeys(ids, "ok"))
    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.REFUSED, Outcome.WRITTEN]
    assert "Only finance may change this account" in results[1].message
    assert results[1].code
    assert [bench.show(status, id_) for id_ in ids] == ["ok", None, "ok"]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (FieldType.TEXT, "x" * 256),
        (FieldType.TEXT, "half a rocket \ud83d"),
        (FieldType.TEXT, "nothing \x00"),
        (FieldType.NUMBER, Decimal("NaN")),
        (FieldType.MONEY, Decimal("Infinity")),
        (FieldType.COUNT, "seven"),
        (FieldType.DATE, "yesterday"),
    ],
)
def test_a_value_that_the_field_cannot_hold_is_refused_and_blocks_no_other(bench, crm, specs, type_, value):
    crm.ensure_fields([specs[type_]])
    bad, good = accounts(bench, "a1", "a2")
    results = push(crm, specs[type_], {bad: value, good: TYPES[type_][1]})
    assert [result.outcome for result in results] == [Outcome.REFUSED, Outcome.WRITTEN]
    assert bench.show(specs[type_], bad) is None


def test_a_field_that_is_not_ours_is_never_written_and_blocks_no_other(bench, crm, specs):
    ours, theirs = specs[FieldType.COUNT], specs[FieldType.TEXT]
    crm.ensure_fields([ours, theirs])
    bad, good = accounts(bench, "a1", "a2")
    updates = [Update(Kind.ACCOUNT, bad, {ours.name: 1, theirs.name: "x"}), Update(Kind.ACCOUNT, good, {ours.name: 2})]
    refused, written = crm.push(updates, {ours.name: ours})
    assert (refused.outcome, refused.code, refused.field) == (Outcome.REFUSED, "NOT_OURS", theirs.name)
    assert written.outcome is Outcome.WRITTEN
    assert [bench.show(theirs, bad), bench.show(ours, bad), bench.show(ours, good)] == [None, None, 2]


def test_a_deleted_record_is_gone_and_blocks_no_other(bench, crm, status):
    doomed, alive = accounts(bench, "a5", "a1")
    bench.delete(Kind.ACCOUNT, doomed)
    results = push(crm, status, {doomed: "late", alive: "ok"})
    assert [result.outcome for result in results] == [Outcome.GONE, Outcome.WRITTEN]


def test_a_record_merged_away_is_gone_and_its_winner_keeps_its_own_value(bench, crm, status):
    winner, loser = accounts(bench, "a4", "a5")
    survivor = bench.merge(Kind.ACCOUNT, winner, loser)
    results = push(crm, status, {loser: "of the loser", survivor: "of the winner"})
    assert [result.outcome for result in results] == [Outcome.GONE, Outcome.WRITTEN]
    assert bench.show(status, survivor) == "of the winner"


def test_writing_nothing_asks_nothing(bench, crm, status):
    before = bench.requests()
    assert push(crm, status, {}) == []
    assert bench.requests() == before


def test_our_own_write_comes_back_with_the_next_pull(bench, crm, mapping, status):
    fields = mapping.fields(Kind.ACCOUNT)
    since = max(page.cursor for page in crm.pull(Kind.ACCOUNT, fields) if page.cursor)
    bench.advance(60)
    (account,) = accounts(bench, "a1")
    push(crm, status, {account: "ok"})
    changed = [record.id for page in crm.pull(Kind.ACCOUNT, fields, since) for record in page.records]
    assert account in changed


def test_only_the_fields_sent_are_changed(bench, crm, mapping, status):
    def names():
        pages = crm.pull(Kind.ACCOUNT, mapping.fields(Kind.ACCOUNT))
        return {record.id: mapping.apply(record).values for page in pages for record in page.records}

    before = names()
    bench.rename(Kind.ACCOUNT, bench.id_of(Kind.ACCOUNT, "a1"), "Edited by a person meanwhile")
    push(crm, status, dict.fromkeys(accounts(bench, "a1", "a2"), "ok"))
    after = names()
    assert after[bench.id_of(Kind.ACCOUNT, "a1")]["name"] == "Edited by a person meanwhile"
    assert after[bench.id_of(Kind.ACCOUNT, "a2")] == before[bench.id_of(Kind.ACCOUNT, "a2")]
