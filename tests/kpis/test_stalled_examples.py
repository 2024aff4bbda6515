"""Worked examples: deals that stand longer in a stage than four fifths of the won ones. Today is 30 June 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from acme import STAGES, T, deal, result

from connector.kpis.asof import AsOf
from connector.kpis.result import Kpi, Status
from connector.kpis.stages import Stages
from connector.kpis.visits import StageNorm, StageTimes, visits
from mappings.entities import DealHistory

ALL = Stages(STAGES)
TODAY = AsOf(T, UTC, 365)


def told(*way):
    return [(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day), None, stage) for day, stage in way]


def norm_of(*ways):
    times = StageTimes()
    for way in ways:
        times.take(visits(None, told(*way), ALL, TODAY))
    return times.norms().get((None, "demo"))


def test_the_norm_is_what_four_fifths_of_the_won_deals_do_not_exceed():
    ways = [((0, "demo"), (days, "won")) for days in range(1, 21)]
    assert norm_of(*ways) == StageNorm(16, 20)
    assert norm_of(*ways, ((0, "demo"), (100, "won"))) == StageNorm(17, 21)


def test_all_visits_of_a_deal_count_together():
    assert norm_of(((0, "demo"), (3, "offer"), (10, "demo"), (14, "won"))) == StageNorm(7, 1)


def test_a_stage_that_was_never_left_tells_nothing():
    assert norm_of(((0, "lead"), (3, "demo"))) is None


NORM = StageNorm(16, 20)


def since(stage, *way, norm=NORM):
    history = [DealHistory(deal="d1", at=at, stage=code) for at, _, code in told(*way)]
    found = result(deals=[deal(stage)], history=history, reference={"stage_norms": {(None, "demo"): norm}})
    return found.deals["d1"]["deal_stalled_since"]


JUNE_13 = 163
"""Days after 1 January."""


def test_a_deal_is_stalled_when_it_stands_longer_than_the_norm():
    assert since("demo", (JUNE_13, "demo")) == Kpi(date(2026, 6, 13), Status.OK, 20)
    assert since("demo", (JUNE_13 + 1, "demo")) == Kpi(None, Status.OK, 20)


def test_a_change_of_something_else_does_not_set_the_clock_back():
    assert since("demo", (10, "demo"), (JUNE_13, "demo")).value == date(2026, 1, 11)
    assert since("demo", (10, "demo"), (20, "offer"), (JUNE_13, "demo")).value == date(2026, 6, 13)


@pytest.mark.parametrize("stage", ["won", "lost"])
def test_a_closed_deal_is_not_stalled(stage):
    assert since(stage, (10, "demo")) == Kpi(None, Status.OK, 0)


def test_fewer_than_twenty_won_deals_are_no_norm():
    assert since("demo", (10, "demo"), norm=StageNorm(16, 19)) == Kpi(None, Status.NO_DATA, 19)


def test_a_history_that_ends_elsewhere_tells_nothing():
    assert since("demo", (10, "offer")) == Kpi(None, Status.NO_DATA, 20)
    assert since("demo") == Kpi(None, Status.NO_DATA, 20)
