"""`playmaker plan gaps`: what account plans lack, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connector.cli.output import print_json, print_line, print_table, say
from connector.cli.plan_place import find_account
from connector.cli.plan_show import OptionalAccount
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.kpis.compute import account_views
from connector.kpis.fields import SEPARATOR
from connector.kpis.findings import find_plan_findings
from connector.kpis.frame import frame_of
from connector.kpis.health import plan_health
from connector.languages.speech import _, speaker
from connector.pipeline.compute import read_reference
from connector.pipeline.facts import facts_of
from connector.pipeline.portfolio import know_portfolio, list_strategic
from connector.plans.gaps import find_gaps
from connector.plans.known import read_known
from connector.store.store import Store
from connector.wiring.jobs import build_mapping, build_terms, open_ledger, read_clock


def gaps_command(
    account: OptionalAccount = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """List what the plans of strategic accounts lack, the worst plan first; with an account, also what to fill in."""
    settings = load(config)
    with open_ledger(settings) as store:
        chosen, wanted = choose(settings, connection), None
        if account:
            with store.reading() as ledger:
                one, wanted = find_account(ledger, chosen, account)
            chosen = [one]
        lines = [line for each in chosen for line in _lines(store, settings, each, wanted)]
    lines.sort(key=lambda line: (line["health"] is None, line["health"] or 0, line["name"]))
    if as_json:
        print_json(lines)
    else:
        _print(lines, one=wanted is not None)


def _lines(store: Store, settings: Settings, connection: Connection, account: str | None) -> Iterator[dict[str, Any]]:
    """The strategic accounts of a connection, or the one that is meant, strategic or not."""
    terms = build_terms(settings, connection, None, read_clock())
    reference = read_reference(store, connection.name, build_mapping(settings, connection))
    reference = know_portfolio(store, connection.name, reference, terms)
    ids = [account] if account else list_strategic(store, connection.name, reference, terms)
    with store.reading() as ledger:
        known = read_known(ledger, connection.name, ids, connection.authority.by_field())
    for view in account_views(facts_of(store, connection.name, ids, reference, terms), frame_of(reference, terms)):
        one = known[view.units[0].id]
        yield {
            "connection": connection.name,
            "account": one.id,
            "name": one.name,
            "health": plan_health(view).value,
            "findings": [
                {"code": found.code, "weight": found.weight, "text": found.say()} for found in find_plan_findings(view)
            ],
            "missing": find_gaps(one, settings.kpis.required_roles),
        }


def _print(lines: list[dict[str, Any]], *, one: bool) -> None:
    if not lines:
        none = _(
            "no strategic account: mark them in the CRM, under `portfolio`, or begin a plan with `playmaker plan set`"
        )
        say(none)
        return
    rows = [
        (
            line["account"],
            line["name"],
            line["health"],
            speaker().say(SEPARATOR).join(_(finding["text"]) for finding in line["findings"]),
        )
        for line in lines
    ]
    columns = [_("account"), _("name"), _("health"), _("because")]
    print_table(_("What plans lack, worst first"), columns, rows)
    for gap in lines[0]["missing"] if one else ():
        print_line(f"- {gap}")
