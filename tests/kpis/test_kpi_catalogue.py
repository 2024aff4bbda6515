"""Adding a KPI is one function."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from companies import EVERYTHING, T

from adapters.base import FieldType, Kind
from connector.config.kpis import KpiSettings
from connector.kpis.catalogue import UnknownKpiError, all_keys, definition_of, definitions
from connector.kpis.compute import compute_accounts
from connector.kpis.document import document
from connector.kpis.facts import Facts, Reference, Terms
from connector.kpis.fields import kpi_specs
from connector.kpis.figures import kpi_document
from connector.kpis.inputs import PEOPLE
from connector.kpis.registry import REGISTRY, Unit, Wording, account_kpi
from connector.kpis.result import Kpi, Status, count
from mappings.entities import Account, Contact

SETTINGS = KpiSettings()


@pytest.fixture
def left_handed_people():
    """A KPI that did not exist: one function, and nothing else is touched."""

    @account_kpi(unit=Unit.COUNT, needs=PEOPLE, written=True)
    def left_handed(view):
        """Left-handed people.

        People of the account, every second of whom is taken to be left-handed.
        """
        return count(len(view.stakeholders) // 2)

    yield left_handed
    del REGISTRY["left_handed"]


@pytest.mark.usefixtures("left_handed_people")
def test_a_new_kpi_is_computed_written_and_documented_by_its_function_alone():
    facts = Facts(accounts={"a": Account()}, contacts={str(n): Contact(account="a") for n in range(4)})
    reference = Reference(mapped=EVERYTHING, last_complete_pull=T)
    (result,) = compute_accounts(facts, reference, Terms(SETTINGS, "EUR", {}, UTC, T))
    (spec,) = [one for one in specs({}) if one.key == "left_handed"]
    assert result.kpis["left_handed"] == Kpi(2, Status.OK, 2)
    assert (spec.label, spec.type, spec.name) == ("Left-handed people", FieldType.COUNT, "playmaker_left_handed")
    assert "### `left_handed`: Left-handed people" in document()
    assert "left_handed" in all_keys()


@pytest.mark.usefixtures("left_handed_people")
def test_two_kpis_of_one_name_are_refused():
    with pytest.raises(ValueError, match="already a KPI called left_handed"):

        @account_kpi(unit=Unit.COUNT)
        def left_handed(view):
            """Another one."""


def specs(chosen):
    return kpi_specs(Wording(SETTINGS, "EUR"), chosen, lambda key: f"playmaker_{key}", multi_currency=False)


def test_every_kpi_has_a_label_that_fits_and_a_help_text():
    years = Wording(KpiSettings(window_days=3650), "EUR")
    for definition in definitions():
        assert 0 < len(definition.label(years)) <= 40
        assert 40 < len(definition.help(years)) <= 510


def test_help_texts_say_the_window_and_the_currency():
    quarter = Wording(KpiSettings(window_days=90), "CHF")
    assert "90 days" in definition_of("win_rate").label(quarter)
    assert "in CHF" in definition_of("weighted_pipeline").help(quarter)


def test_an_unknown_kpi_is_named_with_its_nearest():
    with pytest.raises(UnknownKpiError, match='"win_rate"'):
        definition_of("winrate")


def test_a_stage_conversion_is_found_by_the_key_of_its_stage():
    assert definition_of("stage_conversion[demo]").per_stage


def test_nobody_but_the_run_makes_an_instant():
    naive_instant = Terms(SETTINGS, "EUR", {}, UTC, datetime(2026, 1, 1))  # noqa: DTZ001 - that is the fault
    with pytest.raises(ValueError, match="aware"):
        list(compute_accounts(Facts(), Reference(), naive_instant))


def test_json_has_money_with_two_decimals_and_other_numbers_with_six():
    money = kpi_document("revenue", Kpi(Decimal("10.125"), Status.OK, 1))
    share = kpi_document("win_rate", Kpi(Decimal(2) / 3, Status.OK, 3, 2, 3))
    assert money["value"] == 10.12
    assert share == {"value": 0.666667, "status": "ok", "n": 3, "numerator": 2, "denominator": 3}


def test_json_keeps_null_and_yes_no_and_text_as_they_are():
    assert kpi_document("win_rate", Kpi(None, Status.NO_DATA, 0))["value"] is None
    assert kpi_document("deal_champion", Kpi(value=False, status=Status.OK, n=0))["value"] is False
    assert kpi_document("weakest_stage", Kpi("Démo", Status.OK, 12))["value"] == "Démo"


def test_accounts_and_deals_have_kpis_of_their_own():
    assert {definition.key for definition in definitions(Kind.DEAL)} == {
        "deal_role_coverage",
        "deal_threads",
        "deal_champion",
        "deal_next_action_due",
        "deal_stalled_since",
    }
    assert "deal_velocity" in {definition.key for definition in definitions(Kind.ACCOUNT)}
