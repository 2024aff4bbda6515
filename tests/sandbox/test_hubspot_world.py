"""What the simulated HubSpot account makes of the neutral world."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hubspot_portal import Portal, small_world

from sandbox.world.generator import generate


@pytest.fixture(scope="module")
def world():
    return generate(accounts=60, contacts=200, deals=150, seed=3)


@pytest.fixture(scope="module")
def state(world):
    return Portal(world).simulator.state()


def by_key(state: dict, kind: str) -> dict[str, dict]:
    return {row["key"]: row for row in state[kind]}


def test_records_have_ids_in_the_order_of_the_world(world, state):
    for kind, items in (("companies", world.accounts), ("contacts", world.contacts), ("deals", world.deals)):
        rows = state[kind]
        assert [row["key"] for row in rows] == [item.key for item in items]
        assert [int(row["id"]) for row in rows] == sorted(int(row["id"]) for row in rows)


def test_the_state_is_json_and_the_same_for_the_same_seed(world, state):
    again = Portal(generate(accounts=60, contacts=200, deals=150, seed=3)).simulator.state()
    assert json.dumps(again) == json.dumps(state)
    assert json.dumps(Portal(world).simulator.state()) == json.dumps(state)


def test_parents_owners_and_accounts_are_ids_of_the_account(world, state):
    companies, owners = by_key(state, "companies"), by_key(state, "owners")
    contacts = by_key(state, "contacts")
    for account in world.accounts:
        shown = companies[account.key]["properties"]
        assert shown["hs_parent_company_id"] == (companies[account.parent]["id"] if account.parent else None)
        assert shown.get("hubspot_owner_id") == (owners[account.owner]["id"] if account.owner else None)
    for contact in world.contacts:
        expected = companies[contact.account]["id"] if contact.account else None
        assert contacts[contact.key]["properties"]["associatedcompanyid"] == expected


def test_the_latest_stage_of_each_history_is_the_deals_stage(world, state):
    deals = by_key(state, "deals")
    for deal in world.deals:
        history = deals[deal.key]["history"]["dealstage"]
        assert history[-1]["value"] == deal.stage
        assert [one["at"] for one in history] == sorted(one["at"] for one in history)


def test_close_dates_keep_their_day_at_different_hours(world, state):
    deals = by_key(state, "deals")
    for deal in world.deals:
        if deal.close_date:
            assert deals[deal.key]["properties"]["closedate"][:10] == deal.close_date.isoformat()
    assert len({row["properties"].get("closedate", "")[10:] for row in state["deals"]}) > 5


def test_home_amounts_are_exact_short_decimals(world, state):
    deals = by_key(state, "deals")
    currencies = Counter(deal.currency for deal in world.deals)
    assert len(currencies) > 1
    for deal in world.deals:
        shown = deals[deal.key]["properties"]
        if deal.amount is not None:
            expected = float(deal.amount) * float(shown["hs_exchange_rate"])
            assert float(shown["amount_in_home_currency"]) == pytest.approx(expected, abs=0.005)


def test_each_role_is_a_label_between_deal_and_contact(world, state):
    deals, contacts = by_key(state, "deals"), by_key(state, "contacts")
    linked = {
        (one["from_id"], one["to_id"]): one["labels"]
        for one in state["associations"]
        if (one["from"], one["to"]) == ("deals", "contacts")
    }
    assert len(linked) == len({(one.deal, one.contact) for one in world.deal_contacts})
    for one in world.deal_contacts:
        labels = linked[deals[one.deal]["id"], contacts[one.contact]["id"]]
        assert one.role is None or one.role in labels


def test_line_items_carry_their_products_cost_in_the_deals_currency_and_their_term(world, state):
    items, products, deals = (by_key(state, kind) for kind in ("line_items", "products", "deals"))
    recurring = [item for item in world.line_items if item.recurring_months]
    assert recurring
    for item in world.line_items:
        shown = items[item.key]["properties"]
        product = products[item.product]
        assert shown["hs_product_id"] == product["id"]
        rate = Decimal(deals[item.deal]["properties"]["hs_exchange_rate"])
        costs = [one.get("hs_cost_of_goods_sold") for one in (shown, product["properties"])]
        assert costs == [None, None] or Decimal(costs[0]) * rate == pytest.approx(Decimal(costs[1]))
        assert shown["amount"] == f"{item.amount:f}"
    for item in recurring:
        assert items[item.key]["properties"]["hs_recurring_billing_period"] == f"P{item.recurring_months}M"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-07-01", 12, "2026-06-30"),
        ("2024-02-29", 12, "2025-02-27"),
        ("2025-01-31", 1, "2025-02-27"),
        ("2025-12-15", 24, "2027-12-14"),
    ],
)
def test_a_term_ends_the_day_before_its_next_turn(start, months, end):
    world = small_world()
    world.line_items[0].recurring_start = date.fromisoformat(start)
    world.line_items[0].recurring_months = months
    shown = Portal(world).rows("line_items")[0]["properties"]
    assert (shown["hs_recurring_billing_start_date"], shown["hs_recurring_billing_end_date"]) == (start, end)
