"""KPIs of product lines: which ones live at the account, and where there is still room."""

from __future__ import annotations

from collections.abc import Iterable

from connector.kpis.frame import Line
from connector.kpis.inputs import CLOSE_DATE, DEALS, PRODUCTS
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, count, ratio
from connector.kpis.sale_traces import trace_cells
from connector.kpis.traces import trace_lines
from connector.kpis.view import AccountView

_SALES = DEALS + CLOSE_DATE + PRODUCTS


@account_kpi(unit=Unit.COUNT, needs=_SALES, trace=lambda view: trace_cells(view, view.live_cells))
def product_lines_sold(view: AccountView) -> Kpi:
    """Product lines sold.

    Distinct product lines with a won line item that is still live: until its end or, having none, for {live_days}
    days after its deal's close date.

    A product without a family is a line of its own; a line counts here even when none of its products is sold any
    more. A line item without a product, or whose product was deleted in the CRM, belongs to no line. The last day
    of a line item still counts; a deal whose close date lies ahead is not yet sold. Example: two products of one
    family, won last year, and a product without a family, won four years ago without an end: 1.
    """
    return product_lines_of(view.live_cells)


@account_kpi(unit=Unit.FRACTION, needs=_SALES, written=True, trace=trace_lines)
def product_penetration(view: AccountView) -> Kpi:
    """Product penetration.

    Share of the active product lines that the account has live; with subsidiaries, each one has its own chance at
    each line. A won line item is live until its end or, having none, for {live_days} days after the close date.

    A line is active while one of its products is; lines that are not leave both sides. So does a cell (a product line
    at a unit) that the plan blocks, saying why nothing can be sold there; the plan names the line by its family, or
    by id or name of a product that is a line of its own.

    Example: with three active lines, of which one is live and another one blocked, the penetration is 1 / 2 = 0.5.
    """
    eligible = view.eligible_cells
    return ratio(len(eligible & view.live_cells), len(eligible), len(eligible))


@account_kpi(unit=Unit.COUNT, needs=_SALES, trace=lambda view: trace_cells(view, _free(view)))
def whitespace_lines(view: AccountView) -> Kpi:
    """Product lines neither sold nor on offer.

    Active product lines with neither a live won line item nor a line item on an open deal: where nobody is selling
    yet. With subsidiaries, each one counts for itself. What the account plan blocks is no room to grow.

    Example: of five active lines one is live, one is on an open deal and one is blocked: 2.
    """
    return count(len(_free(view)))


def _free(view: AccountView) -> set[tuple[str, Line]]:
    return view.eligible_cells - view.live_cells - view.open_cells


def product_lines_of(live: Iterable[tuple[str, Line]]) -> Kpi:
    """The distinct lines of these cells."""
    return count(len({line for _, line in live}))
