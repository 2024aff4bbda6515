"""KPIs of the forecast: how near it came to what was won, and to which side it erred."""

from __future__ import annotations

from decimal import Decimal

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.forecasting import Tally
from connector.kpis.inputs import AMOUNT, CLOSE_DATE, DEALS, Inputs, one_of
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, Status, ratio, sampled, unknown
from connector.kpis.sale_traces import trace_forecast
from connector.kpis.view import AccountView

_CATEGORIES = ((Kind.DEAL, "forecast_category"), (Kind.DEAL_HISTORY, "forecast_category"))
_CHANCES = ((Kind.DEAL, "probability"), (Kind.STAGE, "probability"), (Kind.DEAL_HISTORY, "probability"))


def forecast_inputs(settings: KpiSettings) -> Inputs:
    """What the chosen way to forecast needs; without a choice either will do."""
    ways = {"commit": _CATEGORIES, "weighted": _CHANCES, None: _CATEGORIES + _CHANCES}
    return DEALS + CLOSE_DATE + AMOUNT + one_of(*ways[settings.forecast])


@account_kpi(unit=Unit.FRACTION, needs=forecast_inputs, written=True, sample="deal", trace=trace_forecast)
def forecast_accuracy(view: AccountView) -> Kpi:
    """Forecast accuracy ({window_days} days).

    1 minus the sum of the quarters' forecast errors (whatever their side) divided by the amounts won, over the fiscal
    quarters that ended in the last {window_days} days. The forecast is that of day {forecast_freeze_day} of the
    quarter. Below 0 when the errors exceed what was won.

    The forecast of a quarter is frozen at the start of its day {forecast_freeze_day}: by commit, the amounts of the
    deals then in the forecast categories commit or closed; weighted, amount x probability as they then stood; of the
    deals whose close date then lay in the quarter. Without `forecast` in the configuration it is commit where deals
    of the connection have forecast categories, else weighted. The outcome is what was won with a close date in the
    quarter.

    What a deal was then comes from the snapshot that was taken, where there is one, else from the history that the
    CRM keeps, with its present currency; a probability that the history does not tell is that of the stage of then.
    A quarter is left out when a deal was there and nothing says how it stood, unless it was closed before the quarter;
    with no quarter left there is no data. Deleted deals leave both sides. n counts the deals forecast or won;
    numerator and denominator are the sum of the errors and the sum of what was won. Example: forecast 900 and 500, won
    1,000 and 400: the errors are 100 and 100, hence 1 - 200 / 1,400 = 0.857143.
    """
    found = view.forecast
    errors = sum((abs(outcome.error) for outcome in found.outcomes), Decimal())
    whole = sum((abs(outcome.actual) for outcome in found.outcomes), Decimal())
    kpi = _ratio(view, found, errors, whole)
    return kpi.worth(1 - kpi.value) if isinstance(kpi.value, Decimal) else kpi


@account_kpi(unit=Unit.FRACTION, needs=forecast_inputs, sample="deal", trace=trace_forecast)
def forecast_bias(view: AccountView) -> Kpi:
    """Forecast bias ({window_days} days).

    Forecast minus amounts won, divided by the amounts won, over the fiscal quarters that ended in the last
    {window_days} days: above 0 we promise too much, below 0 too little. Errors to both sides cancel each other out.

    Forecast and outcome are those of forecast_accuracy. Example: forecast 900 and 500, won 1,000 and 400: the errors,
    -100 and 100, cancel each other out, and the bias is 0.
    """
    found = view.forecast
    error = sum((outcome.error for outcome in found.outcomes), Decimal())
    whole = sum((outcome.actual for outcome in found.outcomes), Decimal())
    return _ratio(view, found, error, whole)


def _ratio(view: AccountView, found: Tally, numerator: Decimal, denominator: Decimal) -> Kpi:
    if found.rate_missing:
        return unknown(Status.MIXED_CURRENCY, found.n)
    if not found.n:
        return unknown(Status.NO_DATA)
    return sampled(ratio(numerator, denominator, found.n), view.frame.settings.min_sample)
