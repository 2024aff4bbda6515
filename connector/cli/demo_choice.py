"""Picks an account on which the demo's changes will show."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.base import Kind
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _
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
    """Of the accounts that have both, in the local mirror, the first by name: the same one in both CRMs."""
    with open_ledger(settings) as store, store.reading() as ledger:
        stages = read_all(ledger, connection.name, Kind.STAGE).values()
        open_stages = {stage.code for stage in stages if not stage.closed}
        accounts = read_account_ids(ledger, connection.name, "", _ENOUGH)
        shards = [(account, read_shard(ledger, connection.name, [account])) for account in accounts]
    examples = [example for account, shard in shards if (example := _example_of(account, shard, open_stages))]
    if not examples:
        raise SetupError(_("this world has no account with an open deal and a contact to win over; try another --seed"))
    return min(examples, key=lambda example: (example.account_name, example.deal_name))


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
    deal = min(deals, key=lambda id_: shard.deals[id_].name or "")
    person = min(people, key=lambda id_: shard.contacts[id_].email or "")
    return Example(account, shard.accounts[account].name or account, deal, shard.deals[deal].name or deal, person)
