"""An admin at a terminal: a configuration and the command line, all in this process; used by several test folders."""

from __future__ import annotations

import contextlib
import io
import json
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import requests

from connector.cli.app import main

TOKEN = "sandbox-token"
CRMS = ("hubspot", "salesforce")
DAY = date(2026, 10, 31)

MAPPINGS = {
    "hubspot": """
      account: {potential_revenue: potential_revenue, strategic: strategic_account}
      contact: {influence: influence_level, stance: stance, departed: left_company}
      product: {family: product_line, active: product_active}
      line_item: {recurring_annual: null, recurring_start: null, recurring_end: null}
""",
    "salesforce": """
      account: {potential_revenue: Potential_Revenue__c, strategic: Strategic_Account__c}
      contact: {role: Buying_Role__c, influence: Influence_Level__c, stance: Stance__c, departed: Left_Company__c}
      product: {unit_cost: Unit_Cost__c}
""",
}


@dataclass
class Outcome:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Admin:
    """Runs commands in a folder of their own, on simulated CRMs that it can reach behind the program's back."""

    folder: Path
    urls: dict[str, str]
    environ: dict[str, str] = field(default_factory=lambda: {"TOKEN": TOKEN})

    def configure(self, *crms: str, extra: str = "", top: str = "", mapping: dict[str, str] | None = None) -> Path:
        """Write config.yaml with a connection for each CRM (all by default)."""
        lines = [f"currency: EUR\ndatabase: {self.database()}\n{top}\nconnections:"]
        for crm in crms or tuple(self.urls):
            lines.append(f"  - name: {crm}\n    crm: {crm}\n    base_url: {self.urls[crm]}")
            lines.append(f'    auth: {{access_token: "${{TOKEN}}"}}\n{extra}    mapping:{(mapping or MAPPINGS)[crm]}')
        path = self.folder / "config.yaml"
        path.write_text("\n".join(lines))
        return path

    def database(self) -> str:
        return "sqlite:///playmaker.db"

    def run(self, *arguments: str) -> Outcome:
        """One command, as `playmaker …` would run it."""
        out, err = io.StringIO(), io.StringIO()
        before = dict(os.environ)
        os.environ.update(self.environ | {"PLAYMAKER_CONFIG": str(self.folder / "config.yaml")})
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = _exit_code(arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)
        return Outcome(code, out.getvalue(), err.getvalue())

    def good(self, *arguments: str) -> Outcome:
        """One command that must go well."""
        outcome = self.run(*arguments)
        assert outcome.code == 0, outcome.err + outcome.out
        return outcome

    def sync(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """A good sync's report by connection."""
        found = self.good("sync", "--json", *arguments).json
        return {one["name"]: one for one in found["connections"]}

    def state(self, crm: str) -> dict[str, list[dict[str, Any]]]:
        """The CRM's raw state."""
        return self.control("GET", crm, "state")

    def fault(self, crm: str, **fault: Any) -> None:
        """Make the CRM misbehave."""
        self.control("POST", crm, "faults", fault)

    def requests(self, crm: str) -> list[dict[str, Any]]:
        """The requests that a CRM has answered."""
        return self.control("GET", crm, "log")

    def call(self, crm: str, method: str, path: str, body: Any) -> Any:
        """A request of a rep's over the CRM's own API."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.request(method, self.urls[crm] + path, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def control(self, method: str, crm: str, what: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self.urls[crm]}/_sandbox/{what}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def _exit_code(arguments: tuple[str, ...]) -> int:
    try:
        main(list(arguments))
    except SystemExit as end:
        return int(end.code or 0)
    return 0
