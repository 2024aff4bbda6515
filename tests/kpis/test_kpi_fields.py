"""The CRM fields of KPIs: names, labels, types, rounding, and the status line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from adapters.base import FieldType, Kind
from connector.config.kpis import KpiSettings
from connector.kpis.catalogue import definitions
from connector.kpis.fields import KpiFieldError, kpi_specs, round_for, status_line
from connector.kpis.registry import Wording
from connector.kpis.result import Kpi, Status

USUAL = {
    "stakeholder_coverage",
    "stakeholders_mapped",
    "stakeholders_identified",
    "champions",
    "influential_opponents",
    "single_threaded_deals",
    "win_rate",
    "deal_velocity",
    "weighted_pipeline",
    "product_penetration",
    "recurring_revenue",
    "next_renewal_on",
    "forecast_accuracy",
    "priority",
    "plan_health",
    "actions_overdue",
    "next_action_due",
    "next_review_on",
    "computed_at",
    "status",
}
OF_DEALS = {
    "deal_stalled_since",
    "deal_role_coverage",
    "deal_threads",
    "deal_champion",
    "deal_next_action_due",
    "computed_at",
    "status",
}


def specs(chosen=None, *, multi_currency=False, kind=Kind.ACCOUNT, **settings):
    made = kpi_specs(
        Wording(KpiSettings(**settings), "EUR"),
        chosen or {},
        lambda key: f"playmaker_{key}",
        multi_currency=multi_currency,
    )
    return {spec.key: spec for spec in made if spec.kind is kind}


def test_some_figures_are_written_by_default_and_all_of_a_deals():
    assert set(specs()) == USUAL
    assert set(specs(kind=Kind.DEAL)) == OF_DEALS


def test_a_name_renames_null_leaves_out_and_true_adds():
    chosen = specs({"champions": "my_champions", "win_rate": None, "revenue": True})
    assert chosen["champions"].name == "my_champions"
    assert chosen["revenue"].name == "playmaker_revenue"
    assert set(chosen) == USUAL - {"win_rate"} | {"revenue"}


def test_a_name_also_adds_what_is_not_usual():
    assert specs({"margin_rate": "margin"})["margin_rate"].name == "margin"


def test_all_adds_everything_but_what_is_left_out_and_the_conversions():
    everything = set(specs({"all": True, "win_rate": None}))
    assert {"revenue", "role_coverage", "weakest_stage"} <= everything
    assert not {"win_rate", "stage_conversion"} & everything


def test_an_unknown_figure_is_named_with_its_nearest():
    with pytest.raises(KpiFieldError, match="no KPI called 'winrate', did you mean \"win_rate\""):
        specs({"winrate": True})


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"stage_conversion": True}, "never written"),
        ({"status": None}, "goes with every written figure"),
        ({"all": "everything"}, "takes true or false"),
        ({"champions": "mine", "win_rate": "mine"}, "would be written to mine"),
        ({"champions": " "}, "empty name"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(chosen, message):
    with pytest.raises(KpiFieldError, match=message):
        specs(chosen)


def test_money_is_a_currency_field_where_there_is_one_currency():
    spec = specs()["weighted_pipeline"]
    assert (spec.type, spec.label, spec.currency, spec.scale) == (FieldType.MONEY, "Weighted pipeline", "EUR", 2)


def test_money_is_a_number_whose_label_names_the_currency_where_there_are_several():
    spec = specs(multi_currency=True)["deal_velocity"]
    assert (spec.type, spec.label) == (FieldType.NUMBER, "Deal velocity per day (EUR)")


def test_no_label_is_longer_than_forty_characters():
    long = specs({"all": True}, multi_currency=True, window_days=3650).values()
    assert max(len(spec.label) for spec in long) <= 40
    assert all("(EUR)" in spec.label for spec in long if spec.currency)


def test_types_follow_from_units():
    made = specs({"all": True}) | specs(kind=Kind.DEAL)
    types = {
        key: made[key].type for key in ("champions", "win_rate", "sales_cycle_days", "weakest_stage", "deal_champion")
    }
    assert list(types.values()) == [
        FieldType.COUNT,
        FieldType.FRACTION,
        FieldType.NUMBER,
        FieldType.TEXT,
        FieldType.YES_NO,
    ]
    assert (made["computed_at"].type, made["status"].type) == (FieldType.MOMENT, FieldType.TEXT)


def test_values_are_rounded_half_even_to_their_field():
    made = specs({"all": True})
    assert round_for(made["win_rate"], Decimal("0.62345")) == Decimal("0.6234")
    assert str(round_for(made["weighted_pipeline"], Decimal("10.125"))) == "10.12"
    assert str(round_for(made["weighted_pipeline"], Decimal("-0.001"))) == "0.00"
    assert str(round_for(made["sales_cycle_days"], Decimal(10))) == "10.00"


def test_counts_stay_whole_and_other_values_stay_themselves():
    made = specs({"all": True}) | specs(kind=Kind.DEAL)
    assert round_for(made["champions"], 3) == 3
    assert round_for(made["deal_champion"], value=True) is True
    assert round_for(made["champions"], None) is None
    assert round_for(made["weakest_stage"], "x" * 300) == "x" * 255
    assert round_for(made["champions"], date(2026, 1, 1)) == date(2026, 1, 1)


def test_the_status_line_says_what_is_missing():
    line = status_line(
        {
            "champions": Kpi(2, Status.OK, 2),
            "win_rate": Kpi(Decimal(1), Status.LOW_SAMPLE, 3, 3, 3),
            "deal_velocity": Kpi(None, Status.NO_DATA, 0),
            "stakeholders_mapped": Kpi(None, Status.NOT_CONFIGURED, 0),
        }
    )
    assert line == (
        "low sample: Win rate (3 closed deals); no data: Deal velocity per day; not configured: Stakeholders mapped"
    )


def test_the_status_line_says_stale_once_and_ok_when_nothing_is_missing():
    old = Kpi(1, Status.STALE, 1)
    assert status_line({"champions": old, "win_rate": old}) == "stale: the CRM was not read completely of late"
    assert status_line({"champions": Kpi(1, Status.OK, 1)}) == "ok"


def test_the_status_line_fits_its_field():
    line = status_line({definition.key: Kpi(None, Status.NO_DATA, 0) for definition in definitions()})
    assert len(line) <= 255
    assert line.endswith(" …")
