"""An account as KPIs see it: itself, or itself and its descendants, each one a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from connector.kpis.deals import DealView, deal_view
from connector.kpis.facts import Kept
from connector.kpis.forecasting import Tally, tally
from connector.kpis.frame import Frame, Line
from connector.kpis.items import ItemView
from connector.kpis.light import light
from connector.kpis.people import Person
from connector.kpis.shard import Shard
from connector.kpis.stages import State
from connector.kpis.strategic import is_strategic
from mappings.account_plan import NO_PLAN, AccountPlan
from mappings.entities import Account
from mappings.strategy import Answer

Found = TypeVar("Found")


@light
class UnitView:
    """One account alone: its contacts and its own deals, in the order of their ids, and its plan.

    `answers`: what its people answered to surveys, as far as the CRM knows. `access`: what its C-level access was.
    """

    id: str
    account: Account
    people: tuple[Person, ...]
    deals: tuple[DealView, ...]
    plan: AccountPlan = NO_PLAN
    answers: tuple[Answer, ...] = ()
    strategic: bool = False
    access: Sequence[Kept] = ()


@dataclass(frozen=True)
class AccountView:
    """The units that an account's KPIs are computed over, and what several KPIs ask of them."""

    frame: Frame
    units: tuple[UnitView, ...]
    _found: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, find: Callable[[AccountView], Found]) -> Found:
        """What a function finds in the view, found once however many KPIs ask for it."""
        if find not in self._found:
            self._found[find] = find(self)
        found: Found = self._found[find]
        return found

    @property
    def is_strategic(self) -> bool:
        """Whether the account itself, the first of the units, is strategic."""
        return any(unit.strategic for unit in self.units[:1])

    @cached_property
    def planned(self) -> list[UnitView]:
        """The strategic ones of the units: those whose plans are reviewed."""
        return [unit for unit in self.units if unit.strategic]

    @cached_property
    def stakeholders(self) -> list[Person]:
        """The active stakeholders of the units, placeholders among them."""
        return [person for unit in self.units for person in unit.people if person.active]

    @cached_property
    def named(self) -> list[Person]:
        """The active stakeholders who have a name."""
        return [person for person in self.stakeholders if person.named]

    @cached_property
    def deals(self) -> list[DealView]:
        """The deals that count and whose state is known."""
        return [deal for unit in self.units for deal in unit.deals if deal.counts and deal.state is not None]

    @cached_property
    def open_deals(self) -> list[DealView]:
        """The deals under way."""
        return [deal for deal in self.deals if deal.state is State.OPEN]

    @cached_property
    def closed_in_window(self) -> list[DealView]:
        """The deals won or lost whose close date lies in the window."""
        closed = (deal for deal in self.deals if deal.state is not State.OPEN)
        return [deal for deal in closed if self.frame.as_of.in_window(deal.closed_on)]

    @cached_property
    def won_in_window(self) -> list[DealView]:
        """The deals won whose close date lies in the window."""
        return [deal for deal in self.closed_in_window if deal.is_won]

    @cached_property
    def forecast(self) -> Tally:
        """What was forecast for the quarters that ended in the window, and what came of it."""
        return tally(self.deals, self.frame)

    @cached_property
    def won_deals(self) -> list[DealView]:
        """All deals won, whenever."""
        return [deal for deal in self.deals if deal.is_won]

    @cached_property
    def won_items(self) -> list[ItemView]:
        """The line items of all deals won."""
        return [item for deal in self.won_deals for item in deal.items]

    @cached_property
    def eligible_cells(self) -> set[tuple[str, Line]]:
        """Every unit with every active product line, without those where a plan says why nothing can be sold."""
        return {(unit.id, line) for unit in self.units for line in self.frame.active_lines} - self._blocked_cells()

    @cached_property
    def live_cells(self) -> set[tuple[str, Line]]:
        """The unit and product line of each won line item that is live at D."""
        return set(self._cells(State.WON, live_only=True))

    @cached_property
    def open_cells(self) -> set[tuple[str, Line]]:
        """The unit and product line of each line item on an open deal."""
        return set(self._cells(State.OPEN, live_only=False))

    def _blocked_cells(self) -> set[tuple[str, Line]]:
        return {
            (cell.unit or unit.id, line)
            for unit in self.units
            for cell in unit.plan.cells.values()
            if (cell.blocked or "").strip() and cell.line
            for line in self.frame.lines_named(cell.line)
        }

    def _cells(self, state: State, *, live_only: bool) -> Iterable[tuple[str, Line]]:
        day = self.frame.as_of.day
        for unit in self.units:
            items = (item for deal in unit.deals if deal.counts and deal.state is state for item in deal.items)
            for item in items:
                if item.line is not None and (item.is_live(day) or not live_only):
                    yield unit.id, item.line


def unit_view(id_: str, shard: Shard, frame: Frame) -> UnitView:
    """The view of one account alone."""
    people, plan = shard.people(id_), shard.facts.plans.get(id_, NO_PLAN)
    account = shard.facts.accounts[id_]
    return UnitView(
        id=id_,
        account=account,
        people=tuple(people.person(contact) for contact in shard.contacts_of.get(id_, ())),
        deals=tuple(deal_view(deal, shard, people, frame) for deal in shard.deals_of.get(id_, ())),
        plan=plan,
        answers=(*shard.answers_of.get(id_, ()), *shard.facts.nameless.get(id_, ())),
        strategic=is_strategic(id_, account, plan, frame.rules, frame.exchange),
        access=shard.facts.access.get(id_, ()),
    )
