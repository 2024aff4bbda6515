"""The deals, with the stages they went through, what was sold and who took part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sandbox.world.catalogue import STAGES
from sandbox.world.deal_contacts import Participants
from sandbox.world.dice import Dice
from sandbox.world.line_items import make_items
from sandbox.world.model import Contact, Deal, DealContact, LineItem, Product, StageChange, User
from sandbox.world.rates import CURRENCIES, HOME, PRICE_FACTOR
from sandbox.world.schedule import Schedule, make_schedule, spread_moments
from sandbox.world.stage_paths import make_path
from sandbox.world.storylines import Outcome, Storyline

WITHOUT_AMOUNT_PERCENT, WITHOUT_ITEMS_PERCENT, OWN_PROBABILITY_PERCENT = 5, 12, 12
TYPES: dict[str | None, int] = {"newbusiness": 45, "existingbusiness": 40, None: 15}
"""HubSpot's words for the type of a deal, with weights."""
SUBJECTS = [
    "Renewal",
    "Expansion",
    "Rollout, phase 2",
    "Pilot",
    "Extension « réseau »",
    "Umstellung",
    "New licences",
    "Q4 push 🚀",
]
FIRST_GUESSES = [Decimal("0.5"), Decimal(1), Decimal(1), Decimal(2)]
"""What part of its later amount a deal was first thought to bring."""
SLIPS = [0, 0, 14, 30, 60]
"""By how many days the close date was later put off."""
BRIEFEST = timedelta(minutes=5)
"""A deal that is over sooner was entered in its last stage."""
STEP = 500
"""Amounts that do not come from line items are multiples of this."""


@dataclass(slots=True)
class Deals:
    """Deals with all that hangs on them."""

    deals: list[Deal] = field(default_factory=list)
    stage_changes: list[StageChange] = field(default_factory=list)
    line_items: list[LineItem] = field(default_factory=list)
    deal_contacts: list[DealContact] = field(default_factory=list)


class Sales:
    """Makes deals from their storylines."""

    def __init__(self, dice: Dice, users: list[User], contacts: list[Contact], products: list[Product]) -> None:
        self._dice = dice
        self._users = users
        self._products = products
        self._participants = Participants(dice, contacts)

    def make(self, stories: list[Storyline], end: datetime) -> Deals:
        """One deal per story, in order of creation."""
        plans = [(make_schedule(self._dice, story, end), story) for story in stories]
        plans.sort(key=lambda plan: plan[0].created_at)
        made = Deals()
        for number, (schedule, story) in enumerate(plans, 1):
            self._add(made, self._deal(f"d{number}", story, schedule, end), story, schedule)
        for number, item in enumerate(made.line_items, 1):
            item.key = f"l{number}"
        return made

    def _add(self, made: Deals, deal: Deal, story: Storyline, schedule: Schedule) -> None:
        path = self._path(story, schedule)
        deal.stage = STAGES[path[-1]].key
        made.line_items += self._price(deal, story)
        made.stage_changes += self._history(deal, path, schedule)
        made.deal_contacts += self._participants.make(deal.key, deal.account)
        made.deals.append(deal)

    def _deal(self, key: str, story: Storyline, schedule: Schedule, end: datetime) -> Deal:
        dice = self._dice
        account = story.profile.account if story.profile else None
        subject = f"{dice.choice(SUBJECTS)} {schedule.created_at.year}"
        return Deal(
            key=key,
            name=f"{account.name[:70].strip()} - {subject}" if account else subject,
            stage="",
            created_at=schedule.created_at,
            modified_at=dice.moment(schedule.last_change, min(end, schedule.last_change + timedelta(days=45))),
            account=account.key if account else None,
            owner=self._owner(account.owner if account else None),
            type=dice.pick(TYPES),
            currency=dice.unless(4, dice.pick(CURRENCIES)),
            close_date=schedule.close_date,
            probability=self._own_probability(story),
        )

    def _owner(self, of_account: str | None) -> str | None:
        if of_account is not None and self._dice.chance(75):
            return of_account
        return self._dice.unless(8, self._dice.choice(self._users).key)

    def _own_probability(self, story: Storyline) -> Decimal | None:
        """An open deal may be thought likelier or less likely than its stage says."""
        if story.outcome is Outcome.OPEN and self._dice.chance(OWN_PROBABILITY_PERCENT):
            return Decimal(self._dice.randrange(5, 100, 5)) / 100
        return None

    def _path(self, story: Storyline, schedule: Schedule) -> list[int]:
        path = make_path(self._dice, story.outcome, story.profile.weak_stage if story.profile else 1)
        return path if schedule.last_change - schedule.created_at > BRIEFEST else path[-1:]

    def _price(self, deal: Deal, story: Storyline) -> list[LineItem]:
        """Give the deal its amount; the items that make it up, if it has any."""
        if self._dice.chance(WITHOUT_AMOUNT_PERCENT):
            return []
        if self._dice.chance(WITHOUT_ITEMS_PERCENT):
            deal.amount = self._round_amount(deal.currency)
            return []
        items = make_items(self._dice, deal, self._products, story.profile)
        deal.amount = sum((item.amount for item in items), Decimal(0))
        return items

    def _round_amount(self, currency: str | None) -> Decimal:
        """An amount that somebody typed in; cents only in home money, lest they get lost in conversion."""
        amount = Decimal(self._dice.around(24, 0.9) * STEP * PRICE_FACTOR.get(currency or "", 1))
        return amount + Decimal("0.50") if currency in {HOME, None} and self._dice.chance(20) else amount

    def _history(self, deal: Deal, path: list[int], schedule: Schedule) -> list[StageChange]:
        moments = spread_moments(self._dice, schedule, len(path))
        slip = timedelta(days=self._dice.choice(SLIPS))
        first = self._first_guess(deal.amount)
        settled = self._dice.randrange(len(path))
        return [
            self._change(deal, (STAGES[stage].key, at), (first, slip) if place < settled else None)
            for place, (stage, at) in enumerate(zip(path, moments, strict=True))
        ]

    def _first_guess(self, amount: Decimal | None) -> Decimal | None:
        return None if amount is None else self._dice.unless(20, amount * self._dice.choice(FIRST_GUESSES))

    def _change(
        self, deal: Deal, entry: tuple[str, datetime], before: tuple[Decimal | None, timedelta] | None
    ) -> StageChange:
        """The deal as it stood when it entered a stage, `before` its final amount and close date were known."""
        stage, at = entry
        if before is None or deal.close_date is None:
            return StageChange(deal.key, stage, at, deal.amount, deal.close_date)
        guess, slip = before
        expected: date = deal.close_date - slip
        return StageChange(deal.key, stage, at, guess, expected)
