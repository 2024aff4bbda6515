"""8,800 real opportunities through the main job, against figures reckoned from their CSV files alone."""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from admin import CRMS, Admin

from sandbox.world.csv_folder import read_world, write_world

sys.path.insert(0, str(Path(__file__).parents[1] / "real_data"))
from convert import convert
from imitation import write_imitation

REAL = Path(__file__).parents[3] / "shared" / "data" / "crm-sales-opportunities"
DAY = date(2017, 12, 31)
PRESENT, WINDOW, GRACE = timedelta(), timedelta(365), timedelta(30)
CHECKED = ("revenue", "win_rate", "sales_cycle_days", "deal_velocity")


@pytest.fixture(params=["imitation", "real"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "real":
        if not REAL.is_dir():
            pytest.skip("the real data set is not at hand")
        return REAL
    folder = tmp_path / "imitation"
    folder.mkdir()
    return write_imitation(folder)


def expected(source: Path) -> dict[str, dict[str, float | None]]:
    """The four figures of each account, by name, straight from the pipeline's file."""
    with (source / "sales_pipeline.csv").open(encoding="utf-8-sig", newline="") as file:
        deals: dict[str, list[dict[str, str]]] = defaultdict(list)
        for line in csv.DictReader(file):
            deals[line["account"]].append(line)
    return {name: figures(lines) for name, lines in deals.items() if name}


def figures(deals: list[dict[str, str]]) -> dict[str, float | None]:
    closed = [
        deal
        for deal in deals
        if deal["close_date"] and PRESENT <= DAY - date.fromisoformat(deal["close_date"]) < WINDOW
    ]
    won = [deal for deal in closed if deal["deal_stage"] == "Won"]
    lost = [deal for deal in closed if deal["deal_stage"] == "Lost"]
    revenue = sum(Fraction(deal["close_value"]) for deal in won)
    rate = Fraction(len(won), len(won) + len(lost)) if won or lost else None
    days = [(date.fromisoformat(deal["close_date"]) - date.fromisoformat(deal["engage_date"])).days for deal in won]
    counted = [max(1, length) for length in days if length >= 0]
    cycle = Fraction(sum(counted), len(counted)) if counted else None
    active = sum(deal["deal_stage"] in {"Engaging", "Prospecting"} for deal in deals)
    velocity = active * (revenue / len(won)) * rate / cycle if won and rate and cycle else None
    named = zip(CHECKED, (revenue, rate, cycle, velocity), (2, 6, 6, 2), strict=True)
    return {key: None if value is None else float(round(Fraction(value), places)) for key, value, places in named}


@pytest.mark.parametrize("crm", CRMS)
def test_figures_of_every_account_are_those_of_the_csv_files(
    open_admin: Callable[..., Admin], source: Path, crm: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    write_world(convert(source), tmp_path / "data")
    admin = open_admin(read_world(tmp_path / "data"), crm, limits=False)
    text = admin.configure(mapping=dict.fromkeys(CRMS, " {}")).read_text()
    (admin.folder / "config.yaml").write_text(text.replace("currency: EUR", "currency: USD"))
    admin.good("fields", "apply")
    report = admin.sync("--as-of", str(DAY))[crm]
    lines = admin.good("kpis", "--json", "--as-of", str(DAY)).json
    found = {line["name"]: {key: line["kpis"][key]["value"] for key in CHECKED} for line in lines if line["account"]}
    wanted = expected(source)
    assert {name: found[name] for name in wanted} == wanted
    assert sum(values["revenue"] > 0 for values in found.values()) >= 80
    assert report["pulled"]["deal"] == sum(map(len, _all_deals(source)))
    with capsys.disabled():
        _show(crm, source, report, found)


def _all_deals(source: Path) -> list[list[str]]:
    return [(source / "sales_pipeline.csv").read_text(encoding="utf-8-sig").splitlines()[1:]]


def _show(crm: str, source: Path, report: dict[str, Any], found: dict[str, dict[str, float]]) -> None:
    total = sum(values["revenue"] for values in found.values())
    counts = {key: report[key] for key in ("pulled", "written", "api_calls", "seconds")}
    print(f"\n{crm}, {source.name}: {len(found)} accounts, revenue {total:,.2f} USD, {json.dumps(counts)}")  # noqa: T201 - figures for the reader of the run
