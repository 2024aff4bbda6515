"""The forecast of a quarter is frozen once, at its beginning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from company import TODAY, Company, opened

from adapters.base import Kind
from connector.pipeline.compute import compute_all, read_reference
from connector.pipeline.freezing import freeze_forecast
from connector.store.forecasts import read_frozen, read_frozen_days
from mappings.forecast import FrozenDeal

NO_HISTORY = {"deal_history": {"amount": None}}
APRIL = date(2026, 4, 1)


@pytest.fixture
def forgetful(company: Company) -> Company:
    """A company whose CRM tells no history of amounts, with a deal that is to close in the second quarter."""
    company.options["mapping"] = NO_HISTORY
    company.put(
        Kind.DEAL,
        "q",
        account="a",
        stage="open",
        amount="700",
        close_date="2026-06-30",
        created_at="2026-01-01T00:00:00Z",
    )
    company.sync()
    return company


def freeze(company: Company, *at: int) -> tuple[frozenset[date], list[FrozenDeal]]:
    """Freeze as a run of that moment does; what is frozen then."""
    with opened(company) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        after = freeze_forecast(replace(job, started=datetime(*at, tzinfo=UTC)), reference)  # type: ignore[misc] # at least a date
        with job.store.reading() as connection:
            days = read_frozen_days(connection, job.name)
            assert after.frozen_days == days
            return days, read_frozen(connection, job.name, ["d", "e", "q", "r", "s"])


def figures(company: Company, **settings: Any) -> Any:
    with opened(company) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        chosen = job.terms.settings.model_copy(update=settings)
        terms = replace(job.terms, settings=chosen, as_of=datetime(2026, 7, 1, 12, tzinfo=UTC))
        results = [one for shard in compute_all(job.store, job.name, reference, terms) for one in shard]
    return next(result.kpis for result in results if result.account == "a")


def test_the_first_run_from_the_day_on_freezes_what_is_to_close_in_the_quarter(forgetful: Company):
    days, deals = freeze(forgetful, 2026, 4, 3, 9)
    assert days == {APRIL}
    assert deals == [FrozenDeal("q", APRIL, Decimal(700), None, date(2026, 6, 30), Decimal("0.5"))]


def test_a_day_is_frozen_once(forgetful: Company):
    freeze(forgetful, 2026, 4, 1)
    forgetful.put(Kind.DEAL, "q", amount="900")
    forgetful.sync()
    days, deals = freeze(forgetful, 2026, 4, 2)
    assert (days, deals[0].amount) == ({APRIL}, 700)


@pytest.mark.parametrize("at", [(2026, 3, 31, 23, 59), (2026, 4, 9)])
def test_too_early_and_too_late_nothing_is_frozen(forgetful: Company, at: tuple[int, ...]):
    assert freeze(forgetful, *at) == (frozenset(), [])


def test_a_quarter_in_which_nothing_is_to_close_is_frozen_too(forgetful: Company):
    assert freeze(forgetful, 2027, 1, 1) == ({date(2027, 1, 1)}, [])


def test_where_the_history_tells_it_the_start_of_the_day_is_frozen(company: Company):
    """What moved in the quarter later that morning, was moved out of it, or made, does not count."""
    company.sync()
    told = {
        "q": [("2026-01-01", "700", "2026-06-30"), ("2026-04-01T08:00", "900", "2026-08-31")],
        "r": [("2026-01-01", "50", "2026-08-31"), ("2026-04-02", "50", "2026-05-31")],
        "s": [("2026-04-02", "10", "2026-05-31")],
    }
    for deal, rows in told.items():
        for number, (at, amount, close) in enumerate(rows):
            moment = at if "T" in at else f"{at}T00:00"
            values = {"deal": deal, "at": f"{moment}:00Z", "stage": "open", "amount": amount, "close_date": close}
            company.put(Kind.DEAL_HISTORY, f"{deal}{number}", **values)
        values = {"amount": amount, "close_date": close, "created_at": f"{rows[0][0]}T00:00:00Z"}
        company.put(Kind.DEAL, deal, account="a", stage="open", currency="EUR", **values)
    company.sync()
    days, deals = freeze(company, 2026, 4, 3, 9)
    assert (days, deals) == ({APRIL}, [FrozenDeal("q", APRIL, Decimal(700), "EUR", date(2026, 6, 30), Decimal("0.5"))])
    company.put(Kind.STAGE, "open", probability="0.9")
    company.sync()
    assert figures(company, min_sample=0, forecast="weighted")["forecast_bias"].n == 1


def test_what_was_frozen_is_the_forecast_whatever_became_of_the_deal(forgetful: Company):
    freeze(forgetful, 2026, 4, 1)
    forgetful.put(Kind.DEAL, "q", stage="won", amount="1000")
    forgetful.sync()
    found = figures(forgetful, min_sample=0, forecast="weighted")
    assert (found["forecast_accuracy"].numerator, found["forecast_bias"].numerator) == (650, -650)
    assert found["forecast_accuracy"].value == Decimal("0.35")


def test_a_run_freezes_by_itself(company: Company):
    company.options |= {"mapping": NO_HISTORY}
    day = min(TODAY.day, 28)
    company.kpis |= {"fiscal_year_start": TODAY.month, "forecast_freeze_day": day}
    company.sync()
    with opened(company) as job, job.store.reading() as connection:
        assert read_frozen_days(connection, job.name) == {TODAY.replace(day=day)}
        assert [deal.deal for deal in read_frozen(connection, job.name, ["d"])] == ["d"]
