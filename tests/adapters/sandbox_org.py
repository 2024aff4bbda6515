"""A simulated Salesforce organisation over HTTP, with its admin's hands: faults, edits, a log of requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import unquote_plus

import requests

from adapters.base import FieldSpec, FieldType, Kind
from adapters.salesforce.adapter import SalesforceCRM
from adapters.settings import ConnectionSettings
from sandbox.options import Options
from sandbox.salesforce.simulator import SalesforceSimulator
from sandbox.server import start
from sandbox.world.model import Account, Contact, Deal, Rate, Stage, World

THEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
APP = {"client_id": "sandbox", "client_secret": "sandbox-token"}
SPECS = [
    FieldSpec(Kind.ACCOUNT, "champions", "Playmaker_Champions__c", "Champions", "How many.", FieldType.COUNT),
    FieldSpec(Kind.ACCOUNT, "win_rate", "Playmaker_Win_Rate__c", "Win rate", "Won.", FieldType.FRACTION, scale=4),
    FieldSpec(
        Kind.ACCOUNT, "revenue", "Playmaker_Revenue__c", "Revenue, 365 days", "Won.", FieldType.MONEY, currency="EUR"
    ),
    FieldSpec(Kind.ACCOUNT, "status", "Playmaker_Status__c", "Status", "What is missing.", FieldType.TEXT),
    FieldSpec(Kind.DEAL, "deal_champion", "Playmaker_Deal_Champion__c", "Champion", "One?", FieldType.YES_NO),
    FieldSpec(Kind.DEAL, "computed_at", "Playmaker_Computed_At__c", "Computed at", "When.", FieldType.MOMENT),
]
BY_NAME = {spec.name: spec for spec in SPECS}


def make_world(accounts=3, contacts=4, *, spread=1, currencies=()):
    """Contacts share each stamp in groups of `spread`."""
    return World(
        "EUR",
        accounts=[Account(f"a{n}", f"Account {n}", THEN, THEN) for n in range(accounts)],
        contacts=[
            Contact(f"c{n}", THEN, THEN + timedelta(seconds=n // spread), "a0", "Zoé", f"N{n}") for n in range(contacts)
        ],
        stages=[Stage("open", "Open", 0, Decimal("0.5"))],
        deals=[Deal("d0", "Deal", "open", THEN, THEN, "a0"), Deal("d1", "Stray", "open", THEN, THEN)],
        rates=[Rate(*currency) for currency in currencies],
    )


class SandboxOrg:
    def __init__(self, world=None, **features):
        self.simulator = SalesforceSimulator(world or make_world(), Options(limits=False), **features)
        self._running = start(self.simulator)
        self.url = self._running.url
        self._open: list[SalesforceCRM] = []

    def connect(self, auth=None, overlap=timedelta(0)):
        auth = auth or {"access_token": "sandbox-token"}
        settings = ConnectionSettings("us", base_url=self.url, auth=auth, overlap=overlap)
        self._open.append(SalesforceCRM(settings, sleep=lambda _: None))
        return self._open[-1]

    def close(self):
        for crm in self._open:
            crm.close()
        self._running.stop()

    def break_at(self, action, **order):
        self._admin("POST", "/_sandbox/faults", json={"action": action, **order})

    def mend(self):
        self._admin("DELETE", "/_sandbox/faults")

    def merge(self, sobject, winner, loser):
        self._admin("POST", "/_sandbox/merge", json={"type": sobject, "winner": winner, "loser": loser})

    def advance(self, seconds):
        self._admin("POST", "/_sandbox/clock", json={"advance_seconds": seconds})

    def forget_requests(self):
        self._admin("DELETE", "/_sandbox/log")

    def requests(self):
        log = self._admin("GET", "/_sandbox/log").json()
        return [f"{each['method']} {each['path']}?{unquote_plus(each['query'])}" for each in log]

    def writes(self):
        return [each for each in self.requests() if not each.startswith("GET")]

    def ids(self, sobject):
        return list(self.simulator.org.tables[sobject].ids)

    def row(self, sobject, record_id):
        return self.simulator.org.tables[sobject].rows[record_id]

    def write(self, method, path, **body):
        """What a user does over the API."""
        return self._admin(method, f"/services/data/v64.0/{path}", **body)

    def _admin(self, method, path, **body):
        headers = {"Authorization": "Bearer sandbox-token"}
        answer = requests.request(method, f"{self.url}{path}", headers=headers, timeout=10, **body)
        answer.raise_for_status()
        return answer
