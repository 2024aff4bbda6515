"""Builds the org of a world: its objects, settings and people first, then its records."""

from __future__ import annotations

import hashlib

from sandbox.options import Options
from sandbox.salesforce.loading.currencies import load_currencies
from sandbox.salesforce.loading.customers import load_accounts, load_contacts
from sandbox.salesforce.loading.deal_parts import load_deal_contacts, load_line_items, load_stage_changes
from sandbox.salesforce.loading.deals import load_deals
from sandbox.salesforce.loading.loader import Loader
from sandbox.salesforce.loading.products import load_products
from sandbox.salesforce.loading.settings import load_custom_fields, load_stages, open_picklists
from sandbox.salesforce.loading.users import load_users
from sandbox.salesforce.schema.ids import make_id
from sandbox.salesforce.state.org import CONTACTS_TO_MULTIPLE_ACCOUNTS, MULTI_CURRENCY, Org
from sandbox.world.model import World

ORGANISATION_PREFIX = "00D"


def build_org(world: World, options: Options, *, contacts_to_multiple_accounts: bool = True) -> Org:
    """The org of a world; the same world gives the same org with the same ids."""
    features = {MULTI_CURRENCY} if len(currencies_of(world)) > 1 else set()
    if contacts_to_multiple_accounts:
        features.add(CONTACTS_TO_MULTIPLE_ACCOUNTS)
    org = Org(options.clock, options.refusals, features, id=_organisation_id(world), home_currency=world.home_currency)
    _load(Loader(org, world))
    return org


def currencies_of(world: World) -> set[str]:
    """Every currency that the world knows."""
    deals = {deal.currency for deal in world.deals if deal.currency}
    return {world.home_currency} | deals | {rate.currency for rate in world.rates}


def _organisation_id(world: World) -> str:
    # two worlds are two organisations, and the same world is the same one each time
    names = [world.home_currency, *(account.name for account in world.accounts), *(deal.name for deal in world.deals)]
    digest = hashlib.sha256("\n".join(names).encode()).digest()
    return make_id(ORGANISATION_PREFIX, int.from_bytes(digest[:6], "big"))


def _load(loader: Loader) -> None:
    load_users(loader)
    load_currencies(loader, sorted(currencies_of(loader.world)))
    load_stages(loader)
    open_picklists(loader, sorted(currencies_of(loader.world)))
    load_custom_fields(loader)
    load_products(loader)
    load_accounts(loader)
    load_contacts(loader)
    load_deals(loader)
    load_deal_contacts(loader)
    load_line_items(loader)
    load_stage_changes(loader)
