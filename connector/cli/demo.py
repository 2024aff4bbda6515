"""`playmaker demo`: the main job on both simulated CRMs, and what a rep then sees."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path

import typer

from adapters.base import FieldAction
from connector.cli.demo_choice import Example, choose_example
from connector.cli.demo_rep import HubSpotRep, Rep, SalesforceRep
from connector.cli.exit_codes import ExitCode
from connector.cli.fields import field_changes
from connector.cli.output import console_out, print_table
from connector.cli.sync import print_reports, sync_one
from connector.config.connection import Connection
from connector.config.load import load_settings
from connector.config.settings import Settings
from connector.log.setup import configure
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.wiring.jobs import RunOptions, read_clock
from sandbox.command import build
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.generator import generate

TOKEN = "sandbox-token"  # noqa: S105 - it opens nothing but the simulated CRMs
REPS: dict[str, type[HubSpotRep | SalesforceRep]] = {"hubspot": HubSpotRep, "salesforce": SalesforceRep}

_CONFIG = """
database: sqlite:///demo.db
currency: EUR
connections:
  - name: hubspot
    crm: hubspot
    base_url: {hubspot}
    auth: {{access_token: "${{TOKEN}}"}}
    mapping:
      contact: {{influence: influence_level, stance: stance, departed: left_company}}
      product: {{family: product_line}}
  - name: salesforce
    crm: salesforce
    base_url: {salesforce}
    auth: {{access_token: "${{TOKEN}}"}}
    mapping:
      contact: {{role: Buying_Role__c, influence: Influence_Level__c, stance: Stance__c, departed: Left_Company__c}}
      product: {{unit_cost: Unit_Cost__c}}
"""


def demo_command(
    seed: int = typer.Option(1, help="The same seed is the same world."),
) -> None:
    """Start both simulated CRMs, run the main job on them, and show what a rep sees before and after a change."""
    today = read_clock().date()
    with tempfile.TemporaryDirectory() as folder, simulated_crms(seed, today - timedelta(days=1)) as urls:
        settings = write_settings(Path(folder), urls)
        configure(json=False, level="WARNING", secrets=settings.secrets())
        last = [
            show_connection(settings, connection, urls[connection.crm], today) for connection in settings.connections
        ]
    quiet = all(report.status is RunStatus.DONE and report.written == 0 for report in last)
    _say(
        "The third sync wrote nothing." if quiet else "The third sync was NOT quiet: that is a fault, please report it."
    )
    raise typer.Exit(ExitCode.DONE if quiet else ExitCode.UNEXPECTED)


@contextmanager
def simulated_crms(seed: int, last_day: date) -> Iterator[dict[str, str]]:
    """Both CRMs on free local ports, filled with the same world as it stood on that day; their addresses by name."""
    world = generate(accounts=40, contacts=240, deals=400, seed=seed, as_of=last_day)
    with ExitStack() as running:
        yield {crm: running.enter_context(start(build(crm, world, Options(token=TOKEN)))).url for crm in REPS}


def write_settings(folder: Path, urls: dict[str, str]) -> Settings:
    """A configuration as an admin would write it, loaded the way every command loads it."""
    path = folder / "config.yaml"
    path.write_text(_CONFIG.format(**urls))
    return load_settings(path, {"TOKEN": TOKEN})


def show_connection(settings: Settings, connection: Connection, url: str, today: date) -> ConnectionReport:
    """Fields, first sync, a rep's changes, second sync, third sync; returns the third one's report."""
    _say(f"\n=== {connection.crm} at {url}")
    changes = field_changes(settings, connection, apply=True)
    _say(f"fields apply: {sum(change.action is FieldAction.CREATE for change in changes)} KPI fields created")
    first = _sync(settings, connection)
    example = choose_example(settings, connection)
    rep = REPS[connection.crm](url, TOKEN)
    before = rep.read_account(example.account)
    act(rep, example, today)
    second = _sync(settings, connection)
    show_difference(example, before, rep.read_account(example.account))
    third = _sync(settings, connection)
    print_reports("demo", [first, second, third], dry=False, as_json=False)
    return third


def act(rep: Rep, example: Example, today: date) -> None:
    """What the rep does in the CRM between the two syncs."""
    rep.win_deal(example.deal, today)
    rep.judge_contact(example.contact, "champion")
    _say(f"a rep wins the deal “{example.deal_name}” and records that one contact is now a champion")


def show_difference(example: Example, before: dict[str, object], after: dict[str, object]) -> None:
    """The account's KPI fields in the CRM, before → after."""
    rows = [
        (label, before.get(label), "→" if before.get(label) != new else "", new) for label, new in sorted(after.items())
    ]
    print_table(f"What the rep sees on “{example.account_name}”", ["field", "before", "", "after"], rows)


def _sync(settings: Settings, connection: Connection) -> ConnectionReport:
    return sync_one(settings, connection, RunOptions())


def _say(text: str) -> None:
    console_out().print(text, markup=False)
