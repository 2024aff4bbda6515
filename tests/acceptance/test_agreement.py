"""The same company in both CRMs gives the same figures, and those of a plain second computation on the raw state."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from admin import DAY, MAPPINGS, TOKEN, Admin
from raw_state import hubspot_rows, keys_by_id, salesforce_rows

from sandbox.world.model import World

sys.path.insert(0, str(Path(__file__).parents[1] / "kpis"))
import naive
import naive_plan

OBJECTS = {"hubspot": ("companies", "deals"), "salesforce": ("Account", "Opportunity")}
NOT_MAPPED = {"recurring_revenue", "next_renewal_on", "net_revenue_retention", "gross_revenue_retention"}
OF_PLANS = {
    "actions_overdue",
    "action_on_time_rate",
    "next_action_due",
    "deal_next_action_due",
    "plan_touched_on",
    "plan_health",
    "review_compliance",
    "next_review_on",
}
"""What only account plans tell: the simulated companies have none, and few accounts that the CRM calls strategic."""

NO_ACTIVITY = {"relationship_strength", "c_level_access", "delta_c_level_access"}
"""What the activity with people tells: the simulated companies have none, and one of the two CRMs no field for it."""

NO_PAST = {"contact_turnover", "nps", "csat", *(f"delta_{name}" for name in ("revenue", "product_lines", "cycle"))}
NO_PAST |= {f"delta_{name}" for name in ("win_rate", "units", "countries", "turnover")}
"""What surveys, plans that have begun and the history of people tell, which a first synchronisation does not have."""

Figures = dict[str, dict[str, Any]]
"""By the world's key of an account or deal: its KPIs."""


@pytest.fixture
def synced(admin: Admin) -> Admin:
    """Both CRMs synced once; by themselves one would be forecast by categories, the other by probabilities."""
    admin.configure(top="kpis: {forecast: weighted}")
    admin.sync("--as-of", str(DAY))
    return admin


def by_key(admin: Admin, crm: str) -> tuple[Figures, Figures]:
    state = admin.state(crm)
    accounts, deals = (keys_by_id(state, kind) for kind in OBJECTS[crm])
    lines = admin.good("kpis", "--json", "--connection", crm, "--as-of", str(DAY)).json
    return (
        {accounts[line["account"]]: line["kpis"] for line in lines if line["account"]},
        {deals[one["deal"]]: one["kpis"] for line in lines for one in line["deals"]},
    )


def naive_by_key(
    admin: Admin, crm: str, plain: ModuleType = naive, *, recurring: bool = False
) -> tuple[Figures, Figures]:
    state = admin.state(crm)
    rows = salesforce_rows(state) if crm == "salesforce" else hubspot_rows(state, admin.urls[crm], TOKEN)
    for item in rows["line_items"] if not recurring else ():
        item.update(recurring_annual=None, recurring_start=None, recurring_end=None)
    instant = datetime.combine(DAY, time(23, 59, 59, 999999), UTC)
    rows["last_complete_pull"] = datetime.now(UTC)
    found = plain.compute(rows, {"as_of": instant, "currency": "EUR"})
    return tuple(  # type: ignore[return-value]
        {
            keys_by_id(state, kind)[id_]: {key: plain.document(key, one) for key, one in kpis.items()}
            for id_, kpis in found[part].items()
        }
        for kind, part in zip(OBJECTS[crm], ("accounts", "deals"), strict=True)
    )


def differences(left: Figures, right: Figures) -> list[str]:
    return [
        f"{record} {key}: {left[record].get(key)} != {right[record].get(key)}"
        for record in sorted(left.keys() | right.keys())
        for key in sorted(left[record].keys() | right[record].keys())
        if key not in NOT_MAPPED | NO_ACTIVITY and left[record].get(key) != right[record].get(key)
    ]


def of_plain_keys(figures: Figures) -> Figures:
    """Without the figures that other computations check: those over time, and those of account plans."""
    plain = {*naive.NEEDS, "revenue", "revenue_growth"}
    return {
        record: {key: kpi for key, kpi in kpis.items() if key.partition("[")[0] in plain}
        for record, kpis in figures.items()
    }


def with_stage_labels(figures: Figures, labels: dict[str, str]) -> Figures:
    """Stage keys differ between the CRMs, their labels do not."""
    return {
        record: {
            f"stage_conversion[{labels[key[17:-1]]}]" if key.startswith("stage_conversion[") else key: kpi
            for key, kpi in kpis.items()
        }
        for record, kpis in figures.items()
    }


def test_both_crms_give_the_same_figures(synced: Admin, world: World):
    labels = {stage.key: stage.label for stage in world.stages}
    hubspot_accounts, hubspot_deals = by_key(synced, "hubspot")
    salesforce_accounts, salesforce_deals = by_key(synced, "salesforce")
    assert len(hubspot_accounts) == len(world.accounts)
    assert len(hubspot_deals) == len(world.deals)
    assert differences(with_stage_labels(hubspot_accounts, labels), salesforce_accounts) == []
    assert differences(hubspot_deals, salesforce_deals) == []


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_figures_are_those_of_a_plain_second_computation_on_the_raw_state(synced: Admin, crm: str):
    accounts, deals = by_key(synced, crm)
    plain_accounts, plain_deals = naive_by_key(synced, crm)
    assert differences(of_plain_keys(accounts), plain_accounts) == []
    assert differences(of_plain_keys(deals), plain_deals) == []


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_figures_of_plans_are_those_of_a_plain_second_computation(synced: Admin, crm: str):
    plain = naive_by_key(synced, crm, naive_plan)
    for figures, expected in zip(by_key(synced, crm), plain, strict=True):
        known = {record: {key: kpis[key] for key in expected[record]} for record, kpis in figures.items()}
        assert differences(known, expected) == []


def test_recurring_lines_of_hubspot_end_when_their_term_does(open_admin: Callable[..., Admin], world: World):
    admin = open_admin(world, "hubspot", limits=False)
    defaults = "\n".join(line for line in MAPPINGS["hubspot"].splitlines() if "line_item" not in line)
    admin.configure(mapping={"hubspot": defaults})
    admin.good("fields", "apply")
    admin.sync("--as-of", str(DAY))
    accounts, _ = by_key(admin, "hubspot")
    plain, _ = naive_by_key(admin, "hubspot", recurring=True)
    assert differences(of_plain_keys(accounts), plain) == []
    assert len({kpis["product_lines_sold"]["value"] for kpis in accounts.values()}) > 3


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_every_figure_is_known_and_varied_in_at_least_five_accounts(synced: Admin, crm: str):
    accounts, deals = by_key(synced, crm)
    for figures in (accounts, deals):
        for key in next(iter(figures.values())):
            values = [kpis[key]["value"] for kpis in figures.values() if kpis[key]["value"] is not None]
            if key not in NOT_MAPPED | OF_PLANS | NO_ACTIVITY | NO_PAST:
                assert len(values) >= 5, f"{key} is known in {len(values)} records"
                assert len(set(values)) >= 2, f"{key} is always {values[0]}"


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_what_a_rep_reads_in_the_crm_is_the_figure(synced: Admin, crm: str):
    accounts, _ = by_key(synced, crm)
    state, kind = synced.state(crm), OBJECTS[crm][0]
    for record in state[kind]:
        values = record.get("properties", record)
        kpis = accounts[record["key"]]
        name = "playmaker_win_rate" if crm == "hubspot" else "Playmaker_Win_Rate__c"
        expected = kpis["win_rate"]["value"]
        if expected is None:
            assert not values.get(name)
        else:
            scale = 1 if crm == "hubspot" else 100
            assert float(values[name]) == pytest.approx(expected * scale, abs=0.00005 * scale)


def test_second_sync_writes_nothing_and_pulls_only_the_overlap(synced: Admin):
    for crm, second in synced.sync("--as-of", str(DAY)).items():
        assert second["written"] == 0, crm
        assert second["pulled"]["contact"] < 10, crm
        assert second["pulled"].get("line_item", 0) < 10, crm
