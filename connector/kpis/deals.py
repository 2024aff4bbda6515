"""A deal as KPIs see it: state, money in the reporting currency, people, line items, way through the stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal

from connector.config.kpis import DealScope
from connector.kpis.frame import Frame
from connector.kpis.items import ItemView, item_view
from connector.kpis.light import light
from connector.kpis.money import Money
from connector.kpis.people import People, Person
from connector.kpis.shard import Shard
from connector.kpis.stages import StageView, State
from mappings.account_plan import NO_PLAN
from mappings.entities import Deal, DealHistory
from mappings.forecast import FrozenDeal
from mappings.strategy import Action


@light
class Entry:
    """A deal reached a rank of its pipeline on a day."""

    on: date
    rank: int


@light
class DealView:
    """One deal. `stage` None: the CRM does not list the stage, so nobody can say whether it is open, won or lost.

    `history`: what was set on it, and when, in no order; `frozen`: what it was when forecasts were frozen, by day.
    `actions`: those of its account's plan that are about the deal.
    """

    id: str
    frame: Frame
    stage: StageView | None
    counts: bool
    amount: Money | None
    probability: Decimal | None
    created_on: date | None
    closed_on: date | None
    contacts: tuple[Person, ...]
    items: tuple[ItemView, ...]
    entries: tuple[Entry, ...]
    record: Deal = field(repr=False)
    history: Sequence[DealHistory] = field(repr=False)
    frozen: Mapping[date, FrozenDeal] = field(repr=False)
    actions: tuple[Action, ...] = ()

    @property
    def state(self) -> State | None:
        """Open, won or lost: the stage's word."""
        return self.stage.state if self.stage else None

    @property
    def is_won(self) -> bool:
        """Whether the stage says won."""
        return self.state is State.WON

    @property
    def active_contacts(self) -> list[Person]:
        """The people on the deal who have not left."""
        return [person for person in self.contacts if person.active]

    @property
    def days(self) -> int | None:
        """Days from creation to close, at least 1; None where a date is unknown or they contradict each other."""
        if self.created_on is None or self.closed_on is None or self.closed_on < self.created_on:
            return None
        return max(1, (self.closed_on - self.created_on).days)

    @property
    def weighted(self) -> Money | None:
        """Amount x probability: the deal's own, else its stage's."""
        stage_probability = self.stage.probability if self.stage else None
        probability = stage_probability if self.probability is None else self.probability
        return None if self.amount is None or probability is None else self.amount.times(probability)

    def reached_on(self, rank: int) -> date | None:
        """When the deal first entered the stage of that rank or skipped past it; None: never, or not recorded."""
        return min((entry.on for entry in self.entries if entry.rank >= rank), default=None)

    def went_beyond(self, rank: int) -> bool:
        """Whether the deal is won or was ever further on than that rank."""
        return self.is_won or any(entry.rank > rank for entry in self.entries)


def deal_view(id_: str, shard: Shard, people: People, frame: Frame) -> DealView:
    """The view of one deal; `people`: everybody as the deal's account sees them."""
    deal = shard.facts.deals[id_]
    stage = frame.stages.find(deal.pipeline, deal.stage)
    links = shard.links_of.get(id_, {})
    plan = shard.facts.plans.get(deal.account or "", NO_PLAN)
    return DealView(
        id=id_,
        frame=frame,
        stage=stage,
        counts=in_scope(deal, frame.settings.deals),
        amount=frame.exchange.amount_of(deal),
        probability=deal.probability,
        created_on=frame.as_of.date_of(deal.created_at) if deal.created_at else None,
        closed_on=deal.close_date,
        contacts=tuple(people.person(contact, tie) for contact, tie in links.items()),
        items=tuple(item_view(item, deal, frame) for item in shard.items_of.get(id_, ())),
        entries=tuple(_entries(deal, stage, shard.history_of.get(id_, ()), frame)),
        record=deal,
        history=shard.history_of.get(id_, ()),
        frozen={row.day: row for row in shard.frozen_of.get(id_, ())},
        actions=tuple(action for action in plan.actions.values() if action.deal == id_),
    )


def in_scope(deal: Deal, scope: DealScope) -> bool:
    """Whether the configuration lets this deal count."""
    wanted = ((scope.pipelines, deal.pipeline), (scope.types, deal.type), (scope.record_types, deal.record_type))
    return all(not allowed or word in allowed for allowed, word in wanted)


def _entries(deal: Deal, stage: StageView | None, rows: Iterable[DealHistory], frame: Frame) -> Iterable[Entry]:
    """The moments at which the deal stood in its present pipeline; won counts only while it is still won.

    A record that names no pipeline stands in the one named before it.
    """
    if stage is None:
        return
    ordered = sorted((row.at, row.pipeline or "", row.stage or "") for row in rows if row.at is not None)
    pipeline = next((name for _, name, _ in ordered if name), deal.pipeline)
    for at, name, code in ordered:
        pipeline = name or pipeline
        then = frame.stages.find(pipeline, code)
        if then is None or then.pipeline != stage.pipeline or then.state is State.LOST:
            continue
        if then.state is State.OPEN or stage.state is State.WON:
            yield Entry(frame.as_of.date_of(at), then.rank)
