"""A rep at work in Salesforce."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import requests
from admin import TOKEN
from rep import Rep, Values

ROOT = "/services/data/v64.0/sobjects"
FIELDS = {
    "account": {"name": "Name", "potential": "Potential_Revenue__c"},
    "contact": {
        "first_name": "FirstName", "last_name": "LastName", "roles": "Buying_Role__c",
        "influence": "Influence_Level__c", "stance": "Stance__c", "departed": "Left_Company__c",
    },
    "deal": {
        "name": "Name", "stage": "StageName", "amount": "Amount", "close_date": "CloseDate",
        "currency": "CurrencyIsoCode",
    },
    "line_item": {"quantity": "Quantity", "price": "UnitPrice"},
}  # fmt: skip
UP = {"contact": "AccountId", "deal": "AccountId", "account": "ParentId"}
LINKS = {"deal": ("OpportunityContactRole", "OpportunityId"), "account": ("AccountContactRelation", "AccountId")}
ROLES = (None, "Decision Maker", "Business User", "Evaluator", "Coach", "Champion", "Blocker", "Influencer", "Martian")


class SalesforceRep(Rep):
    """Reps, flows and other programs in one org."""

    objects: ClassVar[Mapping[str, str]] = {
        "account": "Account", "contact": "Contact", "deal": "Opportunity", "line_item": "OpportunityLineItem",
        "product": "Product2", "link": "OpportunityContactRole", "relation": "AccountContactRelation",
    }  # fmt: skip

    def log_in(self) -> str:
        form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": TOKEN}
        answer = requests.post(f"{self.site.url}/services/oauth2/token", data=form, timeout=60)
        return str(answer.json()["access_token"])

    def stages(self) -> Sequence[str]:
        return [stage["ApiName"] for stage in self.site.state()["OpportunityStage"]]

    def create(self, kind: str, values: Values, parents: Mapping[str, str]) -> None:
        body = self._values(kind, values)
        if "account" in parents:
            body[UP[kind]] = parents["account"]
        if "deal" in parents:
            body |= {"OpportunityId": parents["deal"], "Product2Id": parents["product"]}
        self.call("POST", f"{ROOT}/{self.objects[kind]}", body)

    def change(self, kind: str, record: str, values: Values) -> None:
        self.call("PATCH", f"{ROOT}/{self.objects[kind]}/{record}", self._values(kind, values))

    def delete(self, kind: str, record: str) -> None:
        self.call("DELETE", f"{ROOT}/{self.objects[kind]}/{record}")

    def merge(self, kind: str, winner: str, loser: str) -> None:
        if kind != "deal":
            body = {"type": self.objects[kind], "winner": winner, "loser": loser}
            self.site.admin.control("POST", self.site.crm, "merge", body)

    def move(self, kind: str, record: str, account: str | None) -> None:
        if account != record:
            self.call("PATCH", f"{ROOT}/{self.objects[kind]}/{record}", {UP[kind]: account})

    def links(self, of: str) -> list[tuple[str, str, str]]:
        table, other = LINKS[of]
        rows = [row for row in self.site.state()[table] if not row["archived"]]
        return [(row["id"], row[other], row["ContactId"]) for row in rows]

    def roles(self) -> Sequence[str | None]:
        return ROLES

    def link(self, of: str, other: str, contact: str, role: str | None) -> None:
        table, field = LINKS[of]
        body = {field: other, "ContactId": contact, ("Role" if of == "deal" else "Roles"): role}
        self.call("POST", f"{ROOT}/{table}", body)

    def unlink(self, of: str, link: tuple[str, str, str]) -> None:
        self.call("DELETE", f"{ROOT}/{LINKS[of][0]}/{link[0]}")

    def tamper(self, kind: str, record: str, key: str, value: int | None) -> None:
        name = f"Playmaker_{key.title()}__c"
        self.call("PATCH", f"{ROOT}/{self.objects[kind]}/{record}", {name: value})

    def bin(self, kind: str) -> list[str]:
        """The ids of what lies in the recycle bin and can come back."""
        rows = self.site.state()[self.objects[kind]]
        return [row["id"] for row in rows if row["archived"] and not row.get("MasterRecordId")]

    def undelete(self, kind: str, record: str) -> None:
        """Bring a record back from the bin."""
        self.site.simulator.undelete(self.objects[kind], record)

    def purge(self) -> None:
        """Empty the bin: what was in it is in no answer any more."""
        self.site.simulator.purge()
        self.site.untraceable = True

    def commit_late(self, kind: str, record: str, minutes: int) -> None:
        """A long transaction ends: its row shows up with the stamp of when it was begun."""
        table = self.site.simulator.org.tables[self.objects[kind]]
        row = table.rows[record]
        begun = datetime.fromisoformat(row["SystemModstamp"]) - timedelta(minutes=minutes)
        stamp = begun.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        table.replace(row | {"SystemModstamp": stamp, "LastModifiedDate": stamp})

    @staticmethod
    def _values(kind: str, values: Values) -> dict[str, Any]:
        known = FIELDS[kind]
        return {known[name]: value for name, value in values.items() if name in known}
