"""Picks an account on which the demo's changes will show."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.base import Kind
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.pipeline.errors import SetupError
from connector.store.accounts import Shard, read_account_ids, read_all, read_shard
from connector.wiring.jobs import open_ledger
from mappings.vocabulary import DECISION_ROLES, Stance

_ENOUGH = 500


@dataclass(frozen=True, slots=True)
class Example:
    """An account with an open deal to win and a contact to win over."""

    account: str
    account_name: str
    deal: str
    deal_name: str
    contact: str


def choose_example(settings: Settings, connection: Connection) -> Example:
    """The first account that has both, from the local mirror."""
    with open_ledger(settings) as store, store.reading() as ledger:
        stages = read_all(ledger, connection.name, Kind.STAGE).values()
        open_stages = {stage.code for stage in stages if not stage.closed}
        for account in read_account_ids(ledger, connection.name, "", _ENOUGH):
            if example := _example_of(account, read_shard(ledger, connection.name, [account]), open_stages):
                return example
    raise SetupError("this world has no account with an open deal and a contact to win over; try another --seed")


def _example_of(account: str, shard: Shard, open_stages: set[str | None]) -> Example | None:
    deals = [id_ for id_, deal in shard.deals.items() if deal.stage in open_stages and deal.amount]
    people = [
        id_
        for id_, person in shard.contacts.items()
        if person.account == account
        and person.stance is not Stance.CHAMPION
        and person.role in DECISION_ROLES
        and not person.departed
    ]
    if not deals or not people:
        return None
    deal = shard.deals[deals[0]]
    return Example(account, shard.accounts[account].name or account, deals[0], deal.name or deals[0], people[0])
