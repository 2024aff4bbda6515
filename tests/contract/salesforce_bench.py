from __future__ import annotations

from typing import ClassVar

from contract_bench import NO_OVERLAP
from simulated_bench import NOWHERE, WRONG_TOKEN, SimulatedBench, dont_wait

from adapters.base import FieldType, Kind
from adapters.salesforce.adapter import SalesforceCRM
from mappings.plan import find_converter
from sandbox.options import Options
from sandbox.salesforce.simulator import SalesforceSimulator
from sandbox.server import start
from sandbox.world.model import World


class SalesforceBench(SimulatedBench):
    """A simulated organisation that holds the small company."""

    name = "salesforce"
    types: ClassVar = {
        Kind.ACCOUNT: "Account",
        Kind.CONTACT: "Contact",
        Kind.DEAL: "Opportunity",
        Kind.LINE_ITEM: "OpportunityLineItem",
        Kind.PRODUCT: "Product2",
    }
    override: ClassVar = {
        "account": {"potential_revenue": "Potential_Revenue__c", "strategic": "Strategic_Account__c"},
        "contact": {
            "role": "Buying_Role__c",
            "influence": "Influence_Level__c",
            "stance": "Stance__c",
            "departed": "Left_Company__c",
        },
        "product": {"unit_cost": "Unit_Cost__c"},
    }

    def __init__(self, world: World) -> None:
        super().__init__(start(SalesforceSimulator(world, Options(limits=False))))

    def connect(self, overlap=NO_OVERLAP):
        return SalesforceCRM(self.settings(overlap=overlap), dont_wait)

    def connect_with_wrong_token(self):
        return SalesforceCRM(self.settings(token=WRONG_TOKEN), dont_wait)

    def connect_to_nowhere(self):
        return SalesforceCRM(self.settings(base_url=NOWHERE), dont_wait)

    def rename(self, kind, id_, name):
        self.call("PATCH", self._path(kind, id_), json={"Name": name})

    def fill_in(self, kind, id_, values):
        self.call("PATCH", self._path(kind, id_), json=values)

    def delete(self, kind, id_):
        self.call("DELETE", self._path(kind, id_))

    def make_field(self, kind, name, label):
        body = {"FullName": f"{self.types[kind]}.{name}", "Metadata": {"label": label, "type": "Text", "length": 255}}
        self.call("POST", "/services/data/v64.0/tooling/sobjects/CustomField", json=body)

    def show(self, spec, id_):
        row = self.call("GET", self._path(spec.kind, id_), params={"fields": spec.name})
        return None if row[spec.name] is None else READERS[spec.type](row[spec.name])

    def _path(self, kind, id_):
        return f"/services/data/v64.0/sobjects/{self.types[kind]}/{id_}"


NUMBER = find_converter("number", None)
READERS = {
    FieldType.COUNT: NUMBER,
    FieldType.NUMBER: NUMBER,
    FieldType.FRACTION: find_converter("percent", None),
    FieldType.MONEY: NUMBER,
    FieldType.DATE: find_converter("date", None),
    FieldType.MOMENT: find_converter("moment", None),
    FieldType.TEXT: str,
    FieldType.YES_NO: {"Yes": True, "No": False}.__getitem__,
}


BENCH = SalesforceBench
