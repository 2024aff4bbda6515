from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from contract_bench import NO_OVERLAP
from contract_world import CREATED, LATE

from adapters.base import Kind
from adapters.memory.adapter import MemoryCRM
from adapters.memory.organisation import MemoryOrganisation
from sandbox.world.model import World


class MemoryBench:
    """The small company in memory, its ids being the keys of the world."""

    name = "memory"
    override: ClassVar = {}

    def __init__(self, world: World) -> None:
        self._memory = MemoryOrganisation(children={Kind.DEAL_CONTACT: Kind.DEAL}, clock=LATE + timedelta(days=30))
        fill(self._memory, world)

    def connect(self, overlap=NO_OVERLAP):
        return MemoryCRM(self._memory, overlap=overlap, page_size=2)

    def connect_with_wrong_token(self):
        return MemoryCRM(self._memory, token="tok-0815-mistyped")

    def connect_to_nowhere(self):
        self._memory.reachable = False
        return MemoryCRM(self._memory)

    def id_of(self, _kind, key):
        return key

    def live_ids(self, kind):
        return {row.id for row in self._memory.live(kind)}

    def rename(self, kind, id_, name):
        self._memory.put(kind, id_, {"name": name})

    def fill_in(self, kind, id_, values):
        self._memory.put(kind, id_, values)

    def delete(self, kind, id_):
        self._memory.delete(kind, id_)

    def purge(self, kind, id_):
        self._memory.vanish(kind, id_)

    def undelete(self, kind, id_):
        self._memory.put(kind, id_)

    def merge(self, kind, winner, loser):
        self._memory.merge(kind, winner, loser)
        return winner

    def refuse(self, kind, id_, code, message):
        self._memory.refuse(kind, id_, code, message)

    def make_field(self, kind, name, label):
        self._memory.add_field(kind, name)
        self._memory.schema[kind][name] = replace(self._memory.schema[kind][name], label=label)

    def show(self, spec, id_):
        return self._memory.get(spec.kind, id_).get(spec.name)

    def advance(self, seconds):
        self._memory.advance(timedelta(seconds=seconds))

    def requests(self):
        return self._memory.daily_used

    def close(self):
        """Nothing to stop."""


def fill(memory: MemoryOrganisation, world: World) -> None:
    """Every record of a world, with its own stamp."""
    for user in world.users:
        memory.put(Kind.USER, user.key, {
            "name": f"{user.first_name} {user.last_name}", "email": user.email, "active": user.active,
        }, modified_at=CREATED)  # fmt: skip
    for account in world.accounts:
        names = ("name", "domain", "parent", "owner", "annual_revenue", "potential_revenue", "strategic")
        memory.put(Kind.ACCOUNT, account.key, pick(account, names), modified_at=account.modified_at)
    for contact in world.contacts:
        names = ("account", "first_name", "last_name", "email", "title", "owner", "influence", "stance", "departed")
        role = {"role": ";".join(contact.buying_roles)}
        memory.put(Kind.CONTACT, contact.key, pick(contact, names) | role, modified_at=contact.modified_at)
    for stage in world.stages:
        names = ("label", "position", "probability", "closed", "won")
        memory.put(Kind.STAGE, stage.key, pick(stage, names) | {"code": stage.key, "active": True})
    for product in world.products:
        names = ("name", "family", "active", "unit_cost")
        memory.put(Kind.PRODUCT, product.key, pick(product, names), modified_at=CREATED)
    fill_deals(memory, world)


def fill_deals(memory: MemoryOrganisation, world: World) -> None:
    chances = {stage.key: stage.probability for stage in world.stages}
    for deal in world.deals:
        names = ("account", "name", "owner", "stage", "amount", "currency", "close_date", "created_at")
        chance = chances[deal.stage] if deal.probability is None else deal.probability
        memory.put(Kind.DEAL, deal.key, pick(deal, names) | {"probability": chance}, modified_at=deal.modified_at)
    for link in world.deal_contacts:
        fields = {"deal": link.deal, "contact": link.contact, "role": link.role, "stance": link.role}
        memory.put(Kind.DEAL_CONTACT, f"{link.deal}:{link.contact}", fields, modified_at=CREATED)
    for item in world.line_items:
        names = ("deal", "product", "quantity", "unit_price", "amount")
        memory.put(Kind.LINE_ITEM, item.key, pick(item, names), modified_at=item.modified_at)
    for answer in world.answers:
        names = ("contact", "survey", "score", "answered_at")
        memory.put(Kind.NPS_ANSWER, answer.key, pick(answer, names), modified_at=answer.answered_at)
    for number, change in enumerate(world.stage_changes):
        names = ("deal", "stage", "at", "amount", "close_date")
        memory.put(Kind.DEAL_HISTORY, f"h{number}", pick(change, names), modified_at=change.at)


def pick(thing: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(thing, name) for name in names}


BENCH = MemoryBench
