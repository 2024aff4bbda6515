"""What HubSpot computes on deals and line items whenever one is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sandbox.hubspot.portal.currencies import Currencies
from sandbox.hubspot.portal.pipeline import DealStage
from sandbox.hubspot.schema.instants import parse_instant
from sandbox.hubspot.schema.values import long_double

NUL = Decimal(0)


def deal_figures(
    deal: Mapping[str, str], stage: DealStage | None, currencies: Currencies, probability: Decimal | None
) -> dict[str, str]:
    """The computed properties of a deal; those without a value are empty. `probability` overrides the stage's."""
    figures = _stage_figures(stage, probability) | _money_figures(deal, currencies)
    home, odds = figures["amount_in_home_currency"], figures["hs_deal_stage_probability"]
    won = stage is not None and stage.won
    projected = long_double(float(home) * float(odds)) if home and odds else ""
    return figures | {
        "hs_projected_amount": projected,
        "hs_forecast_amount": home,
        "hs_closed_amount": (home or "0") if won else "0",
    }


def _stage_figures(stage: DealStage | None, probability: Decimal | None) -> dict[str, str]:
    if stage is None:
        names = ("hs_deal_stage_probability", "hs_is_closed", "hs_is_closed_won", "hs_is_closed_lost")
        return dict.fromkeys(names, "")
    odds = stage.probability if probability is None else probability
    return {
        "hs_deal_stage_probability": long_double(float(odds)),
        "hs_is_closed": _yes(stage.closed),
        "hs_is_closed_won": _yes(stage.won),
        "hs_is_closed_lost": _yes(stage.closed and not stage.won),
    }


def _money_figures(deal: Mapping[str, str], currencies: Currencies) -> dict[str, str]:
    rate = currencies.rate(deal.get("deal_currency_code") or currencies.home, _close_day(deal))
    amount = deal.get("amount")
    home = long_double(float(Decimal(amount) * rate)) if amount and rate is not None else ""
    return {
        "hs_exchange_rate": long_double(float(rate)) if rate is not None else "",
        "amount_in_home_currency": home,
    }


def _close_day(deal: Mapping[str, str]) -> date | None:
    instant = parse_instant(deal.get("closedate") or "")
    return instant.date() if instant else None


def line_item_figures(line_item: Mapping[str, str]) -> dict[str, str]:
    """Quantity times price, less the discount per unit (or the percentage); empty without a quantity or price."""
    if not line_item.get("quantity") or not line_item.get("price"):
        return {"amount": "", "hs_total_discount": ""}
    quantity, price = Decimal(line_item["quantity"]), Decimal(line_item["price"])
    percentage = Decimal(line_item.get("hs_discount_percentage") or NUL)
    discount = Decimal(line_item.get("discount") or price * percentage / 100)
    total = quantity * discount
    return {"amount": f"{quantity * price - total:f}", "hs_total_discount": f"{total:f}" if total else ""}


def _yes(answer: bool) -> str:  # noqa: FBT001 - the answer is all there is
    return "true" if answer else "false"
