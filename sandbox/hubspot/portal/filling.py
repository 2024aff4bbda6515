"""Fills a portal with the neutral world: ids in the order of the world's lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeAlias

from sandbox.hubspot.portal.association_types import (
    CHILD_TO_PARENT_COMPANY,
    CONTACT_TO_PRIMARY_COMPANY,
    DEAL_TO_LINE_ITEM,
    DEAL_TO_PRIMARY_COMPANY,
    Pair,
    TypeKey,
)
from sandbox.hubspot.portal.currencies import Currencies, DatedRate
from sandbox.hubspot.portal.pipeline import DealStage, Owner, Pipeline
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.portal.settings import Settings
from sandbox.hubspot.portal.world_history import add_history
from sandbox.hubspot.portal.world_schema import define, role_labels
from sandbox.hubspot.portal.world_values import (
    account_values,
    answer_values,
    close_hour,
    contact_values,
    deal_values,
    line_item_values,
    product_values,
)
from sandbox.hubspot.portal.writing import computed_values
from sandbox.hubspot.schema.instants import to_text, truncated
from sandbox.hubspot.schema.object_types import ObjectType
from sandbox.options import Options
from sandbox.world.model import Account, Answer, Contact, Deal, LineItem, Product, StageChange, World

COMPANIES, CONTACTS, DEALS = ObjectType.COMPANIES, ObjectType.CONTACTS, ObjectType.DEALS
LINE_ITEMS, PRODUCTS = ObjectType.LINE_ITEMS, ObjectType.PRODUCTS
Item: TypeAlias = Account | Answer | Contact | Deal | LineItem | Product
FIRST_OWNER_ID, FIRST_USER_ID = 71_000_001, 9_000_001
FOUNDED = datetime(2015, 1, 5, 9, tzinfo=UTC)
"""When the account was opened, where the world does not say."""


def fill(world: World, options: Options, settings: Settings) -> Portal:
    """A new portal that holds the world."""
    return Filling(world, options, settings).run()


class Filling:
    """The work of filling one portal; `_ids` leads from the world's keys to HubSpot ids."""

    def __init__(self, world: World, options: Options, settings: Settings) -> None:
        self._world = world
        self._portal = Portal(options, settings, _currencies(world), _pipeline(world))
        self._ids: dict[ObjectType, dict[str, int]] = {object_type: {} for object_type in ObjectType}
        self._owners: dict[str, str] = {}

    def run(self) -> Portal:
        """Fill in the order in which records refer to each other."""
        define(self._portal, self._world)
        self._add_owners()
        self._add_companies()
        self._add_contacts()
        self._add_products()
        self._add_deals()
        self._add_line_items()
        self._link_deal_contacts()
        self._add_answers()
        for object_type in ObjectType:
            collection = self._portal.collection(object_type)
            collection.index.load(collection.records.values())
        return self._portal

    def _add_owners(self) -> None:
        for place, user in enumerate(self._world.users):
            owner = Owner(
                id=FIRST_OWNER_ID + place,
                user_id=FIRST_USER_ID + place,
                key=user.key,
                email=user.email,
                first_name=user.first_name,
                last_name=user.last_name,
                active=user.active,
            )
            self._portal.owners[owner.id] = owner
            self._owners[user.key] = str(owner.id)

    def _add_companies(self) -> None:
        for account in self._world.accounts:
            self._add(COMPANIES, account, account_values(account, self._owner(account.owner)))
        ids = self._ids[COMPANIES]
        for account in self._world.accounts:
            if account.parent:
                self._link((COMPANIES, COMPANIES), (ids[account.key], ids[account.parent]), CHILD_TO_PARENT_COMPANY)

    def _add_contacts(self) -> None:
        for contact in self._world.contacts:
            record = self._add(CONTACTS, contact, contact_values(contact, self._owner(contact.owner)))
            if contact.account:
                ends = (record.id, self._ids[COMPANIES][contact.account])
                self._link((CONTACTS, COMPANIES), ends, CONTACT_TO_PRIMARY_COMPANY)

    def _add_products(self) -> None:
        for product in self._world.products:
            self._add(PRODUCTS, product, product_values(product))

    def _add_answers(self) -> None:
        for answer in self._world.answers:
            self._add(ObjectType.FEEDBACK, answer, answer_values(answer, self._ids[CONTACTS][answer.contact]))

    def _add_deals(self) -> None:
        changes: dict[str, list[StageChange]] = defaultdict(list)
        for change in self._world.stage_changes:
            changes[change.deal].append(change)
        for place, deal in enumerate(self._world.deals):
            hour = close_hour(place)
            record = self._add(DEALS, deal, deal_values(deal, self._owner(deal.owner), hour))
            add_history(record, changes[deal.key], hour)
            if deal.account:
                ends = (record.id, self._ids[COMPANIES][deal.account])
                self._link((DEALS, COMPANIES), ends, DEAL_TO_PRIMARY_COMPANY)

    def _add_line_items(self) -> None:
        products = {product.key: product for product in self._world.products}
        deals = {deal.key: deal for deal in self._world.deals}
        for item in self._world.line_items:
            product = products[item.product] if item.product else None
            product_id = str(self._ids[PRODUCTS][product.key]) if product else None
            deal = deals[item.deal]
            values = line_item_values(item, product, product_id)
            values |= self._cost_values(product, deal)
            values |= {"hs_line_item_currency_code": deal.currency} if deal.currency else {}
            record = self._add(LINE_ITEMS, item, values)
            self._link((DEALS, LINE_ITEMS), (self._ids[DEALS][item.deal], record.id), DEAL_TO_LINE_ITEM)

    def _cost_values(self, product: Product | None, deal: Deal) -> dict[str, str]:
        """A line item's cost is in its own currency; the product's is in the home currency."""
        if product is None or product.unit_cost is None:
            return {}
        rate = self._portal.currencies.rate(deal.currency, deal.close_date) if deal.currency else None
        return {"hs_cost_of_goods_sold": f"{product.unit_cost / (rate or 1):f}"}

    def _link_deal_contacts(self) -> None:
        labels = role_labels(self._portal, self._world)
        for one in self._world.deal_contacts:
            ends = (self._ids[DEALS][one.deal], self._ids[CONTACTS][one.contact])
            keys = [labels[one.role].key] if one.role else []
            self._portal.associations.link((DEALS, CONTACTS), ends, keys)

    def _add(self, object_type: ObjectType, item: Item, values: dict[str, str]) -> Record:
        collection = self._portal.collection(object_type)
        created_at, modified_at = _instants(item)
        record = Record(collection.new_id(), values, created_at, modified_at, key=item.key)
        record.probability = item.probability if isinstance(item, Deal) else None
        values |= computed_values(self._portal, object_type, values, record.probability)
        values |= {
            "hs_object_id": str(record.id),
            "createdate": to_text(created_at),
            object_type.modified_property: to_text(modified_at),
        }
        collection.add(record)
        self._ids[object_type][item.key] = record.id
        return record

    def _link(self, pair: Pair, ends: tuple[int, int], key: TypeKey) -> None:
        self._portal.associations.link(pair, ends, [key])

    def _owner(self, key: str | None) -> str | None:
        return self._owners[key] if key else None


def _instants(item: Item) -> tuple[datetime, datetime]:
    if isinstance(item, Product):
        return FOUNDED, FOUNDED
    if isinstance(item, Answer):
        return truncated(item.answered_at), truncated(item.answered_at)
    return truncated(item.created_at), truncated(item.modified_at)


def _pipeline(world: World) -> Pipeline:
    ordered = sorted(world.stages, key=lambda stage: stage.position)
    stages = [DealStage(one.key, one.label, place, one.probability, one.closed) for place, one in enumerate(ordered)]
    return Pipeline({stage.id: stage for stage in stages}, FOUNDED)


def _currencies(world: World) -> Currencies:
    used: Iterable[str] = {deal.currency for deal in world.deals if deal.currency} | {
        one.currency for one in world.rates
    }
    currencies = Currencies(world.home_currency, used)
    for one in world.rates:
        currencies.add_rate(one.currency, DatedRate(1 / one.per_home, one.start))
    return currencies
