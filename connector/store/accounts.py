"""Reads the mirror back as entities, a shard of accounts at a time, without what was deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.entity_rows import read_entities, select_all, select_live
from connector.store.mirror_tables import TABLES
from mappings.entities import (
    Account,
    AccountContact,
    Contact,
    Deal,
    DealContact,
    DealHistory,
    LineItem,
    NpsAnswer,
)

ACCOUNT, CONTACT, DEAL = TABLES[Kind.ACCOUNT], TABLES[Kind.CONTACT], TABLES[Kind.DEAL]
LINKS, RELATIONS = TABLES[Kind.DEAL_CONTACT], TABLES[Kind.ACCOUNT_CONTACT]
ANSWERS = TABLES[Kind.NPS_ANSWER]


@dataclass(slots=True)
class Shard:
    """Everything about some accounts (or about deals without one) that their KPIs need; keys are CRM ids."""

    accounts: dict[str, Account] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    account_contacts: dict[str, AccountContact] = field(default_factory=dict)
    deals: dict[str, Deal] = field(default_factory=dict)
    deal_contacts: list[DealContact] = field(default_factory=list)
    line_items: dict[str, LineItem] = field(default_factory=dict)
    history: list[DealHistory] = field(default_factory=list)
    answers: list[NpsAnswer] = field(default_factory=list)

    def take(self, other: Shard) -> None:
        """Add what another shard of other accounts holds."""
        self.accounts |= other.accounts
        self.contacts |= other.contacts
        self.account_contacts |= other.account_contacts
        self.deals |= other.deals
        self.deal_contacts += other.deal_contacts
        self.line_items |= other.line_items
        self.history += other.history
        self.answers += other.answers


def read_account_ids(connection: Connection, name: str, after: str, most: int) -> list[str]:
    """The ids of live accounts in order, from the first one after `after` (empty: from the start)."""
    live = (ACCOUNT.c.connection == name, ACCOUNT.c.deleted_at.is_(None), ACCOUNT.c.id > after)
    return list(connection.scalars(select(ACCOUNT.c.id).where(*live).order_by(ACCOUNT.c.id).limit(most)))


def read_names(connection: Connection, name: str, kind: Kind, ids: Sequence[str]) -> dict[str, str | None]:
    """The names of accounts or deals by id."""
    table = TABLES[kind]
    query = select(table.c.id, table.c.name).where(table.c.connection == name)
    rows = (row for some in chunks(ids) for row in connection.execute(query.where(table.c.id.in_(some))))
    return {row.id: row.name for row in rows}


def read_shard(connection: Connection, name: str, accounts: Sequence[str]) -> Shard:
    """These accounts with their people, deals, links, line items and history."""
    shard = Shard()
    for some in chunks(accounts):
        shard.take(_read_some(connection, name, some))
    return shard


def _read_some(connection: Connection, name: str, accounts: Sequence[str]) -> Shard:
    shard = Shard(
        accounts=read_entities(connection, Kind.ACCOUNT, _live_of(Kind.ACCOUNT, name, ACCOUNT.c.id, accounts)),
        contacts=read_entities(connection, Kind.CONTACT, _live_of(Kind.CONTACT, name, CONTACT.c.account, accounts)),
        account_contacts=read_entities(
            connection, Kind.ACCOUNT_CONTACT, _live_of(Kind.ACCOUNT_CONTACT, name, RELATIONS.c.account, accounts)
        ),
        answers=_read_answers(connection, name, accounts),
    )
    mine = and_(DEAL.c.connection == name, DEAL.c.account.in_(accounts), DEAL.c.deleted_at.is_(None))
    _read_deals(connection, name, mine, shard)
    return shard


def _read_answers(connection: Connection, name: str, accounts: Sequence[str]) -> list[NpsAnswer]:
    mine = (CONTACT.c.connection == name, CONTACT.c.account.in_(accounts), CONTACT.c.deleted_at.is_(None))
    query = select_live(Kind.NPS_ANSWER, name)
    signed = query.where(ANSWERS.c.contact.in_(select(CONTACT.c.id).where(*mine)))
    nameless = query.where(ANSWERS.c.contact.is_(None), ANSWERS.c.account.in_(accounts))
    return [answer for one in (signed, nameless) for answer in _listed(connection, Kind.NPS_ANSWER, one)]


def read_orphan_ids(connection: Connection, name: str, after: str, most: int) -> list[str]:
    """The ids of live deals that belong to no live account of the mirror, from the first one after `after`."""
    owner = and_(ACCOUNT.c.connection == name, ACCOUNT.c.id == DEAL.c.account, ACCOUNT.c.deleted_at.is_(None))
    orphan = or_(DEAL.c.account.is_(None), ~exists().where(owner))
    live = (DEAL.c.connection == name, DEAL.c.deleted_at.is_(None), DEAL.c.id > after)
    return list(connection.scalars(select(DEAL.c.id).where(*live, orphan).order_by(DEAL.c.id).limit(most)))


def read_deals(connection: Connection, name: str, ids: Sequence[str]) -> Shard:
    """These deals with their people, links, line items and history; at most as many as a statement takes."""
    shard = Shard()
    _read_deals(connection, name, and_(DEAL.c.connection == name, DEAL.c.id.in_(ids)), shard)
    return shard


def read_all(connection: Connection, name: str, kind: Kind) -> dict[str, Any]:
    """Every live record of a kind that is few: products, stages, rates, users."""
    return read_entities(connection, kind, select_live(kind, name))


def read_children(connection: Connection, name: str) -> dict[str, list[str]]:
    """The account hierarchy: parent id → ids of the accounts right below it."""
    query = select(ACCOUNT.c.parent, ACCOUNT.c.id).where(
        ACCOUNT.c.connection == name, ACCOUNT.c.deleted_at.is_(None), ACCOUNT.c.parent.is_not(None)
    )
    children: dict[str, list[str]] = {}
    for parent, child in connection.execute(query.order_by(ACCOUNT.c.id)):
        children.setdefault(parent, []).append(child)
    return children


def _read_deals(connection: Connection, name: str, chosen: ColumnElement[bool], shard: Shard) -> None:
    """These deals, with the people on them who are not in the shard yet."""
    ids = select(DEAL.c.id).where(chosen)
    shard.deals = read_entities(connection, Kind.DEAL, select_all(Kind.DEAL).where(chosen))
    shard.deal_contacts = _listed(connection, Kind.DEAL_CONTACT, _of_deals(Kind.DEAL_CONTACT, name, ids))
    shard.line_items = read_entities(connection, Kind.LINE_ITEM, _of_deals(Kind.LINE_ITEM, name, ids))
    shard.history = _listed(connection, Kind.DEAL_HISTORY, _of_deals(Kind.DEAL_HISTORY, name, ids))
    strangers = {link.contact for link in shard.deal_contacts if link.contact} - shard.contacts.keys()
    for some in chunks(sorted(strangers)):
        _read_strangers(connection, name, some, shard)


def _read_strangers(connection: Connection, name: str, people: Sequence[str], shard: Shard) -> None:
    """People of other accounts, with their relations to those."""
    shard.contacts |= read_entities(connection, Kind.CONTACT, _live_of(Kind.CONTACT, name, CONTACT.c.id, people))
    ties = _live_of(Kind.ACCOUNT_CONTACT, name, RELATIONS.c.contact, people)
    shard.account_contacts |= read_entities(connection, Kind.ACCOUNT_CONTACT, ties)


def _live_of(kind: Kind, name: str, key: ColumnElement[Any], ids: Sequence[str]) -> Select[Any]:
    return select_live(kind, name).where(key.in_(ids))


def _of_deals(kind: Kind, name: str, ids: Select[Any]) -> Select[Any]:
    return select_live(kind, name).where(TABLES[kind].c.deal.in_(ids))


def _listed(connection: Connection, kind: Kind, query: Select[Any]) -> list[Any]:
    """In the order of ids; asked for an order, SQLite would walk through the whole table in it."""
    found = read_entities(connection, kind, query)
    return [found[id_] for id_ in sorted(found)]
