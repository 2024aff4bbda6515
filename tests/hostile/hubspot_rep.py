"""A rep at work in HubSpot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from hostile_site import Site
from rep import Rep, Values

ODD_WORDS = ("Martian", "")
FIELDS = {
    "account": {"name": "name", "potential": "potential_revenue"},
    "contact": {
        "first_name": "firstname", "last_name": "lastname", "roles": "hs_buying_role", "influence": "influence_level",
        "stance": "stance", "departed": "left_company",
    },
    "deal": {
        "name": "dealname", "stage": "dealstage", "amount": "amount", "close_date": "closedate",
        "currency": "deal_currency_code",
    },
    "line_item": {"quantity": "quantity", "price": "price", "product": "hs_product_id", "amount": "amount"},
}  # fmt: skip
PRIMARY = {"contact": 1, "deal": 5, "account": 14}
"""HubSpot's types of a contact's, a deal's and a child company's association with its (parent) company."""
MEMBER_OF = {"deal": ("deals", 3), "account": ("companies", 280)}


class HubSpotRep(Rep):
    """Reps, workflows and other programs in one portal."""

    objects: ClassVar[Mapping[str, str]] = {
        "account": "companies", "contact": "contacts", "deal": "deals", "line_item": "line_items",
        "product": "products",
    }  # fmt: skip

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        for name, words in (("stance", ["Martian", "Mentor", "enemy"]), ("influence_level", ["9", "high"])):
            self._offer(name, words)
        for label in ("Martian", "Coach", "Champion", "Blocker"):
            self.call("POST", "/crm/v4/associations/deals/contacts/labels", {"label": label, "name": label.lower()})
        answer = self.call("GET", "/crm/v4/associations/deals/contacts/labels")
        self._labels = {one["label"]: one for one in answer["results"] if one["category"] == "USER_DEFINED"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request; where search lags, every other change is known to it at once, and before earlier ones."""
        late = self.site.counts["edits"] % 2
        self.site.simulator.options.index_lag_ms = self.site.around.lag * 1000 * late
        return super().call(method, path, body)

    def _offer(self, name: str, words: Sequence[str]) -> None:
        path = f"/crm/v3/properties/contacts/{name}"
        known = self.call("GET", path)["options"]
        new = [word for word in words if word not in {one["value"] for one in known}]
        options = [*known, *({"label": word, "value": word, "displayOrder": -1} for word in new)]
        self.call("PATCH", path, {"options": options})

    def stages(self) -> Sequence[str]:
        return [stage["id"] for stage in self.site.state()["stages"]]

    def create(self, kind: str, values: Values, parents: Mapping[str, str]) -> None:
        links = []
        if "account" in parents:
            links = [_association(parents["account"], PRIMARY[kind])]
        if "deal" in parents:
            links = [_association(parents["deal"], 20)]
            values = {**values, "product": parents["product"]}
        body = {"properties": self._properties(kind, values), "associations": links}
        self.call("POST", f"/crm/v3/objects/{self.objects[kind]}", body)

    def change(self, kind: str, record: str, values: Values) -> None:
        path = f"/crm/v3/objects/{self.objects[kind]}/{record}"
        self.call("PATCH", path, {"properties": self._properties(kind, values)})

    def delete(self, kind: str, record: str) -> None:
        self.call("DELETE", f"/crm/v3/objects/{self.objects[kind]}/{record}")

    def forget(self, kind: str, record: str) -> None:
        """Delete a record for good, as the law on personal data demands: no trace of it is left."""
        self.call("POST", f"/crm/v3/objects/{self.objects[kind]}/gdpr-delete", {"objectId": record})
        self.site.untraceable = True

    def merge(self, kind: str, winner: str, loser: str) -> None:
        body = {"primaryObjectId": winner, "objectIdToMerge": loser}
        self.call("POST", f"/crm/v3/objects/{self.objects[kind]}/merge", body)

    def move(self, kind: str, record: str, account: str | None) -> None:
        root = f"/crm/v4/objects/{self.objects[kind]}/{record}/associations/companies"
        for one in self.site.state()["associations"]:
            ends = (one["from"], one["from_id"], one["to"])
            if ends == (self.objects[kind], record, "companies") and self._is_up(kind, one["labels"]):
                self.call("DELETE", f"{root}/{one['to_id']}")
        if account and account != record:
            self.call("PUT", f"{root}/{account}", [_type(PRIMARY[kind])])

    @staticmethod
    def _is_up(kind: str, labels: Sequence[str]) -> bool:
        """Whether an association leads to the (parent) company."""
        return kind != "account" or "Child Company" not in labels or "Parent Company" in labels

    def links(self, of: str) -> list[tuple[str, str, str]]:
        other = MEMBER_OF[of][0]
        found = []
        for one in self.site.state()["associations"]:
            if (one["from"], one["to"]) == (other, "contacts"):
                found.append(("", one["from_id"], one["to_id"]))
            elif (one["from"], one["to"]) == ("contacts", other):
                found.append(("", one["to_id"], one["from_id"]))
        return found

    def roles(self) -> Sequence[str | None]:
        return [None, *self._labels]

    def link(self, of: str, other: str, contact: str, role: str | None) -> None:
        objects, plain = MEMBER_OF[of]
        types = [_type(plain)]
        if role and of == "deal":
            types = [_type(self._labels[role]["typeId"], "USER_DEFINED")]
        self.call("PUT", f"/crm/v4/objects/{objects}/{other}/associations/contacts/{contact}", types)

    def unlink(self, of: str, link: tuple[str, str, str]) -> None:
        _, other, contact = link
        self.call("DELETE", f"/crm/v4/objects/{MEMBER_OF[of][0]}/{other}/associations/contacts/{contact}")

    def tamper(self, kind: str, record: str, key: str, value: int | None) -> None:
        sent = "" if value is None else str(value)
        path = f"/crm/v3/objects/{self.objects[kind]}/{record}"
        self.call("PATCH", path, {"properties": {f"playmaker_{key}": sent}})

    @staticmethod
    def _properties(kind: str, values: Values) -> dict[str, str]:
        sent = {FIELDS[kind][name]: "" if value is None else str(value) for name, value in values.items()}
        if kind == "deal" and "pipeline" not in sent:
            sent["pipeline"] = "default"
        return sent


def _type(number: int, category: str = "HUBSPOT_DEFINED") -> dict[str, Any]:
    return {"associationCategory": category, "associationTypeId": number}


def _association(record: str, number: int) -> dict[str, Any]:
    return {"to": {"id": record}, "types": [_type(number)]}
