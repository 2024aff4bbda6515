"""How one record of the neutral world looks as HubSpot properties; empty ones are left out."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sandbox.hubspot.portal.pipeline import DEFAULT_PIPELINE
from sandbox.hubspot.schema.instants import to_short_text, to_text
from sandbox.world.model import Account, Answer, Contact, Deal, LineItem, Product

FREQUENCIES = {
    1: "monthly",
    3: "quarterly",
    6: "per_six_months",
    12: "annually",
    24: "per_two_years",
    36: "per_three_years",
    48: "per_four_years",
    60: "per_five_years",
}


def account_values(account: Account, owner: str | None) -> dict[str, str]:
    """A company."""
    return _filled(
        name=account.name,
        domain=account.domain,
        hubspot_owner_id=owner,
        industry=option_code(account.industry),
        country=account.country,
        city=account.city,
        annualrevenue=_figure(account.annual_revenue),
        numberofemployees=account.employees,
        potential_revenue=_figure(account.potential_revenue),
        strategic_account=_yes(account.strategic),
    )


def contact_values(contact: Contact, owner: str | None) -> dict[str, str]:
    """A contact; several buying roles are joined by `;`."""
    return _filled(
        email=contact.email,
        firstname=contact.first_name,
        lastname=contact.last_name,
        jobtitle=contact.title,
        department=contact.department,
        hubspot_owner_id=owner,
        hs_buying_role=";".join(contact.buying_roles),
        influence_level=contact.influence,
        stance=contact.stance,
        left_company=_yes(contact.departed),
    )


def deal_values(deal: Deal, owner: str | None, hour: timedelta) -> dict[str, str]:
    """A deal that is closed at some hour of its close date."""
    return _filled(
        dealname=deal.name,
        dealstage=deal.stage,
        pipeline=DEFAULT_PIPELINE,
        hubspot_owner_id=owner,
        dealtype=type_code(deal.type),
        amount=_figure(deal.amount),
        deal_currency_code=deal.currency,
        closedate=close_instant(deal.close_date, hour),
    )


def product_values(product: Product) -> dict[str, str]:
    """A product of the library."""
    return _filled(
        name=product.name,
        hs_sku=product.sku,
        price=_figure(product.price),
        hs_cost_of_goods_sold=_figure(product.unit_cost),
        product_line=product.family,
        product_active=_yes(product.active),
    )


def answer_values(answer: Answer, contact: int) -> dict[str, str]:
    """A feedback submission."""
    return _filled(
        hs_survey_type=answer.survey,
        hs_value=answer.score,
        hs_submission_timestamp=to_text(answer.answered_at),
        hs_contact_id=contact,
    )


def line_item_values(item: LineItem, product: Product | None, product_id: str | None) -> dict[str, str]:
    """A line item; what it has from its product was copied when it was made."""
    terms = _term(item.recurring_months, item.recurring_start) if item.recurring_months else {}
    discount = item.quantity * item.unit_price - item.amount
    return terms | _filled(
        name=product.name if product else None,
        hs_sku=product.sku if product else None,
        hs_product_id=product_id,
        quantity=_figure(item.quantity),
        price=_figure(item.unit_price),
        amount=_figure(item.amount),
        hs_total_discount=_figure(discount) if discount else None,
    )


def _term(months: int, start: date | None) -> dict[str, str]:
    """A term as ISO-8601 period; the billing frequency is the term, where HubSpot has such a frequency."""
    end = _months_after(start, months) if start else None
    return _filled(
        hs_recurring_billing_period=f"P{months}M",
        hs_term_in_months=months,
        recurringbillingfrequency=FREQUENCIES.get(months),
        hs_recurring_billing_start_date=start,
        hs_recurring_billing_end_date=end,
    )


def _months_after(start: date, months: int) -> date:
    """The last day of a term: the day before the same day of the month, `months` later."""
    total = start.year * 12 + start.month - 1 + months
    year, month = divmod(total, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def close_instant(day: date | None, hour: timedelta) -> str | None:
    """A close date as HubSpot keeps it: an instant; midnight comes without milliseconds."""
    return to_short_text(datetime.combine(day, time(0), UTC) + hour) if day else None


def close_hour(place: int) -> timedelta:
    """The time of day at which the n-th deal closes: every third at midnight."""
    return timedelta(hours=6 + place % 13, minutes=7 * place % 60) if place % 3 else timedelta(0)


def option_code(label: str | None) -> str | None:
    """An option's value made from its label, as HubSpot spells those of industry: COMPUTER_SOFTWARE."""
    return re.sub(r"\W+", "_", label).strip("_").upper() if label else None


def type_code(label: str | None) -> str | None:
    """An option's value as HubSpot spells those of dealtype: newbusiness."""
    return re.sub(r"\W+", "", label).lower() if label else None


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _yes(value: bool | None) -> str | None:  # noqa: FBT001 - one of three answers
    return None if value is None else str(value).lower()


def _filled(**values: object) -> dict[str, str]:
    known: Mapping[str, object] = values
    return {name: str(value) for name, value in known.items() if value not in {None, ""}}
