"""A sales rep at work in a CRM, for the demo: plain HTTP, nothing of the connector's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import requests

_TIMEOUT = 30


class Rep(Protocol):
    """What the demo's rep does in a CRM."""

    def read_account(self, account: str) -> dict[str, object]:
        """The KPI fields of an account as the CRM shows them, by label."""
        ...

    def win_deal(self, deal: str, day: date) -> None:
        """Move a deal to closed won."""
        ...

    def judge_contact(self, contact: str, stance: str) -> None:
        """Record a contact's stance in the company's own field."""
        ...


@dataclass(frozen=True, slots=True)
class HubSpotRep:
    """A rep in HubSpot."""

    url: str
    token: str

    def read_account(self, account: str) -> dict[str, object]:
        """The properties of the company whose group is ours."""
        listed = self._call("GET", "/crm/v3/properties/companies")["results"]
        labels = {one["name"]: one["label"] for one in listed if one["groupName"] == "playmaker"}
        company = self._call("GET", f"/crm/v3/objects/companies/{account}?properties={','.join(labels)}")
        return {label: _as_shown(company["properties"].get(name)) for name, label in labels.items()}

    def win_deal(self, deal: str, day: date) -> None:
        """Move a deal to the default pipeline's won stage."""
        stages = self._call("GET", "/crm/v3/pipelines/deals")["results"][0]["stages"]
        won = next(stage["id"] for stage in stages if float(stage["metadata"]["probability"]) == 1)
        values = {"dealstage": won, "closedate": f"{day.isoformat()}T12:00:00Z"}
        self._call("PATCH", f"/crm/v3/objects/deals/{deal}", {"properties": values})

    def judge_contact(self, contact: str, stance: str) -> None:
        """Set the company's own property."""
        self._call("PATCH", f"/crm/v3/objects/contacts/{contact}", {"properties": {"stance": stance}})

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return _call(method, self.url + path, self.token, body)


@dataclass(frozen=True, slots=True)
class SalesforceRep:
    """A rep in Salesforce."""

    url: str
    token: str

    def read_account(self, account: str) -> dict[str, object]:
        """The custom fields of the account whose names are ours."""
        described = self._call("GET", "/sobjects/Account/describe")["fields"]
        ours = [one for one in described if one["name"].startswith("Playmaker_")]
        record = self._call("GET", f"/sobjects/Account/{account}")
        units = {"percent": " %"}
        return {one["label"]: _as_shown(record.get(one["name"]), units.get(one["type"], "")) for one in ours}

    def win_deal(self, deal: str, day: date) -> None:
        """Move an opportunity to the stage that means won."""
        found = self._call("GET", "/query?q=SELECT+ApiName+FROM+OpportunityStage+WHERE+IsWon+=+true")
        won = found["records"][0]["ApiName"]
        self._call("PATCH", f"/sobjects/Opportunity/{deal}", {"StageName": won, "CloseDate": day.isoformat()})

    def judge_contact(self, contact: str, stance: str) -> None:
        """Set the company's own field."""
        self._call("PATCH", f"/sobjects/Contact/{contact}", {"Stance__c": stance})

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return _call(method, f"{self.url}/services/data/v64.0{path}", self.token, body)


def _as_shown(value: object, unit: str = "") -> str | None:
    """A value much as the CRM's pages show it: instants to the minute, numbers without idle zeros."""
    if value is None:
        return None
    text = str(value)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return f"{Decimal(text):,f}".rstrip("0").rstrip(".") + unit
    return text[:16].replace("T", " ") if re.match(r"\d{4}-\d\d-\d\dT", text) else text


def _call(method: str, url: str, token: str, body: dict[str, Any] | None) -> dict[str, Any]:
    answer = requests.request(method, url, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found
