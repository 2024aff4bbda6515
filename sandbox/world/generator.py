"""Makes a company's sales data from a seed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sandbox.world.accounts import Companies
from sandbox.world.catalogue import make_products, make_stages
from sandbox.world.contacts import People
from sandbox.world.deals import Sales
from sandbox.world.dice import Dice
from sandbox.world.model import World
from sandbox.world.names import make_pools
from sandbox.world.profiles import make_profiles
from sandbox.world.rates import HOME, make_rates
from sandbox.world.storylines import make_storylines
from sandbox.world.users import make_users

LAST_DAY = date(2026, 10, 31)
"""The day a generated world ends on unless told otherwise: fixed, so that a seed means one world for good."""


def generate(
    accounts: int = 200, contacts: int = 1000, deals: int = 600, seed: int = 1, as_of: date = LAST_DAY
) -> World:
    """A world of exactly so many accounts, contacts and deals, as it stands at the end of `as_of` (UTC).

    The same arguments give the same world. Deals closed over the 30 months before; over a fifth of the accounts have
    at least five closed in the last 365 days, when there are about nine deals for each of these accounts.
    """
    end = datetime.combine(as_of, time(23, 59, 59), UTC)
    pools = make_pools(seed)
    world = World(HOME, stages=make_stages(), products=make_products(), rates=make_rates(_dice(seed, "rates"), as_of))
    world.users = make_users(_dice(seed, "users"), pools, accounts)
    world.accounts = Companies(_dice(seed, "accounts"), pools, world.users, end).make(accounts)
    profiles = make_profiles(_dice(seed, "profiles"), world.accounts, deals)
    world.contacts = People(_dice(seed, "contacts"), pools, world.users, end).make(contacts, profiles)
    stories = make_storylines(_dice(seed, "stories"), profiles, deals)
    sales = Sales(_dice(seed, "deals"), world.users, world.contacts, world.products).make(stories, end)
    world.deals, world.stage_changes = sales.deals, sales.stage_changes
    world.line_items, world.deal_contacts = sales.line_items, sales.deal_contacts
    return world


def _dice(seed: int, subject: str) -> Dice:
    return Dice(f"{seed} {subject}")
