"""Reads what KPIs are computed from: the mirror's records of some accounts, with their plans laid over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any, TypeVar

from sqlalchemy import Connection

from adapters.base import Kind
from connector.kpis.facts import Facts, Kept, Reference, Terms
from connector.kpis.figures import kept_figure
from connector.kpis.hierarchy import descendants
from connector.plans.book import read_umpire, read_with_plans
from connector.plans.deal_roles import overlay_deal_contacts
from connector.plans.overlay import find_placeholders, overlay_contacts, overlay_plans
from connector.store.accounts import Shard
from connector.store.forecasts import read_frozen
from connector.store.kpi_history import read_course
from connector.store.store import Store
from mappings.account_plan import AccountPlan
from mappings.entities import Account, NpsAnswer
from mappings.strategy import Answer

SHARD = 200
"""Accounts read and computed together: enough to make queries cheap, few enough to keep memory flat."""

Page = TypeVar("Page", list[str], dict[str, Account])

ACCESS = "c_level_access"
"""The KPI whose past no record of the CRM tells."""


def pages(store: Store, name: str, read_page: Callable[[Connection, str, str, int], Page], most: int) -> Iterator[Page]:
    """Ids in order, or what stands under them, each page from where the one before ended."""
    last = ""
    while True:
        with store.reading() as connection:
            page = read_page(connection, name, last, most)
        if not page:
            return
        yield page
        *_, last = page


def facts_of(store: Store, name: str, ids: Sequence[str], reference: Reference, terms: Terms) -> Facts:
    """The facts of these accounts, which are the targets; under a hierarchy with those of their descendants."""
    units = dict.fromkeys(ids)
    if terms.settings.rollup == "hierarchy":
        units |= dict.fromkeys(unit for id_ in ids for unit in descendants(id_, reference.children))
    with store.reading() as connection:
        shard, plans = read_with_plans(connection, name, list(units))
        umpire = read_umpire(connection, name, list(units), terms.authority)
        frozen = read_frozen(connection, name, list(shard.deals)) if reference.frozen_days else []
        access = read_access(connection, name, [id_ for id_, plan in plans.items() if _has_begun(plan)])
    facts = replace(as_facts(shard, frozenset(ids)), **_answers(shard.answers, terms.zone))
    plans = overlay_plans(shard.accounts, plans, umpire)
    people = overlay_contacts(shard.contacts, plans, umpire, facts.account_contacts)
    links = overlay_deal_contacts(facts.deal_contacts, plans, umpire)
    settled = replace(facts, contacts=people, plans=plans, deal_contacts=links)
    return replace(settled, placeholders=find_placeholders(plans), frozen=frozen, access=access)


def read_access(connection: Connection, name: str, accounts: Sequence[str]) -> dict[str, list[Kept]]:
    """What the C-level access of these accounts was, as far as the history keeps it."""
    found: dict[str, list[Kept]] = {}
    course = read_course(connection, name, Kind.ACCOUNT, ACCESS, accounts) if accounts else []
    for account, since, until, text in course:
        found.setdefault(account, []).append(Kept(since, until, kept_figure(text)))
    return found


def _has_begun(plan: AccountPlan) -> bool:
    return plan.plan is not None and plan.plan.started_on is not None


def _answers(rows: Sequence[NpsAnswer], zone: tzinfo) -> dict[str, Any]:
    """The answers that people gave, and those that nobody signed, by account."""
    nameless: dict[str, list[Answer]] = {}
    for row in rows:
        if row.contact is None and row.account is not None:
            nameless.setdefault(row.account, []).append(_answer(row, zone))
    return {"answers": [_answer(row, zone) for row in rows if row.contact is not None], "nameless": nameless}


def _answer(row: NpsAnswer, zone: tzinfo) -> Answer:
    """An answer of the CRM's as one of a plan's; its date is that of the reporting zone."""
    day = row.answered_at.astimezone(zone).date() if row.answered_at else None
    return Answer.model_construct(person=row.contact, survey=row.survey, score=row.score, answered_on=day)


def as_facts(shard: Shard, targets: frozenset[str] | None) -> Facts:
    """The records of a shard as facts."""
    return Facts(
        accounts=shard.accounts,
        contacts=shard.contacts,
        account_contacts=list(shard.account_contacts.values()),
        deals=shard.deals,
        deal_contacts=shard.deal_contacts,
        line_items=list(shard.line_items.values()),
        history=shard.history,
        targets=targets,
    )
