"""Worked examples: how deals are counted, timed and converted, and what a status says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from acme import STAGES, T, deal, kpi, lost, result, won

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.facts import Reference
from connector.kpis.problems import settings_problems
from connector.kpis.result import Kpi, Status
from mappings.entities import DealHistory, Stage


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_window_holds_today_and_not_the_same_day_a_year_ago():
    assert kpi("win_rate", deals=[won("2026-06-30"), lost("2025-07-01"), lost("2025-06-30"), won("2026-07-01")]).n == 2


def test_a_win_rate_of_few_deals_says_so():
    four = kpi("win_rate", deals=[won("2026-05-01")] * 3 + [lost("2026-05-01")])
    five = kpi("win_rate", deals=[won("2026-05-01")] * 4 + [lost("2026-05-01")])
    assert four == Kpi(Decimal("0.75"), Status.LOW_SAMPLE, 4, 3, 4)
    assert five == Kpi(Decimal("0.8"), Status.OK, 5, 4, 5)


def test_the_date_of_an_instant_is_that_of_the_configured_zone():
    late = [won("2026-05-02", created_at=at("2026-05-01T22:30"))]
    assert kpi("sales_cycle_days", deals=late, zone="UTC").value == 1
    assert kpi("sales_cycle_days", deals=[won("2026-05-03", created_at=at("2026-05-01T22:30"))]).value == 2
    paris = kpi("sales_cycle_days", deals=[won("2026-05-03", created_at=at("2026-05-01T22:30"))], zone="Europe/Paris")
    assert paris.value == 1


def test_deals_closed_before_they_were_created_are_left_out_and_reported():
    found = result(
        deals=[won("2026-05-01", created_at=at("2026-05-02T00:00")), won("2026-05-11", created_at=at("2026-05-01"))]
    )
    assert found.kpis["sales_cycle_days"] == Kpi(Decimal(10), Status.LOW_SAMPLE, 1)
    assert found.problems == ["1 deal (d1) won but closed before created, left out of sales_cycle_days"]


def velocity(open_deals, **company):
    """Two won of four closed, 1,000 each, in 10 days: every active deal is worth 50 a day."""
    closed = [won("2026-05-11", created_at=at("2026-05-01"))] * 2 + [lost("2026-05-11")] * 2
    return kpi("deal_velocity", deals=[*closed, *open_deals], **company)


def test_velocity_multiplies_active_deals_amount_rate_and_speed():
    assert velocity([deal("lead"), deal("offer")]) == Kpi(Decimal(100), Status.LOW_SAMPLE, 2)
    assert velocity([]).value == 0


def test_a_deal_overdue_beyond_the_grace_is_not_active():
    assert velocity([deal(close_date=date(2026, 5, 31))]).value == 50
    assert velocity([deal(close_date=date(2026, 5, 30))]).value == 0


def test_deals_are_active_from_the_qualifying_stage_on():
    deals = [deal("lead"), deal("demo"), deal("offer")]
    assert velocity(deals, settings={"qualified_from_stage": "demo"}).value == 100


def test_velocity_without_wins_is_unknown():
    assert kpi("deal_velocity", deals=[lost("2026-05-01"), deal()]).status is Status.NO_DATA


def test_the_pipeline_is_weighted_by_the_deal_else_by_its_stage():
    deals = [deal("offer"), deal("offer", probability="0.5"), deal("lead", amount=None)]
    assert kpi("weighted_pipeline", deals=deals) == Kpi(Decimal(1300), Status.OK, 2)


def test_a_deal_in_an_unlisted_stage_counts_nowhere_and_is_reported():
    found = result(deals=[deal("archived"), won("2026-05-01")])
    assert found.kpis["single_threaded_deals"].value == 0
    assert found.kpis["win_rate"].n == 1
    assert found.problems == [
        "1 deal (d1) in a stage that the CRM does not list, counted neither as open, won nor lost"
    ]


def test_only_deals_in_scope_count():
    deals = [won("2026-05-01", type="new"), won("2026-05-01", type="renewal"), won("2026-05-01")]
    assert kpi("revenue", deals=deals, settings={"deals": {"types": ["new"]}}).value == 1000


def steps(deal_id, *moments):
    return [DealHistory(deal=deal_id, stage=stage, at=at(day)) for stage, day in moments]


def conversions(deals, history, **company):
    kpis = result(deals=deals, history=history, settings={"min_stage_sample": 1}, **company).kpis
    return {key.partition("[")[2][:-1]: one for key, one in kpis.items() if key.startswith("stage_conversion")}


def test_a_deal_created_further_on_skipped_the_earlier_stages():
    found = conversions([deal("offer")], steps("d1", ("offer", "2026-05-01")))
    assert (found["lead"].value, found["demo"].value) == (1, 1)
    assert found["offer"].status is Status.NO_DATA


def test_a_deal_lost_early_never_entered_the_later_stages():
    found = conversions([lost("2026-06-01")], steps("d1", ("lead", "2026-05-01"), ("lost", "2026-06-01")))
    assert (found["lead"].value, found["demo"].value) == (0, None)


def test_a_deal_won_at_once_passed_every_stage():
    found = conversions([won("2026-06-01")], steps("d1", ("lead", "2026-05-01"), ("won", "2026-06-01")))
    assert [one.value for one in found.values()] == [1, 1, 1]


def test_coming_back_to_a_stage_counts_once():
    back = steps("d1", ("demo", "2026-02-01"), ("offer", "2026-03-01"), ("demo", "2026-04-01"), ("lost", "2026-05-01"))
    found = conversions([lost("2026-05-01")], back)
    assert (found["demo"].value, found["demo"].n) == (1, 1)
    assert (found["offer"].value, found["offer"].n) == (0, 1)


def test_an_entry_before_the_window_is_not_counted_though_its_end_lies_in_it():
    found = conversions([won("2026-06-01")], steps("d1", ("lead", "2025-06-30"), ("won", "2026-06-01")))
    assert (found["lead"].n, found["demo"].n) == (0, 1)


def test_stages_of_one_name_in_two_pipelines_are_told_apart():
    twins = [Stage(**{**stage.model_dump(), "pipeline": name}) for stage in STAGES for name in ("new", "old")]
    history = [DealHistory(deal="d1", stage="lead", pipeline="new", at=at("2026-05-01"))]
    found = conversions([deal("lost", pipeline="new")], history, reference={"stages": twins})
    assert (found["new/lead"].value, found["old/lead"].value) == (0, None)


def test_the_weakest_stage_is_never_one_of_few_deals():
    deals = [won("2026-06-01"), won("2026-06-01"), lost("2026-06-01")]
    history = [step for number in (1, 2) for step in steps(f"d{number}", ("demo", "2026-05-01"), ("won", "2026-06-01"))]
    history += steps("d3", ("lead", "2026-05-01"), ("lost", "2026-06-01"))
    weak = {"deals": deals, "history": history}
    assert kpi("weakest_stage", **weak, settings={"min_stage_sample": 3}) == Kpi("Lead", Status.OK, 3)
    assert kpi("weakest_stage", **weak, settings={"min_stage_sample": 4}) == Kpi(None, Status.NO_DATA, 0)


@pytest.mark.parametrize(
    ("age", "status"), [(timedelta(hours=48), Status.LOW_SAMPLE), (timedelta(hours=48, seconds=1), Status.STALE)]
)
def test_a_figure_goes_stale_after_two_days_without_a_complete_pull(age, status):
    old = kpi("win_rate", deals=[won("2026-05-01")], reference={"last_complete_pull": T - age})
    assert (old.value, old.status) == (1, status)


def test_a_figure_that_is_empty_is_never_stale():
    assert kpi("win_rate", reference={"last_complete_pull": None}).status is Status.NO_DATA


def test_settings_that_name_what_the_crm_does_not_have_are_reported():
    stages = [Stage(pipeline="new", code="lead")]
    chosen = KpiSettings(qualified_from_stage="leed", deals={"pipelines": ["new", "odd"]})
    mapped = frozenset({(Kind.DEAL, "pipeline")})
    assert settings_problems(Reference(stages=stages, mapped=mapped), chosen) == [
        "kpis.qualified_from_stage: the CRM has no stage leed",
        "kpis.deals.pipelines: the CRM has no pipeline odd",
    ]


def test_limit_to_pipelines_where_no_field_says_the_pipeline_is_reported():
    chosen = KpiSettings(deals={"pipelines": ["new"]})
    assert settings_problems(Reference(), chosen) == [
        "kpis.deals.pipelines: no CRM field feeds deal.pipeline, so that no figure of deals is known"
    ]
