"""What KPIs are computed from: the records of some accounts, what is true of the whole connection, and the terms.

Deleted and merged-away records are left out by whoever fills these; ids are the CRM's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from adapters.base import Kind
from connector.config.kpis import KpiSettings
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


@dataclass(frozen=True, slots=True)
class Facts:
    """The records of a shard of accounts.

    `contacts`: the people of these accounts and those on their deals. `account_contacts`: the relations of those
    people to these accounts and to their own. Under `rollup: hierarchy` the shard holds the descendants too, and
    `targets` names the accounts whose KPIs are wanted (None: all of them).
    """

    accounts: Mapping[str, Account] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    account_contacts: Sequence[AccountContact] = ()
    deals: Mapping[str, Deal] = field(default_factory=dict)
    deal_contacts: Sequence[DealContact] = ()
    line_items: Sequence[LineItem] = ()
    history: Sequence[DealHistory] = ()
    targets: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What is true of a whole connection.

    `home`: the organisation's own currency (None: the CRM does not say). `mapped`: each field of ours that the
    mapping fills, with its kind. `children`: by account id, the accounts whose parent it is.
    """

    products: Mapping[str, Product] = field(default_factory=dict)
    stages: Sequence[Stage] = ()
    rates: Sequence[Rate] = ()
    home: str | None = None
    mapped: frozenset[tuple[Kind, str]] = frozenset()
    last_complete_pull: datetime | None = None
    children: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a computation.

    `currency`: the reporting currency. `rates`: reporting units per unit of a foreign currency, for where the CRM
    has no rate. `zone`: the zone in which instants become dates. `as_of`: the run's instant, aware.
    """

    settings: KpiSettings
    currency: str
    rates: Mapping[str, Decimal]
    zone: tzinfo
    as_of: datetime
