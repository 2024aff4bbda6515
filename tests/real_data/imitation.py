"""An imitation of the practice set, with its columns and its dirt, for where the real one is not at hand."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

ACCOUNTS = 88
DEALS = 1500
FIRST_DAY, LAST_DAY = date(2016, 10, 20), date(2017, 12, 31)
PRODUCTS = [("GTX Basic", "GTX", 550), ("GTX Pro", "GTX", 4821), ("MG Special", "MG", 55), ("GTK 500", "GTK", 26768)]
AGENTS = ["Moses Frase", "Darcel Schlecht", "Zane Levy"]


def write_imitation(folder: Path, seed: int = 1) -> Path:
    """The four files that the converter reads, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - a test's data
    names = [f"Company {number}" for number in range(1, ACCOUNTS + 1)]
    _write(folder, "products", ["product", "series", "sales_price"], PRODUCTS)
    _write(folder, "sales_teams", ["sales_agent", "manager", "regional_office"], [(one, "M", "East") for one in AGENTS])
    accounts = [_account(dice, name, names) for name in names]
    columns = ["account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"]
    _write(folder, "accounts", columns, accounts)
    deals = [_deal(dice, number, names) for number in range(DEALS)]
    columns = [
        "opportunity_id",
        "sales_agent",
        "product",
        "account",
        "deal_stage",
        "engage_date",
        "close_date",
        "close_value",
    ]
    _write(folder, "sales_pipeline", columns, deals)
    return folder


def _account(dice: random.Random, name: str, names: list[str]) -> tuple[object, ...]:
    parent = dice.choice(names) if dice.random() < 0.17 else ""
    return (name, "technolgy", 1996, 1100.04, 2822, "United States", "" if parent == name else parent)


def _deal(dice: random.Random, number: int, names: list[str]) -> tuple[object, ...]:
    product, _, price = dice.choice(PRODUCTS)
    stage = dice.choices(["Won", "Lost", "Engaging", "Prospecting"], [48, 28, 18, 6])[0]
    engaged = FIRST_DAY + timedelta(dice.randrange((LAST_DAY - FIRST_DAY).days))
    closed = min(engaged + timedelta(dice.randrange(140)), LAST_DAY) if stage in {"Won", "Lost"} else ""
    value = {"Won": round(price * dice.uniform(0.8, 1.2)), "Lost": 0}.get(stage, "")
    account = "" if stage not in {"Won", "Lost"} and dice.random() < 0.6 else dice.choice(names)
    spelt = "GTXPro" if product == "GTX Pro" else product
    return (
        f"D{number:05}",
        dice.choice(AGENTS),
        spelt,
        account,
        stage,
        "" if stage == "Prospecting" else engaged,
        closed,
        value,
    )


def _write(folder: Path, name: str, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *lines])
