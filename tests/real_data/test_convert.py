"""The converter of the practice set, on a handful of its kinds of rows."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from convert import convert

from sandbox.world.csv_folder import read_world
from sandbox.world.model import StageChange, World

FILES = {
    "accounts": "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
    "Bluth Company,technolgy,1993,1242.32,3027,United States,Acme Corporation\n"
    "Acme Corporation,technolgy,1996,1100.04,2822,United States,\n",
    "products": "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n",
    "sales_pipeline": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "AAA,Mei-Mei Johns,GTXPro,Acme Corporation,Won,2016-10-20,2017-03-01,4514\n"
    "BBB,Mei-Mei Johns,MG Special,Bluth Company,Lost,2016-11-20,2017-12-31,0\n"
    "CCC,Mei-Mei Johns,MG Special,,Engaging,2017-05-05,,\n"
    "DDD,Mei-Mei Johns,GTX Pro,,Prospecting,,,\n",
    "sales_teams": "sales_agent,manager,regional_office\nMei-Mei Johns,Melvin Marxen,Central\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / f"{name}.csv").write_text(content)
    return tmp_path


@pytest.fixture
def world(source: Path) -> World:
    return convert(source)


def test_subsidiaries_find_their_parents(world):
    bluth, acme = world.accounts
    assert (bluth.parent, acme.parent) == (acme.key, None)
    assert (bluth.industry, bluth.annual_revenue) == ("technolgy", Decimal(1242320000))


def test_a_product_written_without_its_space_is_the_same_product(world):
    products = {product.key: product for product in world.products}
    assert [products[item.product].name for item in world.line_items] == ["GTX Pro", "MG Special"]
    assert {product.family for product in world.products} == {"GTX", "MG"}


def test_closed_deals_have_their_value_and_one_line_item_of_it(world):
    assert [(deal.stage, deal.amount) for deal in world.deals[:2]] == [("won", 4514), ("lost", 0)]
    assert [(item.deal, item.amount) for item in world.line_items] == [("AAA", 4514), ("BBB", 0)]


def test_open_deals_have_neither_account_nor_value_nor_close_date_where_the_set_has_none(world):
    assert [(d.stage, d.account, d.amount, d.close_date) for d in world.deals[2:]] == [
        ("engaging", None, None, None),
        ("prospecting", None, None, None),
    ]


def test_deals_were_created_when_engaged_or_on_the_last_day(world):
    days = [date(2016, 10, 20), date(2016, 11, 20), date(2017, 5, 5), date(2017, 12, 31)]
    assert [deal.created_at.date() for deal in world.deals] == days


def test_a_won_deal_was_engaged_before(world):
    assert world.stage_changes[:2] == [
        StageChange("AAA", "engaging", datetime(2016, 10, 20, tzinfo=UTC)),
        StageChange("AAA", "won", datetime(2017, 3, 1, 12, tzinfo=UTC), Decimal(4514), date(2017, 3, 1)),
    ]


def test_the_script_writes_a_folder_that_the_sandbox_reads(source, world):
    script = Path(__file__).with_name("convert.py")
    command = [sys.executable, str(script), str(source), str(source / "out")]
    subprocess.run(command, check=True)  # noqa: S603 - our own
    assert read_world(source / "out") == world
    assert world.home_currency == "USD"
