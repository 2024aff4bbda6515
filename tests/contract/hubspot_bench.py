from __future__ import annotations

from typing import ClassVar

from contract_bench import NO_OVERLAP
from simulated_bench import NOWHERE, WRONG_TOKEN, SimulatedBench, impatient

from adapters.base import FieldType, Kind
from adapters.hubspot.adapter import HubSpot
from mappings.plan import find_converter
from sandbox.hubspot.simulator import HubSpotSimulator
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.model import World


class HubSpotBench(SimulatedBench):
    """A simulated portal that holds the small company."""

    name = "hubspot"
    types: ClassVar = {
        Kind.ACCOUNT: "companies",
        Kind.CONTACT: "contacts",
        Kind.DEAL: "deals",
        Kind.LINE_ITEM: "line_items",
        Kind.PRODUCT: "products",
    }
    override: ClassVar = {
        "account": {"potential_revenue": "potential_revenue", "strategic": "strategic_account"},
        "contact": {"influence": "influence_level", "stance": "stance", "departed": "left_company"},
        "product": {"family": "product_line"},
    }
    names: ClassVar = {Kind.ACCOUNT: "name", Kind.DEAL: "dealname", Kind.PRODUCT: "name"}

    def __init__(self, world: World) -> None:
        super().__init__(start(HubSpotSimulator(world, Options(limits=False))))

    def connect(self, overlap=NO_OVERLAP):
        return HubSpot(self.settings(overlap=overlap), impatient())

    def connect_with_wrong_token(self):
        return HubSpot(self.settings(token=WRONG_TOKEN), impatient())

    def connect_to_nowhere(self):
        return HubSpot(self.settings(base_url=NOWHERE), impatient())

    def rename(self, kind, id_, name):
        self.call("PATCH", self._path(kind, id_), json={"properties": {self.names[kind]: name}})

    def fill_in(self, kind, id_, values):
        self.call("PATCH", self._path(kind, id_), json={"properties": values})

    def delete(self, kind, id_):
        self.call("DELETE", self._path(kind, id_))

    def make_field(self, kind, name, label):
        body = {"name": name, "label": label, "type": "string", "fieldType": "text"}
        groups = self.call("GET", f"/crm/v3/properties/{self.types[kind]}/groups")["results"]
        theirs = next(group["name"] for group in groups if group["name"] != "playmaker")
        self.call("POST", f"/crm/v3/properties/{self.types[kind]}", json=body | {"groupName": theirs})

    def show(self, spec, id_):
        row = self.call("GET", self._path(spec.kind, id_), params={"properties": spec.name})
        raw = row["properties"].get(spec.name)
        return None if raw in {None, ""} else READERS[spec.type](raw)

    def _path(self, kind, id_):
        return f"/crm/v3/objects/{self.types[kind]}/{id_}"


NUMBER, BOOLEAN = find_converter("number", None), find_converter("boolean", None)
READERS = {
    FieldType.COUNT: NUMBER,
    FieldType.NUMBER: NUMBER,
    FieldType.FRACTION: NUMBER,
    FieldType.MONEY: NUMBER,
    FieldType.DATE: find_converter("date", None),
    FieldType.MOMENT: find_converter("moment", None),
    FieldType.TEXT: str,
    FieldType.YES_NO: BOOLEAN,
}


BENCH = HubSpotBench
