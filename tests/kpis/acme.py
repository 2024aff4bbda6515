"""One account, Acme, for worked examples: today is 30 June 2026, the organisation's currency is the euro."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from companies import EVERYTHING

from connector.config.kpis import KpiSettings
from connector.kpis.compute import AccountResult, compute_accounts
from connector.kpis.facts import Facts, Reference, Terms
from mappings.entities import Account, Contact, Deal, DealContact, Stage

T = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)

STAGES = [
    Stage(code="lead", label="Lead", position=1, probability="0.1", closed=False, won=False),
    Stage(code="demo", label="Demo", position=2, probability="0.4", closed=False, won=False),
    Stage(code="offer", label="Offer", position=3, probability="0.8", closed=False, won=False),
    Stage(code="won", label="Won", position=4, probability="1", closed=True, won=True),
    Stage(code="lost", label="Lost", position=5, probability="0", closed=True, won=False),
]


def deal(stage="demo", **fields):
    return Deal.model_validate({"account": "acme", "stage": stage, "amount": "1000", **fields})


def won(on, **fields):
    return deal("won", close_date=date.fromisoformat(on), **fields)


def lost(on):
    return deal("lost", close_date=date.fromisoformat(on))


def numbered(prefix, things):
    return {f"{prefix}{number}": thing for number, thing in enumerate(things, 1)}


def person(**fields):
    return Contact(account="acme", **fields)


def on_deal(contact, deal_id="d1", **fields):
    return DealContact(deal=deal_id, contact=contact, **fields)


def result(*, settings=None, currency="EUR", rates=None, zone="UTC", reference=None, **facts) -> AccountResult:
    """Acme's result; `deals` and `contacts` are lists, numbered d1, d2, … and c1, c2, …"""
    named = {
        "accounts": {"acme": Account(name="Acme")},
        **facts,
        "deals": numbered("d", facts.get("deals", ())),
        "contacts": numbered("c", facts.get("contacts", ())),
    }
    known = {"stages": STAGES, "home": "EUR", "mapped": EVERYTHING, "last_complete_pull": T, **(reference or {})}
    terms = Terms(KpiSettings(**(settings or {})), currency, rates or {}, ZoneInfo(zone), T)
    return next(one for one in compute_accounts(Facts(**named), Reference(**known), terms) if one.account == "acme")


def kpi(key, **company):
    return result(**company).kpis[key]
