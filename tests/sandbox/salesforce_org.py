"""A small Salesforce org for tests, and the clients that speak to it: simple-salesforce, and plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from sandbox.options import Options
from sandbox.salesforce.simulator import SalesforceSimulator
from sandbox.server import start
from sandbox.world import model
from sandbox.world.model import World

VERSION = "64.0"
TOKEN = "sandbox-token"
DOMAIN = "acme.my"
SPRING = datetime(2026, 3, 1, 9, 30, 5, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)


class ToSandbox(HTTPAdapter):
    """Sends what goes to https://….salesforce.com to the sandbox: simple-salesforce writes https everywhere."""

    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__()

    def send(self, request, **arguments):
        url, base = urlsplit(request.url), urlsplit(self.base)
        request.url = urlunsplit((base.scheme, base.netloc, url.path, url.query, ""))
        arguments["timeout"] = arguments.get("timeout") or 10
        return super().send(request, **arguments)


@dataclass
class OrgClient:
    """A simulated org being served."""

    simulator: SalesforceSimulator
    url: str
    http: requests.Session

    @property
    def root(self) -> str:
        return f"{self.url}/services/data/v{VERSION}"

    def rewriting_session(self) -> requests.Session:
        session = requests.Session()
        session.mount("https://", ToSandbox(self.url))
        return session

    def log_in(self, **credentials: Any) -> Salesforce:
        """simple-salesforce, logged in as it does by itself."""
        return Salesforce(session=self.rewriting_session(), version=VERSION, **credentials)

    def client(self) -> Salesforce:
        return self.log_in(session_id=TOKEN, instance_url="https://acme.my.salesforce.com")

    def get(self, path: str, **params: str) -> requests.Response:
        return self.http.get(self.root + path, params=params, timeout=10)

    def send(self, method: str, path: str, body: object = None) -> requests.Response:
        return self.http.request(method, self.root + path, json=body, timeout=10)

    def query(self, soql: str, resource: str = "query") -> list[dict[str, Any]]:
        """The records of a statement that must be answered in one page."""
        answer = self.get(f"/{resource}", q=soql)
        assert answer.status_code == 200, answer.text
        assert answer.json()["done"]
        return answer.json()["records"]

    def refusal(self, soql: str) -> str:
        """The code with which a statement is refused."""
        answer = self.get("/query", q=soql)
        assert answer.status_code == 400, answer.text
        return answer.json()[0]["errorCode"]

    def id_of(self, object_type: str, key: str) -> str:
        """The id of the world's record of this key."""
        keys = self.simulator.org.tables[object_type].keys
        return next(identity for identity, known in keys.items() if known == key)


def select(fields: str, source: str, *rest: str) -> str:
    """A statement put together from its parts."""
    return " ".join(("SELECT", fields, "FROM", source, *rest))


@contextmanager
def serve_org(world: World | None = None, options: Options | None = None, **features: bool) -> Iterator[OrgClient]:
    """Serve the org of a world, the small one unless another is given."""
    simulator = SalesforceSimulator(world or small_world(), options or Options(), **features)
    with start(simulator) as running, requests.Session() as http:
        http.headers["Authorization"] = f"Bearer {TOKEN}"
        yield OrgClient(simulator, running.url, http)


def small_world(**changes: Any) -> World:
    """A company with three accounts in two currencies."""
    parts: dict[str, Any] = {
        "users": [
            model.User("u1", "Ada", "Vale", "ada@seller.example"),
            model.User("u2", "Bo", "Left", "bo@seller.example", active=False),
        ],
        "accounts": [
            model.Account("a1", "Acme", SPRING, SUMMER, domain="acme.example", owner="u1", industry="Banking",
                          city="Lyon", country="France", annual_revenue=Decimal(5_000_000), strategic=True),
            model.Account("a2", "acme Sub", SPRING, SPRING, parent="a1", owner="u2", industry="Fintech"),
            model.Account("a3", "Zoë & Söhne 🎈", SPRING, SPRING, potential_revenue=Decimal("1250.50")),
        ],
        "contacts": [
            model.Contact("c1", SPRING, SUMMER, account="a1", first_name="Eve", last_name="Noor",
                          email="eve@acme.example", buying_roles=["CHAMPION", "DECISION_MAKER"], influence="high"),
            model.Contact("c2", SPRING, SPRING, account="a1", first_name="Al", last_name="O'Hara", departed=True),
            model.Contact("c3", SPRING, SPRING, account="a2", last_name="Zhu", stance="Promoter"),
            model.Contact("c4", SPRING, SPRING, first_name="Cy", last_name=None),
        ],
        "stages": [
            model.Stage("qualification", "Qualification", 1, Decimal("0.1")),
            model.Stage("proposal", "Proposal", 2, Decimal("0.6")),
            model.Stage("won", "Closed Won", 3, Decimal(1), closed=True, won=True),
            model.Stage("lost", "Closed Lost", 4, Decimal(0), closed=True),
        ],
        "products": [
            model.Product("p1", "Anvil", family="Steel", price=Decimal(100), unit_cost=Decimal(60), sku="AN-1"),
        ],
        "deals": [
            model.Deal("d1", "Big", "proposal", SPRING, SUMMER, account="a1", owner="u1", amount=Decimal("1000.25"),
                       currency="USD", close_date=date(2026, 12, 31)),
            model.Deal("d2", "Small", "won", SPRING, SPRING, account="a2", amount=Decimal(300),
                       close_date=date(2026, 4, 1)),
            model.Deal("d3", "Stray", "qualification", SPRING, SPRING),
        ],
        "deal_contacts": [
            model.DealContact("d1", "c1", "Economic Buyer", primary=True), model.DealContact("d1", "c2"),
        ],
        "line_items": [
            model.LineItem("l1", "d2", "p1", Decimal(3), Decimal(100), Decimal(300), SPRING, SPRING),
        ],
        "stage_changes": [
            model.StageChange("d1", "qualification", SPRING, Decimal(900), date(2026, 12, 31)),
            model.StageChange("d1", "proposal", SUMMER, Decimal("1000.25"), date(2026, 12, 31)),
        ],
        "rates": [model.Rate("USD", Decimal("1.25")), model.Rate("USD", Decimal("1.6"), date(2026, 1, 1))],
    }  # fmt: skip
    return World("EUR", **(parts | changes))


def one_currency_world() -> World:
    """The same company, selling in its own currency only."""
    world = small_world(rates=[])
    for deal in world.deals:
        deal.currency = None
    return world
