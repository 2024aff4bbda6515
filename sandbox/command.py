"""Fills a simulated CRM with a world and serves it: what `playmaker sandbox` calls."""

from __future__ import annotations

from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TypedDict, Unpack, cast

from sandbox.errors import SandboxError
from sandbox.options import DEFAULT_TOKEN, Options
from sandbox.server import serve
from sandbox.simulator import Simulator
from sandbox.world.csv_folder import read_world
from sandbox.world.errors import WorldError
from sandbox.world.generator import LAST_DAY, generate
from sandbox.world.model import Account, Contact, Deal, LineItem, World

CLASSES = {"hubspot": "HubSpotSimulator", "salesforce": "SalesforceSimulator"}
"""The simulated CRMs: the folder beside this file, and the class in its simulator.py."""


class Wishes(TypedDict, total=False):
    """What a user of the command may choose; docs/sandbox.md explains each."""

    port: int
    token: str
    accounts: int
    contacts: int
    deals: int
    seed: int
    as_of: date | None
    data: Path | None
    latency_ms: int
    index_lag_ms: int
    limits: bool


def build(crm: str, world: World, options: Options) -> Simulator:
    """A simulated CRM, `hubspot` or `salesforce`, filled with a world. Raises SandboxError when it cannot be."""
    if crm not in CLASSES:
        raise SandboxError(f"There is no simulated CRM {crm!r}; there are {' and '.join(CLASSES)}.")
    _check_times(world, options.clock.now())
    # by name, so that this folder imports none of the simulators, which import from it
    simulator = getattr(import_module(f"sandbox.{crm}.simulator"), CLASSES[crm])
    return cast("Simulator", simulator(world, options))


def run_sandbox(crm: str, **wishes: Unpack[Wishes]) -> None:
    """Serve a simulated CRM until SIGTERM or SIGINT; says `ready URL` on stdout once it listens.

    Raises SandboxError, one line for people, when the CRM is unknown, the data unreadable or the port taken.
    """
    options = Options(
        token=wishes.get("token", DEFAULT_TOKEN),
        limits=wishes.get("limits", True),
        latency_ms=wishes.get("latency_ms", 0),
        index_lag_ms=wishes.get("index_lag_ms", 0),
    )
    serve(build(crm, _make_world(wishes), options), wishes.get("port", 0))


def _make_world(wishes: Wishes) -> World:
    folder = wishes.get("data")
    if folder is not None:
        try:
            return read_world(folder)
        except WorldError as error:
            raise SandboxError(str(error)) from error
    return generate(
        wishes.get("accounts", 200),
        wishes.get("contacts", 1000),
        wishes.get("deals", 600),
        wishes.get("seed", 1),
        wishes.get("as_of") or LAST_DAY,
    )


def _check_times(world: World, now: datetime) -> None:
    """A CRM holds nothing changed in the future: readers would then miss what changes between now and that time."""
    records: list[Account | Contact | Deal | LineItem]
    records = [*world.accounts, *world.contacts, *world.deals, *world.line_items]
    latest = max((record.modified_at for record in records), default=now)
    if latest > now:
        raise SandboxError(
            f"The data has records changed at {latest:%Y-%m-%d %H:%M} UTC, which is still to come; "
            "end it, or choose --as-of, on a day that is over."
        )
