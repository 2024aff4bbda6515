"""KPIs of strategy: how much an account could still bring, what that is worth to us, and how easily it is won."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connector.config.kpis import KpiSettings
from connector.kpis.arithmetic import Number, divide
from connector.kpis.execution import sales_cycle_days
from connector.kpis.inputs import AMOUNT, CLOSE_DATE, DEALS, PROBABILITY, RECURRING, Inputs, are_mapped
from connector.kpis.people_traces import trace_stance
from connector.kpis.potential import revenue, revenue_inputs
from connector.kpis.registry import Unit, account_kpi, trace_of
from connector.kpis.relationship import STAKEHOLDERS, champions, influential_opponents, stakeholders_identified
from connector.kpis.result import Kpi, KpiValue, Status, Sum, add_up, unknown
from connector.kpis.sale_traces import list_ending, zip_accounts
from connector.kpis.strategic import alignment_of, potential_of
from connector.kpis.trace import Trace
from connector.kpis.traces import trace_weighted, value_of
from connector.kpis.view import AccountView

ENDING_DAYS = 180
"""Recurring revenue that ends within so many days is at stake."""

CROWD = 10
"""Stakeholders from which on more of them make an account no harder."""

LONG_CYCLE = 365
LEAST_ALIGNMENT, MOST_ALIGNMENT = 1, 5
_PIPELINE = DEALS + AMOUNT + PROBABILITY
_RECURRING = DEALS + CLOSE_DATE + RECURRING


def _priority_inputs(settings: KpiSettings) -> Inputs:
    return revenue_inputs(settings) + STAKEHOLDERS


@account_kpi(unit=Unit.MONEY, needs=revenue_inputs, quiet=True)
def growth_gap(view: AccountView) -> Kpi:
    """Growth gap.

    Potential revenue of a year minus revenue, in {currency}, never below 0: what the account could buy from us and
    does not yet. Empty where the potential is unknown.

    The potential is the account plan's (in the plan's currency, else the account's, else {currency}), else the CRM's,
    at the current rate. With subsidiaries, those whose potential is unknown are left out of both sides; n is the
    number of those whose potential is known.

    Example: a potential of 500,000 in the plan and a revenue of 120,000 leave a gap of 380,000.
    """
    exchange = view.frame.exchange
    known = [(unit, potential_of(unit.account, unit.plan, exchange)) for unit in view.units]
    potential = add_up(money for _, money in known)
    if not potential.n or potential.rate_missing:
        return unknown(Status.MIXED_CURRENCY if potential.rate_missing else Status.NO_DATA, potential.n)
    brought = revenue(_of_known_potential(view))
    if not isinstance(brought.value, Decimal):
        return unknown(brought.status, potential.n)
    return Kpi(max(Decimal(), potential.amount - brought.value), Status.OK, potential.n)


@account_kpi(unit=Unit.NUMBER, needs=revenue_inputs, quiet=True)
def impact(view: AccountView) -> Kpi:
    """Impact (0 to 100).

    What winning here is worth: growth gap (as a share of {full_gap} {currency}, at most 1), strategic alignment (1 to
    5, as 0 to 1) and revenue at stake (weighted pipeline and recurring revenue ending within 180 days, as a share of
    {full_gap}, at most 1), weighted. Empty where the potential is unknown.

    The weights are `impact_weights`: 0.5, 0.25 and 0.25 unless configured. What is unknown is left out, and the weights
    of the others count for the whole. Of the two parts of the revenue at stake one that no CRM field feeds adds
    nothing; where none does, it is unknown. A recurring line without an end does not end. The alignment is the account
    plan's, else the CRM's; of several in view the mean counts. n is the number of inputs known, of the three.

    Example: gap 380,000 of 500,000, alignment 4, pipeline 50,000 and 75,000 of recurring revenue that ends in three
    months: 100 x (0.5 x 0.76 + 0.25 x 0.75 + 0.25 x 0.25) = 63. Without an alignment: 100 x (0.5 x 0.76 + 0.25 x 0.25)
    / 0.75 = 59.
    """
    gap = view.once(growth_gap)
    if not isinstance(gap.value, Decimal):
        return unknown(gap.status, gap.n)
    stake = _at_stake(view)
    if stake is not None and stake.rate_missing:
        return unknown(Status.MIXED_CURRENCY, stake.n)
    weights, full = view.frame.settings.impact_weights, view.frame.settings.full_gap
    at_stake = None if stake is None else max(Decimal(), _part(stake.amount, full))
    inputs = [
        (weights.gap, _part(gap.value, full)),
        (weights.alignment, _alignment(view)),
        (weights.at_stake, at_stake),
    ]
    known = [(weight, share) for weight, share in inputs if share is not None]
    whole = sum(weight for weight, _ in known)
    if not whole:
        return unknown(Status.NO_DATA)
    return Kpi(divide(100 * sum(weight * share for weight, share in known), whole), Status.OK, len(known))


@account_kpi(unit=Unit.NUMBER, needs=STAKEHOLDERS, quiet=True)
def feasibility(view: AccountView) -> Kpi:
    """Feasibility (0 to 100).

    How easily the account is won: half of it how simple it is (few stakeholders identified, a short sales cycle), half
    whether people are for us (champions against influential opponents among those whose stance is known).

    100 x (0.5 c + 0.5 s). c = 1 - (min(1, stakeholders identified / 10) + min(1, cycle / 365)) / 2; where the account
    has won nothing in the last {window_days} days, the cycle of all strategic accounts together counts, and where they
    have none either, the stakeholders alone. s = 0.5 + 0.5 x (champions - influential opponents) / active people with
    a name whose stance is known; 0.5 where there are none. How well people are mapped is no part of it. n is the
    number of inputs known: stakeholders, cycle, stances.

    Example: 6 stakeholders identified, a cycle of 73 days, 2 champions and 1 influential opponent among 4 people of
    known stance: c = 1 - (0.6 + 0.2) / 2 = 0.6, s = 0.5 + 0.5 x 1 / 4 = 0.625, together 61.25.
    """
    return view.once(ease_of).feasibility(view.frame.portfolio.cycle)


@account_kpi(
    unit=Unit.NUMBER,
    needs=_priority_inputs,
    written=True,
    quiet=True,
    trace=lambda view: Trace(figures={"impact": impact(view).value, "feasibility": feasibility(view).value}),
)
def priority(view: AccountView) -> Kpi:
    """Priority (0 to 100).

    Impact x feasibility / 100: where effort pays most. Empty, which means unranked, where the potential is unknown; an
    account without a known potential is not one of low priority.

    n is the number of inputs known behind both.

    Example: an impact of 63 and a feasibility of 61.25 make a priority of 38.5875.
    """
    return outlook_of(view).priority(view.frame.portfolio.cycle)


@dataclass(frozen=True, slots=True)
class Ease:
    """What an account's feasibility is made of, as long as the portfolio's cycle is not known.

    `cycle`: the account's own in days. `liking`: from 0, everybody against us, to 1, everybody for us.
    """

    identified: int
    cycle: Decimal | None
    liking: Decimal
    stances: int

    def feasibility(self, usual_cycle: Decimal | None) -> Kpi:
        """The feasibility; `usual_cycle` stands in for a cycle that the account does not have."""
        cycle = usual_cycle if self.cycle is None else self.cycle
        hurdles = [_part(self.identified, CROWD), *([] if cycle is None else [_part(cycle, LONG_CYCLE)])]
        ease = 1 - divide(sum(hurdles), len(hurdles))
        return Kpi(50 * (ease + self.liking), Status.OK, len(hurdles) + bool(self.stances))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an account's priority is made of; without an impact nobody asks for its ease."""

    impact: Kpi
    ease: Ease | None

    def priority(self, usual_cycle: Decimal | None) -> Kpi:
        """Impact x feasibility / 100; unknown where the impact is."""
        ease = self.ease.feasibility(usual_cycle) if self.ease else None
        if ease is None or not isinstance(self.impact.value, Decimal) or not isinstance(ease.value, Decimal):
            return unknown(self.impact.status)
        return Kpi(self.impact.value * ease.value / 100, Status.OK, self.impact.n + ease.n)


def outlook_of(view: AccountView) -> Outlook:
    """What the priority of an account is made of."""
    worth = view.once(impact)
    return Outlook(worth, None if worth.value is None else view.once(ease_of))


def ease_of(view: AccountView) -> Ease:
    """What the feasibility of an account is made of."""
    cycle = sales_cycle_days(view).value
    stances = sum(person.stance is not None for person in view.named)
    lead = champions(view).n - influential_opponents(view).n
    return Ease(
        identified=stakeholders_identified(view).n,
        cycle=cycle if isinstance(cycle, Decimal) else None,
        liking=divide(stances + lead, 2 * stances) if stances else Decimal("0.5"),
        stances=stances,
    )


def _part(amount: Number, full: Number) -> Decimal:
    """The share of an amount in what counts as full, at most 1."""
    return min(Decimal(1), divide(amount, full))


def _alignment(view: AccountView) -> Decimal | None:
    said = [alignment_of(unit.account, unit.plan) for unit in view.units]
    known = [alignment for alignment in said if alignment is not None]
    if not known:
        return None
    return divide(sum(known) - len(known) * LEAST_ALIGNMENT, len(known) * (MOST_ALIGNMENT - LEAST_ALIGNMENT))


def _at_stake(view: AccountView) -> Sum | None:
    """Weighted pipeline and recurring revenue that ends soon; None: no CRM field feeds either of them."""
    frame = view.frame
    pipeline, recurring = (are_mapped(one, frame.settings, frame.mapped) for one in (_PIPELINE, _RECURRING))
    money = [deal.weighted for deal in view.open_deals] if pipeline else []
    if recurring:
        money += [item.recurring for item in view.won_items if item.ends_within(frame.as_of.day, ENDING_DAYS)]
    return add_up(money) if pipeline or recurring else None


def _of_known_potential(view: AccountView) -> AccountView:
    known = [unit for unit in view.units if potential_of(unit.account, unit.plan, view.frame.exchange) is not None]
    return AccountView(view.frame, tuple(known))


@trace_of(growth_gap)
def _trace_gap(view: AccountView) -> Trace:
    known = {unit.id: potential_of(unit.account, unit.plan, view.frame.exchange) for unit in view.units}
    counted, left_out = zip_accounts(view, lambda unit: value_of(known[unit.id]))
    return Trace(counted, left_out, {"revenue": revenue(_of_known_potential(view)).value})


@trace_of(impact)
def _trace_impact(view: AccountView) -> Trace:
    stake = _at_stake(view)
    figures = {"growth gap": growth_gap(view).value, "revenue at stake": stake.amount if stake else None}
    alignment = {"alignment, from 0 to 1": _alignment(view)}
    weighted = trace_weighted(view)
    return Trace([*weighted.counted, *list_ending(view, ENDING_DAYS)], weighted.left_out, figures | alignment)


@trace_of(feasibility)
def _trace_ease(view: AccountView) -> Trace:
    ease = ease_of(view)
    figures: dict[str, KpiValue] = {
        "stakeholders identified": ease.identified,
        "cycle in days": ease.cycle,
        "cycle of the portfolio": view.frame.portfolio.cycle,
        "people of known stance": ease.stances,
        "for us, from 0 to 1": ease.liking,
    }
    people = trace_stance(view, lambda person: person.stance is not None)
    return Trace(people.counted, people.left_out, figures)
