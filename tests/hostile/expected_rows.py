"""What lies in the CRM as plain rows, from its raw state alone; on top of those of the acceptance tests.

The rules beside each correction are those of docs/mapping.md: nothing here knows the program's code.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from admin import TOKEN
from hostile_site import Site
from raw_state import ROLES, STANCES, hubspot_rows, salesforce_rows

Row = dict[str, Any]
Rows = dict[str, list[Row]]
OBJECTS = {
    "hubspot": {"account": "companies", "contact": "contacts", "deal": "deals", "line_item": "line_items"},
    "salesforce": {
        "account": "Account", "contact": "Contact", "deal": "Opportunity", "line_item": "OpportunityLineItem",
    },
}  # fmt: skip
NAMES = {
    "hubspot": {
        "account": {"name": "name"}, "contact": {"first_name": "firstname", "last_name": "lastname"},
        "deal": {"name": "dealname"}, "line_item": {},
    },
    "salesforce": {
        "account": {"name": "Name"}, "contact": {"first_name": "FirstName", "last_name": "LastName"},
        "deal": {"name": "Name"}, "line_item": {},
    },
}  # fmt: skip
MERGED = ("Account", "Contact")
POINTERS = {
    "contacts": ("account",), "deals": ("account",),
    "deal_contacts": ("contact",), "account_contacts": ("account", "contact"),
}  # fmt: skip
MOST_DECIMALS = 12
MOST_DIGITS = Decimal(10) ** 18
"""A number of more than 18 digits before the point is unusable, hence unknown."""
SHOWN_REVISIONS = 20
"""HubSpot shows the last revisions of a property only."""


def read_rows(site: Site) -> Rows:
    """The live records of a CRM, their names included, ready for the naive computation."""
    state = site.state()
    rows: Rows = salesforce_rows(state) if site.crm == "salesforce" else hubspot_rows(state, site.url, TOKEN)
    if site.crm == "hubspot":
        _correct_hubspot(rows, state)
    else:
        _correct_salesforce(rows, state)
    for kind, object_ in OBJECTS[site.crm].items():
        live = [one for one in state[object_] if not one["archived"]]
        for row, one in zip(rows[f"{kind}s"], live, strict=True):
            values = one.get("properties", one)
            row.update({ours: values.get(theirs) for ours, theirs in NAMES[site.crm][kind].items()}, id=one["id"])
    return rows


def _correct_hubspot(rows: Rows, state: dict[str, Any]) -> None:
    linked = _links(state)
    labels = {(one["from_id"], one["to_id"]): one["labels"] for one in state["associations"] if one["from"] == "deals"}
    for deal in rows["deals"]:
        deal["account"] = _company(linked["deals", deal["id"]])
        # computed numbers are printed doubles; the double is meant where it has more decimals than money is kept with
        deal["home_amount"] = _double(deal["home_amount"])
        deal["exchange_rate"] = _double(deal["exchange_rate"])
        deal["amount"] = _usable(deal["amount"])
    for link in rows["deal_contacts"]:
        _settle(link, labels.get((link["deal"], link["contact"]), []))
    rows["account_contacts"] = [
        {"account": one["to_id"], "contact": one["from_id"], "role": None, "stance": None}
        for one in state["associations"]
        if (one["from"], one["to"]) == ("contacts", "companies")
    ]
    for item in rows["line_items"]:
        item.update(recurring_annual=None, recurring_start=None, recurring_end=None)
        item |= {name: _usable(item[name]) for name in ("amount", "unit_price")}
    rows["history"] = [
        {"deal": deal["id"], "at": entry["at"], "stage": entry["value"], "pipeline": "default"}
        for deal in state["deals"]
        if not deal["archived"]
        for entry in deal["history"].get("dealstage", [])[-SHOWN_REVISIONS:]
    ]


def _correct_salesforce(rows: Rows, state: dict[str, Any]) -> None:
    for row in (*rows["deals"], *rows["line_items"]):
        row |= {name: _usable(row[name]) for name in ("amount", "unit_price") if name in row}
    roles = [one for one in state["OpportunityContactRole"] if not one["archived"]]
    for link, one in zip(rows["deal_contacts"], roles, strict=True):
        _settle(link, [one.get("Role") or ""])
    relations = [one for one in state["AccountContactRelation"] if not one["archived"]]
    for relation, one in zip(rows["account_contacts"], relations, strict=True):
        words = (one.get("Roles") or "").split(";")
        _settle(relation, words)
    _follow_merges(rows, state)


def _follow_merges(rows: Rows, state: dict[str, Any]) -> None:
    """A row that is undeleted after the merge of what it points at still points at the loser; the winner is meant."""
    winners = {
        one["Id"]: one["MasterRecordId"] for object_ in MERGED for one in state[object_] if one.get("MasterRecordId")
    }
    for kind, fields in POINTERS.items():
        for row, field in ((row, field) for row in rows[kind] for field in fields):
            while row.get(field) in winners:
                row[field] = winners[row[field]]


def _links(state: dict[str, Any]) -> dict[tuple[str, str], list[tuple[str, list[str]]]]:
    """By object type and id of one end: (company, labels) of each company at the other."""
    linked: dict[tuple[str, str], list[tuple[str, list[str]]]] = defaultdict(list)
    for one in state["associations"]:
        if one["to"] == "companies":
            linked[one["from"], one["from_id"]].append((one["to_id"], one["labels"]))
    return linked


def _company(links: list[tuple[str, list[str]]]) -> str | None:
    """The primary company, else the only one, else none."""
    primary = [company for company, labels in links if "Primary" in labels]
    companies = primary or [company for company, _ in links]
    return companies[0] if len(companies) == 1 else None


def _settle(link: Row, words: list[str]) -> None:
    """Of several roles the first counts; a champion who is an opponent too has no stance."""
    heard = {word.upper() for word in words}
    link["role"] = next((role for role, known in ROLES.items() if heard & known), None)
    stances = [stance for stance, known in STANCES.items() if heard & known]
    link["stance"] = None if {"champion", "opponent"} <= set(stances) else next(iter(stances), None)


def _double(printed: Any) -> Decimal | None:
    if not printed:
        return None
    decimals = len(printed.partition(".")[2])
    return _usable(str(Decimal(str(float(printed)))) if decimals > MOST_DECIMALS else printed)


def _usable(value: str | Decimal | None) -> Decimal | None:
    number = None if value is None or value == "" else Decimal(value)
    return number if number is None or abs(number) < MOST_DIGITS else None
