"""A small company in a simulated HubSpot account, and a short way to ask it things."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from werkzeug import Request
from werkzeug.test import EnvironBuilder

from sandbox.hubspot.portal.settings import Settings
from sandbox.hubspot.simulator import HubSpotSimulator
from sandbox.options import DEFAULT_TOKEN, Options
from sandbox.world.model import (
    Account,
    Contact,
    Deal,
    DealContact,
    LineItem,
    Product,
    Rate,
    Stage,
    StageChange,
    User,
    World,
)

BEGUN = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
CHANGED = datetime(2026, 2, 1, 8, tzinfo=UTC)


def small_world() -> World:
    """Two groups' companies, three people, three deals in two currencies, one of them with a history."""
    return World(
        home_currency="EUR",
        users=[
            User("u1", "Ana", "Silva", "ana@seller.example"),
            User("u2", "Bo", "Berg", "bo@seller.example", active=False),
        ],
        accounts=[
            Account("a1", "Acme", BEGUN, CHANGED, domain="acme.example", owner="u1", industry="Computer Software"),
            Account("a2", "Acme Nordic", BEGUN, CHANGED, parent="a1", owner="u2", potential_revenue=Decimal(90000)),
            Account("a3", "Zoë & Søn", BEGUN, CHANGED, strategic=True),
        ],
        contacts=[
            Contact(
                "c1",
                BEGUN,
                CHANGED,
                "a1",
                "Eva",
                "Stone",
                "eva@acme.example",
                buying_roles=["CHAMPION", "END_USER"],
            ),
            Contact("c2", BEGUN, CHANGED, "a1", "Max", "Moll", "max@acme.example", influence="high", stance="Promoter"),
            Contact("c3", BEGUN, CHANGED, None, "Ivo", None, departed=True),
        ],
        stages=[
            Stage("qualification", "Qualification", 0, Decimal("0.2")),
            Stage("proposal", "Proposal", 1, Decimal("0.6")),
            Stage("closedwon", "Closed Won", 2, Decimal(1), closed=True, won=True),
            Stage("closedlost", "Closed Lost", 3, Decimal(0), closed=True),
        ],
        products=[Product("p1", "Press", "Machines", price=Decimal("120.50"), unit_cost=Decimal(70), sku="PR-1")],
        deals=[
            Deal(
                "d1",
                "Presses",
                "closedwon",
                BEGUN,
                CHANGED,
                "a1",
                "u1",
                amount=Decimal("5000.00"),
                currency="USD",
                close_date=date(2025, 6, 30),
            ),
            Deal(
                "d2",
                "Service",
                "qualification",
                BEGUN,
                CHANGED,
                "a1",
                amount=Decimal(3000),
                close_date=date(2026, 12, 31),
            ),
            Deal("d3", "Loose end", "proposal", BEGUN, CHANGED, probability=Decimal("0.4")),
        ],
        deal_contacts=[
            DealContact("d1", "c1", "Economic Buyer"),
            DealContact("d1", "c2"),
            DealContact("d2", "c2", "Coach"),
        ],
        line_items=[
            LineItem(
                "l1",
                "d1",
                "p1",
                Decimal(40),
                Decimal(125),
                Decimal(4900),
                BEGUN,
                CHANGED,
                recurring_months=12,
                recurring_start=date(2025, 7, 1),
            ),
        ],
        stage_changes=[
            StageChange("d1", "qualification", BEGUN, Decimal(4000), date(2025, 5, 31)),
            StageChange("d1", "proposal", datetime(2025, 4, 2, 10, tzinfo=UTC), Decimal(4000), date(2025, 6, 30)),
            StageChange(
                "d1",
                "closedwon",
                datetime(2025, 6, 30, 15, tzinfo=UTC),
                Decimal("5000.00"),
                date(2025, 6, 30),
            ),
        ],
        rates=[
            Rate("USD", Decimal("1.25")),
            Rate("USD", Decimal("1.6"), date(2025, 6, 1)),
            Rate("USD", Decimal(2), date(2026, 1, 1)),
        ],
    )


def people(count: int, modified_at: datetime = CHANGED) -> World:
    """A company that keeps nothing but contacts, all changed at one moment."""
    contacts = [Contact(f"c{place}", BEGUN, modified_at, last_name=f"N{place}") for place in range(count)]
    return World("EUR", contacts=contacts)


class Portal:
    """A simulator without a server."""

    def __init__(self, world: World | None = None, settings: Settings | None = None, **options) -> None:
        self.options = Options(**options)
        self.simulator = HubSpotSimulator(world or small_world(), self.options, settings or Settings())

    def answer(self, method: str, path: str, body=None, *, token: str = DEFAULT_TOKEN, sent=None):
        """The raw response of one request; `sent` replaces the JSON body: bytes as they are, or a form's dict."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        kind = None if isinstance(sent, dict) else "application/json"
        data = json.dumps(body) if sent is None and body is not None else sent
        builder = EnvironBuilder(path, method=method, content_type=kind, headers=headers, data=data)
        return self.simulator.handle(Request(builder.get_environ()))

    def ask(self, method: str, path: str, body=None, *, status: int = 200, **more):
        """The parsed answer, which must have this status."""
        response = self.answer(method, path, body, **more)
        text = response.get_data(as_text=True)
        assert response.status_code == status, text
        return json.loads(text) if text else None

    def rows(self, kind: str) -> list[dict]:
        """The raw state of one object type."""
        return self.simulator.state()[kind]

    def ids(self, kind: str) -> dict[str, str]:
        """From the world's keys to the account's ids."""
        return {row["key"]: row["id"] for row in self.rows(kind)}

    def get(self, kind: str, record_id: str, *names: str) -> dict:
        """The properties of one record."""
        return self.ask("GET", f"/crm/v3/objects/{kind}/{record_id}?properties={','.join(names)}")["properties"]

    def search(self, kind: str, *filters: dict, **more) -> dict:
        """A search with one filter group."""
        body = {"filterGroups": [{"filters": list(filters)}] if filters else [], **more}
        return self.ask("POST", f"/crm/v3/objects/{kind}/search", body)

    def update(self, kind: str, values: dict[str, dict], *, status: int = 200) -> dict:
        """A batch update of properties by id."""
        inputs = [{"id": record_id, "properties": properties} for record_id, properties in values.items()]
        return self.ask("POST", f"/crm/v3/objects/{kind}/batch/update", {"inputs": inputs}, status=status)

    def advance(self, seconds: float) -> None:
        """Put the account's clock forward."""
        self.options.clock.advance(seconds)


def where(name: str, operator: str, value: object = None, **more) -> dict:
    """One search filter."""
    return {"propertyName": name, "operator": operator, **({} if value is None else {"value": str(value)}), **more}


def found(answer: dict) -> list[str]:
    """The ids of a page of results."""
    return [row["id"] for row in answer["results"]]


def problems(error: dict) -> list[tuple[str, str]]:
    """Name and error word of each entry of the array that the message embeds as text."""
    return [(one["name"], one["error"]) for one in json.loads(error["message"].partition(": ")[2])]
