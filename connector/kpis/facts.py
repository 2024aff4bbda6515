"""What KPIs are computed from: the records of some accounts, what is true of the whole connection, and the terms.

Deleted and merged-away records are left out by whoever fills these; ids are the CRM's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal

from adapters.base import Kind
from connector.config.connection import Authority
from connector.config.kpis import KpiSettings
from connector.config.portfolio import PortfolioRules
from connector.kpis.result import Kpi
from connector.kpis.visits import StageKey, StageNorm
from mappings.account_plan import AccountPlan
from mappings.entities import (
    Account,
    AccountContact,
    Contact,
    Deal,
    DealContact,
    DealHistory,
    LineItem,
    Product,
    Rate,
    Stage,
)
from mappings.forecast import FrozenDeal
from mappings.strategy import Answer


@dataclass(frozen=True, slots=True)
class Kept:
    """What a figure was from `since` to before `until` (None: it still is), as the history keeps it."""

    since: datetime
    until: datetime | None
    kpi: Kpi


@dataclass(frozen=True, slots=True)
class Facts:
    """The records of a shard of accounts.

    `contacts`: the people of these accounts and those on their deals. `account_contacts`: the relations of those
    people to these accounts and to their own. Under `rollup: hierarchy` the shard holds the descendants too, and
    `targets` names the accounts whose KPIs are wanted (None: all of them). `plans`: what people know of these
    accounts; their judgements are in `contacts` already, with the people whom the CRM does not have, of whom
    `placeholders` are known to exist and not yet named. `answers`: what people of these accounts answered to surveys,
    as far as the CRM knows. `frozen`: what the deals were when forecasts were frozen.
    """

    accounts: Mapping[str, Account] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    account_contacts: Sequence[AccountContact] = ()
    deals: Mapping[str, Deal] = field(default_factory=dict)
    deal_contacts: Sequence[DealContact] = ()
    line_items: Sequence[LineItem] = ()
    history: Sequence[DealHistory] = ()
    targets: frozenset[str] | None = None
    plans: Mapping[str, AccountPlan] = field(default_factory=dict)
    placeholders: frozenset[str] = frozenset()
    answers: Sequence[Answer] = ()
    nameless: Mapping[str, Sequence[Answer]] = field(default_factory=dict)
    frozen: Sequence[FrozenDeal] = ()
    access: Mapping[str, Sequence[Kept]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What the strategic accounts of a connection are together, so far as the figures of a single one need it.

    `cycle`: the mean sales cycle in days (None: nothing won). `executives`: those with executive reviews.
    """

    cycle: Decimal | None = None
    executives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reference:
    """What is true of a whole connection.

    `home`: the organisation's own currency (None: the CRM does not say). `mapped`: each field of ours that the
    mapping fills, with its kind. `children`: by account id, the accounts whose parent it is. `portfolio`: see there.
    `uses_categories`: deals have forecast categories. `frozen_days`: those at whose start a forecast was frozen.
    `stage_norms`: how long won deals stayed in each stage.
    """

    products: Mapping[str, Product] = field(default_factory=dict)
    stages: Sequence[Stage] = ()
    rates: Sequence[Rate] = ()
    home: str | None = None
    mapped: frozenset[tuple[Kind, str]] = frozenset()
    last_complete_pull: datetime | None = None
    children: Mapping[str, Sequence[str]] = field(default_factory=dict)
    portfolio: Portfolio = field(default_factory=Portfolio)
    uses_categories: bool = False
    stage_norms: Mapping[StageKey, StageNorm] = field(default_factory=dict)
    frozen_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a computation.

    `currency`: the reporting currency. `rates`: reporting units per unit of a foreign currency, for where the CRM
    has no rate. `zone`: the zone in which instants become dates. `as_of`: the run's instant, aware. `authority`:
    whose word on a person counts, by field. `portfolio`: which accounts are strategic. `language`: of what reps read.
    """

    settings: KpiSettings
    currency: str
    rates: Mapping[str, Decimal]
    zone: tzinfo
    as_of: datetime
    authority: Mapping[str, Authority] = field(default_factory=dict)
    portfolio: PortfolioRules = field(default_factory=PortfolioRules)
    language: str = "en"
