"""The generated world: the same for the same seed, consistent in itself, and as untidy as a company's data."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from sandbox.world.generator import LAST_DAY, generate
from sandbox.world.model import Account, Deal, StageChange, World

END = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
CLOSED = {"closedwon", "closedlost"}
FINGERPRINT = """
import hashlib
from sandbox.world.generator import generate
print(hashlib.sha256(repr(generate(20, 80, 60, 5)).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def world() -> World:
    return generate()


@pytest.fixture(scope="module")
def small_world() -> World:
    return generate(accounts=40, contacts=200, deals=400)


def fingerprint(world: World) -> str:
    return hashlib.sha256(repr(world).encode()).hexdigest()


def in_window(day: date, windows_ago: int = 0) -> bool:
    last = LAST_DAY - timedelta(days=365 * windows_ago)
    return last - timedelta(days=365) < day <= last


def closed_in_window(deals: list[Deal], windows_ago: int = 0) -> list[Deal]:
    return [deal for deal in deals if deal.stage in CLOSED and in_window(deal.close_date, windows_ago)]


def deals_by_account(world: World) -> dict[str, list[Deal]]:
    deals = defaultdict(list)
    for deal in world.deals:
        if deal.account:
            deals[deal.account].append(deal)
    return deals


def history_by_deal(world: World) -> dict[str, list[StageChange]]:
    history = defaultdict(list)
    for change in world.stage_changes:
        history[change.deal].append(change)
    return history


def level(account: Account, by_key: dict[str, Account]) -> int:
    return 1 if account.parent is None else 1 + level(by_key[account.parent], by_key)


def test_the_same_arguments_give_the_same_world():
    assert fingerprint(generate(20, 80, 60, 5)) == fingerprint(generate(20, 80, 60, 5))


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_same_seed_is_the_same_world_in_another_process(hash_seed):
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", FINGERPRINT]
    printed = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)  # noqa: S603 - ours
    assert printed.stdout.strip() == fingerprint(generate(20, 80, 60, 5))


def test_another_seed_is_another_world():
    assert fingerprint(generate(20, 80, 60, 5)) != fingerprint(generate(20, 80, 60, 6))


@pytest.mark.parametrize("size", [(0, 0, 0), (1, 0, 0), (0, 3, 2), (1, 1, 30), (7, 300, 20)])
def test_a_world_has_the_size_that_was_asked_for(size):
    world = generate(*size)
    assert (len(world.accounts), len(world.contacts), len(world.deals)) == size


@pytest.mark.slow  # a hundred thousand contacts
def test_a_world_of_a_hundred_thousand_contacts_can_be_generated():
    assert len(generate(accounts=10_000, contacts=100_000, deals=20_000).contacts) == 100_000


def test_keys_are_unique(world):
    for records in (world.users, world.accounts, world.contacts, world.products, world.deals, world.line_items):
        keys = [record.key for record in records]
        assert len(set(keys)) == len(keys)
        assert all(keys)


def test_every_reference_leads_somewhere(world):
    users, accounts = {u.key for u in world.users}, {a.key for a in world.accounts}
    contacts, deals = {c.key for c in world.contacts}, {d.key for d in world.deals}
    products, stages = {p.key for p in world.products}, {s.key for s in world.stages}
    assert {r.owner for r in [*world.accounts, *world.contacts, *world.deals]} - {None} <= users
    assert ({a.parent for a in world.accounts} | {r.account for r in [*world.contacts, *world.deals]}) - {
        None
    } <= accounts
    assert {link.contact for link in world.deal_contacts} <= contacts
    assert {r.deal for r in [*world.deal_contacts, *world.line_items, *world.stage_changes]} <= deals
    assert {item.product for item in world.line_items} <= products
    assert {r.stage for r in [*world.deals, *world.stage_changes]} <= stages


def test_instants_are_whole_seconds_in_order_and_in_the_past(world):
    for record in [*world.accounts, *world.contacts, *world.deals, *world.line_items]:
        assert record.created_at <= record.modified_at <= END
        assert record.created_at.microsecond == record.modified_at.microsecond == 0


@pytest.mark.parametrize("seed", range(1, 8))
def test_a_history_starts_at_creation_and_ends_where_the_deal_stands(seed):
    world = generate(40, 60, 400, seed)
    history = history_by_deal(world)
    for deal in world.deals:
        changes = history[deal.key]
        assert changes[0].at == deal.created_at
        assert (changes[-1].stage, changes[-1].amount) == (deal.stage, deal.amount)
        assert changes[-1].close_date == deal.close_date
        assert changes[-1].at <= deal.modified_at
        assert all(earlier.at < later.at and earlier.stage != later.stage for earlier, later in pairwise(changes))


def test_line_items_make_up_the_amount_of_their_deal(world):
    sums: Counter[str] = Counter()
    for item in world.line_items:
        sums[item.deal] += item.amount
        assert item.amount <= item.quantity * item.unit_price
    amounts = {deal.key: deal.amount for deal in world.deals}
    assert sums
    assert all(amounts[deal] == total for deal, total in sums.items())


@pytest.mark.parametrize("seed", range(1, 5))
def test_all_money_has_at_most_two_decimals_even_after_conversion(seed):
    world = generate(40, 60, 400, seed)
    rates = defaultdict(set)
    for rate in world.rates:
        rates[rate.currency].add(rate.per_home)
    currencies = {deal.key: deal.currency for deal in world.deals}
    money = [(deal.amount, deal.currency) for deal in world.deals if deal.amount is not None]
    money += [(item.amount, currencies[item.deal]) for item in world.line_items]
    for amount, currency in money:
        for per_home in rates[currency] or {Decimal(1)}:
            assert amount / per_home == round(amount / per_home, 2)
            assert 1 / per_home * per_home == 1


def test_each_foreign_currency_has_dated_rates_and_a_current_one(world):
    for currency in ("USD", "GBP", "CHF", "SEK", "JPY"):
        own = [rate for rate in world.rates if rate.currency == currency]
        starts = [rate.start for rate in own if rate.start]
        assert starts == sorted(set(starts))
        assert starts[0] <= min(deal.close_date for deal in world.deals)
        assert [rate.per_home for rate in own if rate.start is None] == [own[-2].per_home]
    assert {rate.currency for rate in world.rates} == {"USD", "GBP", "CHF", "SEK", "JPY"}
    assert len({rate.per_home for rate in world.rates if rate.currency == "USD"}) > 1


@pytest.mark.parametrize("size", [(200, 1000, 600), (40, 200, 400)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fifth_of_the_accounts_have_data_enough_for_every_figure(size, seed):
    world = generate(*size, seed)
    people = Counter(contact.account for contact in world.contacts if contact.stance and contact.influence)
    rich = [
        account
        for account, deals in deals_by_account(world).items()
        if len(closed_in_window(deals)) >= 5
        and any(deal.stage == "closedwon" and deal.amount for deal in closed_in_window(deals))
        and any(deal.stage == "closedwon" for deal in closed_in_window(deals, windows_ago=1))
        and sum(deal.stage not in CLOSED for deal in deals) >= 2
        and people[account] >= 2
    ]
    assert len(rich) * 5 >= len(world.accounts)
    win_rates = {won_share(closed_in_window(deals_by_account(world)[account])) for account in rich}
    assert len(win_rates) >= 5


def won_share(deals: list[Deal]) -> Decimal:
    return Decimal(sum(deal.stage == "closedwon" for deal in deals)) / len(deals)


@pytest.mark.parametrize("size", [(200, 1000, 600), (40, 200, 400)])
def test_some_accounts_have_ten_closed_deals_that_entered_one_stage_in_the_window(size):
    world = generate(*size)
    history, accounts = history_by_deal(world), {deal.key: deal.account for deal in world.deals}
    entered = Counter(
        (accounts[deal.key], stage)
        for deal in closed_in_window(world.deals)
        for stage in {change.stage for change in history[deal.key] if in_window(change.at.date())}
    )
    enough = {account for (account, stage), count in entered.items() if account and stage not in CLOSED and count >= 10}
    assert len(enough) >= 5


def test_companies_form_groups_of_several_levels(world):
    by_key = {account.key: account for account in world.accounts}
    levels = Counter(level(account, by_key) for account in world.accounts)
    assert levels[1] > levels[2] > 0
    assert levels[3] > 0


def test_there_are_namesakes_among_companies_and_people(world):
    assert len({account.name for account in world.accounts}) < len(world.accounts)
    people = Counter((contact.first_name, contact.last_name) for contact in world.contacts)
    assert people.most_common(1)[0][1] > 1


def test_no_two_contacts_have_the_same_address():
    addresses = [contact.email for contact in generate(50, 5000, 0).contacts if contact.email]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() and " " not in address for address in addresses)


def test_names_have_accents_and_emoji(world):
    text = "".join(a.name for a in world.accounts) + "".join(d.name for d in world.deals)
    assert any(character in text for character in "éèöüßżłå")
    assert any(ord(character) > 0xFFFF for character in text)


def test_values_are_missing_wherever_they_are_in_life(world):
    may_lack = {
        "accounts": "domain parent owner industry country city annual_revenue employees potential_revenue strategic",
        "contacts": "account first_name last_name email title department owner influence stance",
        "deals": "account owner type amount currency probability",
        "products": "family price unit_cost sku",
        "line_items": "recurring_months recurring_start",
        "deal_contacts": "role",
    }
    for records, names in may_lack.items():
        for name in names.split():
            values = [getattr(record, name) for record in getattr(world, records)]
            assert None in values, f"{records} all have {name}"
            assert set(map(type, values)) != {type(None)}, f"no {records} have {name}"


def test_some_people_have_left_on_both_sides(world):
    assert any(contact.departed for contact in world.contacts)
    assert any(not user.active for user in world.users)
    left = {user.key for user in world.users if not user.active}
    assert any(deal.owner in left for deal in world.deals)


def test_judgements_never_contradict_themselves(world):
    roles = Counter(role for contact in world.contacts for role in contact.buying_roles)
    assert {"CHAMPION", "BLOCKER", "DECISION_MAKER", "END_USER"} <= set(roles)
    assert {len(contact.buying_roles) for contact in world.contacts} >= {0, 1, 2}
    for contact in world.contacts:
        assert not {"CHAMPION", "BLOCKER"} <= set(contact.buying_roles)
        if "CHAMPION" in contact.buying_roles:
            assert contact.stance in {None, "champion", "Promoter"}


def test_deals_skip_stages_fall_back_and_come_in_again(small_world):
    place = {stage.key: stage.position for stage in small_world.stages}
    steps = Counter()
    for changes in history_by_deal(small_world).values():
        places = [place[change.stage] for change in changes]
        steps["skipped"] += any(b - a >= 2 and b <= 5 for a, b in pairwise(places))
        steps["fell back"] += any(b < a for a, b in pairwise(places))
        steps["again"] += len(set(places)) < len(places)
        steps["reopened"] += any(a > 5 for a in places[:-1])
    assert all(steps[kind] > 2 for kind in ("skipped", "fell back", "again", "reopened")), steps


def test_some_deals_closed_before_they_were_created_and_some_on_the_day(small_world):
    closed = [deal for deal in small_world.deals if deal.stage in CLOSED]
    assert 0 < sum(deal.close_date < deal.created_at.date() for deal in closed) < len(closed) / 20
    assert any(deal.close_date == deal.created_at.date() for deal in closed)


def test_open_deals_have_close_dates_ahead_a_little_overdue_and_long_overdue(small_world):
    ages = [(LAST_DAY - deal.close_date).days for deal in small_world.deals if deal.stage not in CLOSED]
    assert any(age < 0 for age in ages)
    assert any(0 < age < 30 for age in ages)
    assert any(age > 30 for age in ages)


def test_people_of_other_accounts_take_part_in_deals(small_world):
    home = {contact.key: contact.account for contact in small_world.contacts}
    account = {deal.key: deal.account for deal in small_world.deals}
    assert any(account[link.deal] and home[link.contact] != account[link.deal] for link in small_world.deal_contacts)
    assert len({(link.deal, link.contact) for link in small_world.deal_contacts}) == len(small_world.deal_contacts)
    assert max(Counter(link.deal for link in small_world.deal_contacts if link.primary).values()) == 1


def test_stage_keys_are_lower_case_letters(world):
    assert all(stage.key.isalpha() and stage.key.islower() and stage.key.isascii() for stage in world.stages)
