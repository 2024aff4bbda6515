"""Fields that reps fill and we only read, the same on every CRM."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from adapters.base import FieldAction, Kind, Outcome, Update
from connector.languages.translation import translator_for
from connector.plans.input_fields import input_specs
from mappings.mapping import load_mapping
from mappings.vocabulary import Role, Stance


@pytest.fixture
def mapping(bench):
    """The shipped mapping, without what this company's admin maps."""
    return load_mapping(bench.name, None, ZoneInfo("UTC"))


@pytest.fixture
def specs(crm, mapping):
    return {spec.key: spec for spec in input_specs(mapping, crm.check(), translator_for("fr"))}


def actions(changes):
    return [change.action for change in changes]


def test_reps_find_fields_with_the_options_of_their_language(crm, specs):
    assert actions(crm.plan_fields(list(specs.values()))) == [FieldAction.CREATE] * 6
    assert actions(crm.ensure_fields(list(specs.values()))) == [FieldAction.CREATE] * 6
    stance = crm.describe(Kind.CONTACT)[specs["stance"].name]
    assert stance.writable
    assert dict(stance.options) == {"champion": "promoteur", "neutral": "neutre", "opponent": "opposant"}
    assert crm.describe(Kind.CONTACT)[specs["role"].name].label == "Rôle dans l'achat"
    assert actions(crm.ensure_fields(list(specs.values()))) == [FieldAction.KEEP] * 6


def test_what_reps_fill_in_is_read_in_our_words(bench, crm, specs, mapping):
    crm.ensure_fields(list(specs.values()))
    person, account = bench.id_of(Kind.CONTACT, "c1"), bench.id_of(Kind.ACCOUNT, "a1")
    filled = {"role": "technical", "influence": "4", "stance": "opponent"}
    bench.fill_in(Kind.CONTACT, person, {specs[key].name: value for key, value in filled.items()})
    said = {"potential_revenue": 250000, "alignment": "5", "objective": "Un site à Séville"}
    bench.fill_in(Kind.ACCOUNT, account, {specs[key].name: value for key, value in said.items()})

    def read(kind, id_):
        mapping.restrict(kind, crm.describe(kind))
        (record,) = crm.read(kind, mapping.fields(kind), [id_])
        return mapping.apply(record).values

    contact, company = read(Kind.CONTACT, person), read(Kind.ACCOUNT, account)
    assert [contact[key] for key in filled] == [Role.TECHNICAL, 4, Stance.OPPONENT]
    assert [company[key] for key in said] == [Decimal(250000), 5, "Un site à Séville"]


def test_what_is_no_option_is_refused(bench, crm, specs):
    stance = specs["stance"]
    crm.ensure_fields([stance])
    update = Update(Kind.CONTACT, bench.id_of(Kind.CONTACT, "c1"), {stance.name: "fan"})
    (result,) = crm.push([update], {stance.name: stance})
    assert result.outcome is Outcome.REFUSED


def test_another_label_is_mended_and_other_options_are_told_and_left(crm, specs):
    alignment = specs["alignment"]
    crm.ensure_fields([alignment])
    other = replace(alignment, label="Fit", options=(*alignment.options[:4], ("6", "six")))
    for changes in (crm.plan_fields([other]), crm.ensure_fields([other])):
        assert actions(changes) == [FieldAction.DIFFERS]
        for word in (alignment.label, "option 6", "option 5"):
            assert word in changes[0].detail
    (left,) = crm.plan_fields([other])
    assert (left.action, left.mends) == (FieldAction.DIFFERS, False)
    assert crm.describe(Kind.ACCOUNT)[alignment.name].options == dict(alignment.options)
