"""Whose a field is decides what is done with it, the same on every CRM."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.base import FieldAction, FieldSpec, FieldType, Kind, Ownership, Update


@pytest.fixture
def spec(crm):
    return FieldSpec(Kind.ACCOUNT, "status", crm.field_name("status"), "Status", "What is missing.", FieldType.TEXT)


@pytest.fixture
def answer(crm):
    name = crm.field_name("deal_champion")
    return FieldSpec(Kind.DEAL, "deal_champion", name, "Champion", "Is there one?", FieldType.YES_NO)


def only(changes):
    (change,) = changes
    return change


def texts(crm, spec):
    info = crm.describe(spec.kind)[spec.name]
    return info.label, info.help


def recorded(change):
    return Ownership({(change.spec.kind, change.spec.name): change.identity})


def test_our_own_field_is_given_its_label_and_help_of_today_once(bench, crm, spec, answer):
    crm.ensure_fields([spec, answer])
    french = [
        replace(spec, label="Statut", help="Ce qui manque."),
        replace(answer, label="Promoteur", help="Y en a-t-il un ?", answers=("Oui", "Non")),
    ]
    planned = crm.plan_fields(french)
    assert [(change.action, change.mends) for change in planned] == [(FieldAction.DIFFERS, True)] * 2
    assert "Status" in planned[0].detail
    assert "help text" in planned[0].detail
    assert list(crm.ensure_fields(french)) == list(planned)
    assert [texts(crm, each) for each in french] == [(each.label, each.help) for each in french]
    before = bench.requests()
    assert {change.action for change in crm.ensure_fields(french)} == {FieldAction.KEEP}
    assert {change.action for change in crm.plan_fields(french)} == {FieldAction.KEEP}
    assert bench.requests() - before <= 12, "only looks"


def test_a_field_that_somebody_else_made_is_never_touched(bench, crm, spec):
    bench.make_field(spec.kind, spec.name, "Theirs")
    crm.ensure_fields([spec])
    change = only(crm.ensure_fields([spec]))
    assert (change.action, change.mends, change.marked) == (FieldAction.FOREIGN, False, False)
    assert texts(crm, spec)[0] == "Theirs"


def test_a_recorded_field_is_ours_whoever_made_it(bench, crm, spec):
    bench.make_field(spec.kind, spec.name, "Theirs")
    crm.ensure_fields([spec])
    known = recorded(only(crm.plan_fields([spec])))
    assert only(crm.ensure_fields([spec], known)).mends
    assert texts(crm, spec) == (spec.label, spec.help)
    assert only(crm.plan_fields([spec], known)).action is FieldAction.KEEP


def test_a_field_made_by_us_bears_our_mark(crm, spec):
    crm.ensure_fields([spec])
    change = only(crm.plan_fields([spec]))
    assert change.marked
    assert change.identity


def test_a_removed_field_is_gone_with_its_values(bench, crm, spec):
    crm.ensure_fields([spec])
    account = bench.id_of(Kind.ACCOUNT, "a1")
    list(crm.push([Update(spec.kind, account, {spec.name: "x"})], {spec.name: spec}))
    known = recorded(only(crm.plan_fields([spec])))
    assert list(crm.find_fields(known)) == [(spec.kind, spec.name)]
    assert crm.remove_field(spec.kind, spec.name, known.recorded[spec.kind, spec.name])
    assert spec.name not in crm.describe(spec.kind)
    assert list(crm.find_fields(known)) == []
    assert not crm.remove_field(spec.kind, spec.name, known.recorded[spec.kind, spec.name]), "a second time"


def test_another_field_that_took_the_name_is_not_removed(bench, crm, spec):
    crm.ensure_fields([spec])
    known = recorded(only(crm.plan_fields([spec])))
    identity = known.recorded[spec.kind, spec.name]
    crm.remove_field(spec.kind, spec.name, identity)
    bench.advance(5)
    bench.make_field(spec.kind, spec.name, "Theirs")
    other = bench.connect()
    assert list(other.find_fields(known)) == []
    assert not other.remove_field(spec.kind, spec.name, identity)
    assert only(other.plan_fields([spec], known)).action is not FieldAction.DIFFERS
    other.close()
