"""How `playmaker init` ends: what was written, and what comes next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.cli.init_proposals import explain
from connector.cli.output import print_line
from connector.cli.session import DEFAULT_CONFIG
from connector.config.draft import ConnectionDraft
from connector.config.references import find_references
from connector.languages.speech import _, mark
from connector.wiring.survey import Survey
from mappings.proposal import Proposal


def _list_steps(path: Path, connection: ConnectionDraft) -> list[str]:
    unset = [
        name
        for one in connection.auth.values()
        for name in find_references(one)
        if name.isidentifier() and not os.environ.get(name)
    ]
    option = "" if path == DEFAULT_CONFIG else f" --config {shlex.quote(str(path))}"
    commands = ("check", "fields plan", "fields apply", "sync --dry-run", "sync", "serve")
    return [*(f"export {name}=…" for name in unset), *(f"playmaker {command}{option}" for command in commands)]


_STEPS = {
    "export": mark("set the secret where the program runs"),
    "check": mark("is all in place? It says that the KPI fields are missing"),
    "fields plan": mark("what would be created in the CRM"),
    "fields apply": mark("create it"),
    "sync --dry-run": mark("what a sync would write; nothing is changed"),
    "sync": mark("pull, compute, write"),
    "serve": mark("stay, and sync on the schedule"),
}


def say_next(path: Path, connection: ConnectionDraft) -> None:
    """The commands that come after, each with what it is for."""
    if connection.schedule and connection.cost:
        print_line(_("schedule {schedule}: {cost}", schedule=connection.schedule, cost=connection.cost))
    print_line(_("{path} is written; only you can read it. Next:", path=path))
    for step in _list_steps(path, connection):
        command = step.removeprefix("playmaker ").partition(" --config")[0]
        print_line(f"  {step}  # {_(_STEPS[command if command in _STEPS else 'export'])}")


def describe(
    path: Path,
    connection: ConnectionDraft,
    scope: Mapping[str, Sequence[str]],
    seen: Survey | None,
    taken: Sequence[Proposal],
) -> dict[str, Any]:
    """What was written, as JSON."""
    organisation = seen and {"id": seen.organisation.id, "name": seen.organisation.name}
    mapping = [
        {"kind": each.kind.value, "field": each.field, "source": each.source, "why": explain(each)} for each in taken
    ]
    said = {"config": str(path), "connection": connection.name, "crm": connection.crm}
    found = {"organisation": organisation, "mapping": mapping, "schedule": connection.schedule}
    return {**said, **found, "scope": scope, "next": _list_steps(path, connection)}
