"""The records of a shard, indexed once so that each account finds its own without a scan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from connector.kpis.facts import Facts
from connector.kpis.people import NO_TIE, People, Tie, tie_of
from mappings.entities import AccountContact, DealContact, DealHistory, LineItem
from mappings.forecast import FrozenDeal
from mappings.strategy import Answer

Row = TypeVar("Row")
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class Shard:
    """Lookups over facts; children without their parent, and links to people who are not there, are left out."""

    def __init__(self, facts: Facts) -> None:
        """Build every index in one pass over each kind."""
        self.facts = facts
        self.contacts_of = _ids_by((contact.account, id_) for id_, contact in facts.contacts.items())
        self.deals_of = _ids_by((deal.account, id_) for id_, deal in facts.deals.items())
        self.links_of = _links(facts)
        self.items_of: Mapping[str, Sequence[LineItem]] = _rows_by((row.deal, row) for row in facts.line_items)
        self.history_of: Mapping[str, Sequence[DealHistory]] = _rows_by((row.deal, row) for row in facts.history)
        self.frozen_of: Mapping[str, Sequence[FrozenDeal]] = _rows_by((row.deal, row) for row in facts.frozen)
        self.answers_of = _rows_by((_account_of(row, facts), row) for row in facts.answers)
        self._ties = _account_ties(facts.account_contacts)
        self._own_ties = {
            id_: tie
            for id_, contact in facts.contacts.items()
            if (tie := self._ties.get(contact.account or "", {}).get(id_))
        }

    def orphans(self) -> list[str]:
        """The deals whose account is unknown or not here, in a fixed order."""
        accounts = self.facts.accounts
        return sorted((id_ for id_, deal in self.facts.deals.items() if deal.account not in accounts), key=order_of)

    def people(self, account: str | None) -> People:
        """Everybody as this account sees them (None: as a deal without account does)."""
        return People(
            contacts=self.facts.contacts,
            own_ties=self._own_ties,
            ties=self._ties.get(account or "", {}),
            from_deals=self._known_from_deals(account) if account else {},
            placeholders=self.facts.placeholders,
        )

    def _known_from_deals(self, account: str) -> Mapping[str, Tie]:
        """What the account's deals say of each person: the most recent one that says it, by creation, then id."""
        known: dict[str, Tie] = {}
        for deal in sorted(self.deals_of.get(account, ()), key=self._creation, reverse=True):
            for contact, tie in self.links_of.get(deal, {}).items():
                known[contact] = known.get(contact, NO_TIE).over(tie)
        return known

    def _creation(self, deal: str) -> tuple[datetime, tuple[int, str]]:
        return self.facts.deals[deal].created_at or _BEFORE_ALL, order_of(deal)


def order_of(id_: str) -> tuple[int, str]:
    """Sorts ids as their CRM counts them: numbers by size, texts of one length by letter."""
    return len(id_), id_


def _account_of(answer: Answer, facts: Facts) -> str | None:
    person = facts.contacts.get(answer.person or "")
    return person.account if person else None


def _ids_by(pairs: Iterable[tuple[str | None, str]]) -> dict[str, list[str]]:
    found = _rows_by(pairs)
    for ids in found.values():
        ids.sort(key=order_of)
    return found


def _rows_by(pairs: Iterable[tuple[str | None, Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for key, row in pairs:
        if key is not None:
            found[key].append(row)
    return dict(found)


def _links(facts: Facts) -> dict[str, dict[str, Tie]]:
    rows = [row for row in facts.deal_contacts if row.contact in facts.contacts]
    by_deal: dict[str, list[DealContact]] = _rows_by((row.deal, row) for row in rows)
    return {deal: _tie_per_contact(links) for deal, links in by_deal.items()}


def _account_ties(rows: Iterable[AccountContact]) -> dict[str, dict[str, Tie]]:
    by_account: dict[str, list[AccountContact]] = _rows_by((row.account, row) for row in rows)
    return {account: _tie_per_contact(links) for account, links in by_account.items()}


def _tie_per_contact(links: Sequence[AccountContact] | Sequence[DealContact]) -> dict[str, Tie]:
    alone = {row.contact: row for row in links if row.contact is not None}
    if len(alone) == len(links):  # the rule: nobody is there twice
        return {contact: tie_of((row,)) for contact, row in alone.items()}
    by_contact: dict[str, list[AccountContact | DealContact]] = _rows_by((row.contact, row) for row in links)
    return {contact: tie_of(rows) for contact, rows in by_contact.items()}
