"""Malformed values: each is used, or kept aside with its reason; everything else goes on, and so do later runs.

Answers that are malformed as a whole: test_malformed_answers.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from admin import CRMS, DAY
from garbler import FIFTY_DECIMALS, LONG, MISSING, Garbler, spoil_field
from trap_place import AS_OF, Place

from sandbox.world.generator import generate

SOURCES = {
    "hubspot": {
        "name": "name", "parent": "hs_parent_company_id", "last_name": "lastname", "amount": "amount",
        "close_date": "closedate", "stage": "dealstage",
    },
    "salesforce": {
        "name": "Name", "parent": "ParentId", "last_name": "LastName", "amount": "Amount",
        "close_date": "CloseDate", "stage": "StageName",
    },
}  # fmt: skip
BESIDE = {"hubspot": {"contact": "jobtitle"}, "salesforce": {"contact": "Title"}}
USED = {
    "a number as text": ("deal", "amount", "1234.50", Decimal("1234.5")),
    "a number of fifty decimals": ("deal", "amount", FIFTY_DECIMALS, Decimal("0.4")),
    "a null amount": ("deal", "amount", None, None),
    "a null name": ("account", "name", None, None),
    "a null stage": ("deal", "stage", None, None),
    "an unknown stage": ("deal", "stage", "Martian", "Martian"),
    "a name of a hundred thousand characters": ("account", "name", LONG, LONG),
    "NUL characters in a name": ("contact", "last_name", "a\x00b\x00", "ab"),
    "half a character in a name": ("contact", "last_name", "a\ud83db", "ab"),
}
KEPT_ASIDE = {
    "a number with a comma": ("deal", "amount", "1,234.5"),
    "a word for a number": ("deal", "amount", "plenty"),
    "yes for a number": ("deal", "amount", True),
    "a list for a number": ("deal", "amount", [1]),
    "an object for a number": ("deal", "amount", {"value": 1}),
    "a number beyond all bounds": ("deal", "amount", 10**400),
    "an object for a name": ("account", "name", {"first": "Acme"}),
    "a list for a stage": ("deal", "stage", ["won"]),
    "a day that is none": ("deal", "close_date", "2026-02-31"),
    "a number for a date": ("deal", "close_date", 20260231),
}


CIRCLE = 3
"""So many companies are each other's parents; the next one is its own."""


class Unwell:
    """A company in whose CRM each of these values stands, in a record of its own.

    `used`, `kept`: what was stored and what `errors` listed then, by case; `left`: what it still lists after the mend.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.records = {kind: [each["id"] for each in place.records(kind)] for kind in ("account", "contact", "deal")}
        free = {kind: iter(ids[CIRCLE + 1 :]) for kind, ids in self.records.items()}
        self.cases = {what: next(free[case[0]]) for what, case in {**USED, **KEPT_ASIDE}.items()}
        self.before = self._values()
        for what, (kind, field, value, *_) in {**USED, **KEPT_ASIDE}.items():
            self.spoil(kind, self.cases[what], field, value)
        circle = self.records["account"][: CIRCLE + 1]
        for account, parent in zip(circle, [*circle[1:CIRCLE], circle[0], circle[CIRCLE]], strict=True):
            self.spoil("account", account, "parent", parent)
        self.report = place.sync()
        self.used, self.kept = self._values(), self._list_errors()
        self.left_out = {id_: message for (id_, _), message in self._list_errors("left_out").items()}
        self.parents = [place.stored("account")[each]["parent"] for each in circle]

    def spoil(self, kind: str, record: str, field: str, value: Any) -> None:
        source = SOURCES[self.place.crm][field]
        self.place.served.always.append(partial(spoil_field, record=record, field=source, value=value))
        self.touch(kind, record, "Edited")

    def touch(self, kind: str, record: str, text: str) -> None:
        """An edit of another field makes the record be read again."""
        beside = BESIDE[self.place.crm].get(
            kind, {"hubspot": "description", "salesforce": "Description"}[self.place.crm]
        )
        self.place.change(kind, record, {beside: text})

    def mend(self) -> None:
        self.place.served.always.clear()
        for what, (kind, *_) in {**USED, **KEPT_ASIDE}.items():
            self.touch(kind, self.cases[what], "Mended")
        self.place.sync()
        self.mended, self.left = self._values(), self._list_errors()

    def _values(self) -> dict[str, Any]:
        tables = {kind: self.place.stored(kind) for kind in self.records}
        return {
            what: tables[kind][self.cases[what]][field] for what, (kind, field, *_) in {**USED, **KEPT_ASIDE}.items()
        }

    def _list_errors(self, code: str = "unusable_value") -> dict[tuple[str, str | None], str]:
        listed = self.place.admin.good("errors", "--json").json
        return {(one["id"], one["field"]): one["message"] for one in listed if one["code"] == code}


@pytest.fixture(scope="module", params=CRMS)
def unwell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unwell]:
    world = generate(accounts=12, contacts=20, deals=30, seed=3, as_of=DAY)
    with Place(request.param, world, tmp_path_factory.mktemp(request.param), garble=Garbler) as place:
        path = place.admin.folder / "config.yaml"
        path.write_text("kpis: {rollup: hierarchy}\n" + path.read_text())
        place.sync()
        yield Unwell(place)


@pytest.mark.parametrize("what", USED)
def test_an_odd_value_is_used_for_what_it_says(unwell: Unwell, what: str):
    _, field, _, meant = USED[what]
    stored = unwell.used[what]
    assert (Decimal(stored) if isinstance(meant, Decimal) else stored) == meant
    assert (unwell.cases[what], field) not in unwell.kept


@pytest.mark.parametrize("what", KEPT_ASIDE)
def test_a_value_that_cannot_be_used_is_kept_aside_with_its_reason(unwell: Unwell, what: str):
    assert unwell.before[what] is not None
    assert unwell.used[what] is None
    assert unwell.kept[unwell.cases[what], KEPT_ASIDE[what][1]]


def test_companies_that_are_each_other_s_or_their_own_parents_hang_nothing(unwell: Unwell):
    circle = unwell.records["account"][: CIRCLE + 1]
    assert unwell.parents == [*circle[1:CIRCLE], circle[0], circle[CIRCLE]]
    assert unwell.report["accounts_computed"] == len(unwell.records["account"])
    assert all("comes back to itself" in unwell.left_out[account] for account in circle)


def test_a_deal_in_an_unknown_stage_is_listed_with_its_account(unwell: Unwell):
    deal = unwell.cases["an unknown stage"]
    account = unwell.place.stored("deal")[deal]["account"]
    assert f"{deal}" in unwell.left_out[account]
    assert "in a stage that the CRM does not list" in unwell.left_out[account]


def test_the_next_run_goes_on_while_malformed_values_are_still_there(unwell: Unwell):
    place, contact = unwell.place, unwell.records["contact"][-1]
    place.rename("contact", contact, "Edited meanwhile")
    place.sync()
    assert place.stored_name("contact", contact) == "Edited meanwhile"


def test_a_key_that_is_missing_is_an_empty_field_on_hubspot_and_a_broken_answer_on_salesforce(unwell: Unwell):
    """Salesforce gives every column that was asked for; a row without one would pass for an empty field."""
    place, deal = unwell.place, unwell.records["deal"][-1]
    before, cursors = place.stored("deal")[deal]["amount"], place.cursors()
    unwell.spoil("deal", deal, "amount", MISSING)
    outcome = place.run("sync", *AS_OF)
    after = place.stored("deal")[deal]["amount"]
    if place.crm == "hubspot":
        assert (outcome.code, after) == (0, None)
    else:
        assert (outcome.code, after, place.cursors()["deal"]) == (4, before, cursors["deal"])
    assert before is not None


def test_a_value_that_is_mended_is_used_and_its_reason_forgotten(unwell: Unwell):
    unwell.mend()
    assert unwell.left == {}
    assert {what: str(value) for what, value in unwell.mended.items()} == {
        what: str(value) for what, value in unwell.before.items()
    }
