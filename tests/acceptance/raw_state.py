"""What lies in a simulated CRM, as plain rows for the naive second computation; imports nothing of the program.

Keyed by the world's own keys, so that the rows of both CRMs can be compared.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import requests

ROLES = {
    "economic": {
        "BUDGET_HOLDER", "DECISION_MAKER", "EXECUTIVE_SPONSOR",
        "ECONOMIC BUYER", "ECONOMIC DECISION MAKER", "DECISION MAKER", "EXECUTIVE SPONSOR",
    },
    "technical": {"LEGAL_AND_COMPLIANCE", "TECHNICAL BUYER", "TECHNICAL EVALUATOR", "EVALUATOR"},
    "user": {"END_USER", "BUSINESS USER", "USER BUYER", "END USER"},
    "coach": {"COACH"},
    "other": {"INFLUENCER", "OTHER"},
}  # fmt: skip
STANCES = {
    "champion": {"CHAMPION", "PROMOTER", "SUPPORTER", "MENTOR"},
    "opponent": {"OPPONENT", "BLOCKER", "DETRACTOR", "ENEMY", "NON-SUPPORTER"},
    "neutral": {"NEUTRAL"},
}
INFLUENCES = {"LOW": 2, "MEDIUM": 3, "HIGH": 4, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}


def hubspot_rows(state: dict, url: str, token: str) -> dict:
    """Rows from the portal's objects and associations; the stages from its pipelines."""
    live = {kind: [one for one in state[kind] if not one["archived"]] for kind in state if kind != "associations"}
    linked = _associations(state["associations"])
    company_of = {deal: _primary(links) for deal, links in linked["deals", "companies"].items()}
    deal_of = {item: links[0][0] for item, links in linked["line_items", "deals"].items()}
    return {
        "home": "EUR",
        "accounts": [
            {
                "id": one["id"],
                "parent": one["properties"].get("hs_parent_company_id"),
                "potential_revenue": one["properties"].get("potential_revenue") or None,
                "strategic": one["properties"].get("strategic_account") == "true",
            }
            for one in live["companies"]
        ],
        "contacts": [_hubspot_contact(one["id"], one["properties"]) for one in live["contacts"]],
        "account_contacts": [],
        "deals": [_hubspot_deal(one["id"], one["properties"], company_of) for one in live["deals"]],
        "deal_contacts": [
            {"deal": deal, "contact": contact, "role": _first(ROLES, labels), "stance": _first(STANCES, labels)}
            for deal, links in linked["deals", "contacts"].items()
            for contact, labels in links
        ],
        "line_items": [_hubspot_item(one["properties"], deal_of.get(one["id"])) for one in live["line_items"]],
        "products": [_hubspot_product(one["id"], one["properties"]) for one in live["products"]],
        "stages": _hubspot_stages(url, token),
        "history": [
            {"deal": one["id"], "at": entry["at"], "stage": entry["value"], "pipeline": "default"}
            for one in live["deals"]
            for entry in one["history"].get("dealstage", [])
        ],
        "rates": [],
    }


def _associations(listed: list[dict]) -> dict[tuple[str, str], dict[str, list[tuple[str, list[str]]]]]:
    linked: dict = defaultdict(lambda: defaultdict(list))
    for one in listed:
        linked[one["from"], one["to"]][one["from_id"]].append((one["to_id"], one["labels"]))
        linked[one["to"], one["from"]][one["to_id"]].append((one["from_id"], one["labels"]))
    return linked


def _primary(links: list[tuple[str, list[str]]]) -> str | None:
    primary = [company for company, labels in links if "Primary" in labels]
    return (primary or [company for company, _ in links] or [None])[0]


def _hubspot_contact(id_: str, values: dict) -> dict:
    words = (values.get("hs_buying_role") or "").split(";")
    return {
        "id": id_,
        "account": values.get("associatedcompanyid"),
        "role": _first(ROLES, words),
        "stance": _first(STANCES, [values.get("stance") or ""]),
        "influence": INFLUENCES.get((values.get("influence_level") or "").upper()),
        "departed": values.get("left_company") == "true",
    }


def _hubspot_deal(id_: str, values: dict, company_of: dict) -> dict:
    return {
        "id": id_,
        "account": company_of.get(id_),
        "pipeline": values.get("pipeline"),
        "type": values.get("dealtype"),
        "record_type": None,
        "stage": values.get("dealstage"),
        "amount": values.get("amount"),
        "currency": values.get("deal_currency_code"),
        "close_date": (values.get("closedate") or "")[:10] or None,
        "created_at": values.get("createdate"),
        "probability": _double(values.get("hs_deal_stage_probability")),
        "home_amount": values.get("amount_in_home_currency"),
        "exchange_rate": values.get("hs_exchange_rate"),
    }


def _hubspot_item(values: dict, deal: str | None) -> dict:
    return {
        "deal": deal,
        "product": values.get("hs_product_id"),
        "quantity": values.get("quantity"),
        "unit_price": values.get("price"),
        "amount": values.get("amount"),
        "unit_cost": values.get("hs_cost_of_goods_sold"),
        "currency": values.get("hs_line_item_currency_code"),
        "recurring_annual": values.get("hs_arr"),
        "recurring_start": values.get("hs_recurring_billing_start_date"),
        "recurring_end": values.get("hs_recurring_billing_end_date"),
    }


def _hubspot_product(id_: str, values: dict) -> dict:
    active = {"true": True, "false": False}.get(values.get("product_active") or "")
    cost = values.get("hs_cost_of_goods_sold")
    return {"id": id_, "family": values.get("product_line"), "active": active, "unit_cost": cost}


def _hubspot_stages(url: str, token: str) -> list[dict]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{url}/crm/v3/pipelines/deals", headers=headers, timeout=30).json()
    return [
        {
            "pipeline": pipeline["id"],
            "code": stage["id"],
            "label": stage["label"],
            "position": stage["displayOrder"],
            "probability": stage["metadata"]["probability"],
            "closed": stage["metadata"]["isClosed"] == "true",
            "won": stage["metadata"]["isClosed"] == "true" and float(stage["metadata"]["probability"]) == 1,
        }
        for pipeline in answer["results"]
        for stage in pipeline["stages"]
    ]


def salesforce_rows(state: dict) -> dict:
    """Rows from the org's tables."""
    live = {kind: [one for one in rows if not one.get("IsDeleted")] for kind, rows in state.items()}
    return {
        "home": "EUR",
        "accounts": [
            {
                "id": one["Id"],
                "parent": one.get("ParentId"),
                "currency": one.get("CurrencyIsoCode"),
                "potential_revenue": _number(one.get("Potential_Revenue__c")),
                "strategic": bool(one.get("Strategic_Account__c")),
            }
            for one in live["Account"]
        ],
        "contacts": [_salesforce_contact(one) for one in live["Contact"]],
        "account_contacts": [
            {"account": one["AccountId"], "contact": one["ContactId"], "active": one.get("IsActive")}
            for one in live["AccountContactRelation"]
        ],
        "deals": [_salesforce_deal(one) for one in live["Opportunity"]],
        "deal_contacts": [
            {
                "deal": one["OpportunityId"],
                "contact": one["ContactId"],
                "role": _first(ROLES, [one.get("Role") or ""]),
                "stance": _first(STANCES, [one.get("Role") or ""]),
            }
            for one in live["OpportunityContactRole"]
        ],
        "line_items": [
            {
                "deal": one["OpportunityId"],
                "product": one.get("Product2Id"),
                "quantity": _number(one.get("Quantity")),
                "unit_price": _number(one.get("UnitPrice")),
                "amount": _number(one.get("TotalPrice")),
                "currency": one.get("CurrencyIsoCode"),
            }
            for one in live["OpportunityLineItem"]
        ],
        "products": [
            {
                "id": one["Id"],
                "family": one.get("Family"),
                "active": one["IsActive"],
                "unit_cost": _number(one.get("Unit_Cost__c")),
            }
            for one in live["Product2"]
        ],
        "stages": [
            {
                "pipeline": None,
                "code": one["ApiName"],
                "label": one["MasterLabel"],
                "position": one["SortOrder"],
                "probability": _number(one["DefaultProbability"]) / 100,
                "closed": one["IsClosed"],
                "won": one["IsWon"],
            }
            for one in live["OpportunityStage"]
        ],
        "history": [
            {"deal": one["OpportunityId"], "at": one["CreatedDate"], "stage": one["StageName"], "pipeline": None}
            for one in live["OpportunityHistory"]
        ],
        "rates": [
            {"currency": one["IsoCode"], "per_home": _number(one["ConversionRate"])} for one in live["CurrencyType"]
        ]
        + [
            {
                "currency": one["IsoCode"],
                "per_home": _number(one["ConversionRate"]),
                "start": one["StartDate"],
                "end": one.get("NextStartDate"),
            }
            for one in live["DatedConversionRate"]
        ],
        "unmapped": [],
    }


def _salesforce_contact(one: dict) -> dict:
    return {
        "id": one["Id"],
        "account": one.get("AccountId"),
        "role": _first(ROLES, (one.get("Buying_Role__c") or "").split(";")),
        "stance": _first(STANCES, [one.get("Stance__c") or ""]),
        "influence": INFLUENCES.get((one.get("Influence_Level__c") or "").upper()),
        "departed": bool(one.get("Left_Company__c")),
    }


def _salesforce_deal(one: dict) -> dict:
    probability = _number(one.get("Probability"))
    return {
        "id": one["Id"],
        "account": one.get("AccountId"),
        "type": one.get("Type"),
        "stage": one["StageName"],
        "amount": _number(one.get("Amount")),
        "currency": one.get("CurrencyIsoCode"),
        "close_date": one.get("CloseDate"),
        "created_at": one["CreatedDate"],
        "probability": None if probability is None else probability / 100,
    }


def keys_by_id(state: dict, kind: str) -> dict[str, str]:
    """Our world's key of each record."""
    return {one["id"]: one["key"] for one in state[kind]}


def _first(table: dict[str, set[str]], words: list[str]) -> str | None:
    """The first role (or stance) in the table's order that one of the words means."""
    heard = {word.strip().upper() for word in words}
    return next((meaning for meaning, known in table.items() if heard & known), None)


def _number(value: float | str | None) -> Decimal | None:
    """A number as Salesforce prints it, which is a double, whatever more it keeps."""
    return None if value is None else Decimal(str(float(value)))


def _double(printed: str | None) -> Decimal | None:
    """HubSpot prints computed numbers as doubles with all their digits; the double's shortest form is meant."""
    return None if printed is None else Decimal(str(float(printed)))
