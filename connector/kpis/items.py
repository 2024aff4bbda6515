"""Line items: what was sold, for how much, at what cost, and from when to when it lives."""

from __future__ import annotations

from datetime import date

from connector.kpis.frame import Frame, Line
from connector.kpis.light import light
from connector.kpis.money import Money, own_rate
from mappings.entities import Deal, LineItem


@light
class ItemView:
    """A line item of a deal; each amount is None where the CRM does not tell it."""

    line: Line | None
    revenue: Money | None
    cost: Money | None
    recurring: Money | None
    sold_on: date | None
    start: date | None
    end: date | None
    live_days: int
    product: str | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which the item, once won, lives; None: nobody can say."""
        if self.end is not None or self.sold_on is None:
            return self.end
        return date.fromordinal(min(self.sold_on.toordinal() + self.live_days, date.max.toordinal()))

    def is_live(self, day: date) -> bool:
        """Whether the item, once won, lives on that day: until its end, else `live_days` after the close date."""
        if self.sold_on is not None and self.sold_on > day:
            return False
        return self.last_day is not None and day <= self.last_day

    def is_recurring(self, day: date) -> bool:
        """Whether it lives on that day, has started (by its start, else by the close date) and recurs."""
        start = self.start or self.sold_on
        return self.recurring is not None and start is not None and start <= day and self.is_live(day)

    def ends_within(self, day: date, days: int) -> bool:
        """Whether it recurs on that day and ends at most so many days later."""
        return self.is_recurring(day) and self.end is not None and (self.end - day).days <= days


def item_view(item: LineItem, deal: Deal, frame: Frame) -> ItemView:
    """A line item with its amounts in the reporting currency, at the rate of its deal."""
    return ItemView(
        line=frame.line_of(item.product),
        revenue=_revenue(item, deal, frame),
        cost=_cost(item, deal, frame),
        recurring=_converted(item, deal, frame, "recurring_annual"),
        sold_on=deal.close_date,
        start=item.recurring_start,
        end=item.recurring_end,
        live_days=frame.settings.live_days,
        product=item.product,
    )


def _converted(item: LineItem, deal: Deal, frame: Frame, name: str) -> Money | None:
    """An amount of the item, in its own currency, else its deal's."""
    amount = getattr(item, name)
    if amount is None:
        return None
    currency = item.currency or deal.currency
    own = own_rate(deal) if currency == deal.currency else None
    return frame.exchange.convert(amount, currency, deal.close_date, own)


def _revenue(item: LineItem, deal: Deal, frame: Frame) -> Money | None:
    """The amount after discount, else quantity x unit price."""
    if item.amount is not None:
        return _converted(item, deal, frame, "amount")
    price = _converted(item, deal, frame, "unit_price")
    return price.times(item.quantity) if price is not None and item.quantity is not None else None


def _cost(item: LineItem, deal: Deal, frame: Frame) -> Money | None:
    """Quantity x unit cost: the item's own, else its product's, which is in the organisation's currency."""
    unit = _converted(item, deal, frame, "unit_cost")
    product = frame.products.get(item.product or "")
    if unit is None and product is not None and product.unit_cost is not None:
        unit = frame.exchange.convert(product.unit_cost, None, deal.close_date)
    return unit.times(item.quantity) if unit is not None and item.quantity is not None else None
