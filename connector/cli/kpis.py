"""`playmaker kpis`: every KPI of every account, from the local mirror."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

import typer

from adapters.base import Kind
from connector.cli.output import print_json, print_table, say
from connector.cli.past import is_kept, past_lines
from connector.cli.plan_place import find_account
from connector.cli.session import DEFAULT_CONFIG, AsOfOption, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.kpis.catalogue import definition_of
from connector.kpis.facts import Terms
from connector.kpis.figures import kpi_document
from connector.kpis.result import Kpi
from connector.kpis.shard import order_of
from connector.languages.speech import _, ngettext, speaker
from connector.pipeline.compute import compute_account, compute_all, read_reference
from connector.pipeline.errors import SetupError
from connector.pipeline.portfolio import PortfolioResult, portfolio_result
from connector.plans.finding import UnknownNameError
from connector.store.accounts import read_names
from connector.store.store import Store
from connector.wiring.jobs import build_mapping, build_terms, open_ledger, read_clock

AccountOption = Annotated[str | None, typer.Option("--account", help="Only this account: its CRM id or its name.")]
PortfolioOption = Annotated[
    bool, typer.Option("--portfolio", help="All strategic accounts of a connection together, as if they were one.")
]


DIFFERENCE = "difference_in_differences"


def kpis_command(
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    account: AccountOption = None,
    as_of: AsOfOption = None,
    *,
    portfolio: PortfolioOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show every KPI of every account and deal, reckoned from what the last sync pulled.

    With --as-of: as they were kept at the end of that day, where the history of this connection had begun by then and a
    later sync has run; else reckoned for that day from what is known now.
    """
    settings = load(config)
    if portfolio and account:
        raise SetupError(_("--portfolio is about all strategic accounts: leave out --account"))
    day, now = as_of.date() if as_of else None, read_clock()
    with open_ledger(settings) as store:
        connections, wanted = _wanted(store, choose(settings, connection), account, past=day is not None)
        lines_of = portfolio_lines if portfolio else partial(past_lines_of if day else kpi_lines, account=wanted)
        lines = [
            line
            for each in connections
            for line in lines_of(store, settings, each, build_terms(settings, each, day, now))
            if wanted in {None, line["account"]}
        ]
    if wanted and not lines:
        raise SetupError(_("no account {id} in the local mirror; give its CRM id, or sync first", id=wanted))
    if not lines and portfolio:
        none = _("no account is strategic; see `portfolio` in the documentation of the configuration")
        say(f"playmaker: {none}")
    elif not lines:
        say(f"playmaker: {_('nothing was pulled yet; run `playmaker sync` first')}")
    print_json(lines) if as_json else _print(lines)


def _wanted(
    store: Store, connections: Sequence[Connection], account: str | None, *, past: bool
) -> tuple[Sequence[Connection], str | None]:
    """The connections to look into, and the id of the one account that is meant; None: all of them.

    On a past day it may be one that the CRM no longer has: then the text is its id.
    """
    if account is None:
        return connections, None
    try:
        with store.reading() as ledger:
            chosen, id_ = find_account(ledger, connections, account)
    except UnknownNameError:
        if past:
            return connections, account
        raise
    return [chosen], id_


def past_lines_of(
    store: Store, settings: Settings, connection: Connection, terms: Terms, *, account: str | None = None
) -> Iterator[dict[str, Any]]:
    """As kept at the end of the day, else as `kpi_lines` reckons it for then."""
    if is_kept(store, connection.name, terms.as_of):
        reference = read_reference(store, connection.name, build_mapping(settings, connection))
        return past_lines(store, connection.name, reference, terms)
    return kpi_lines(store, settings, connection, terms, account=account)


def kpi_lines(
    store: Store, settings: Settings, connection: Connection, terms: Terms, *, account: str | None = None
) -> Iterator[dict[str, Any]]:
    """One JSON object per account, or that of one account alone.

    The deals that have none come last, under `"account": null`.
    """
    reference = read_reference(store, connection.name, build_mapping(settings, connection))
    if account is None:
        shards = compute_all(store, connection.name, reference, terms)
    else:
        shards = iter([compute_account(store, connection.name, account, reference, terms)])
    orphans: list[dict[str, Any]] = []
    for shard in shards:
        names = _names(store, connection.name, Kind.ACCOUNT, [result.account for result in shard if result.account])
        for result in shard:
            deals = _deal_documents(store, connection.name, result.deals)
            if result.account is None:
                orphans += deals
                continue
            head = {"connection": connection.name, "account": result.account, "name": names.get(result.account)}
            yield head | {"kpis": _documents(result.kpis), "deals": deals}
    if orphans:
        orphans.sort(key=lambda deal: order_of(deal["deal"]))
        yield {"connection": connection.name, "account": None, "name": None, "kpis": {}, "deals": orphans}


def portfolio_lines(store: Store, settings: Settings, connection: Connection, terms: Terms) -> Iterator[dict[str, Any]]:
    """One JSON object like an account's, for all strategic accounts together; none where no account is strategic."""
    reference = read_reference(store, connection.name, build_mapping(settings, connection))
    found = portfolio_result(store, connection.name, reference, terms)
    head = {"connection": connection.name, "account": None, "name": "portfolio"}
    if found.accounts:
        yield head | {"accounts": list(found.accounts), "kpis": _compared(found), "deals": []}


def _compared(found: PortfolioResult) -> dict[str, dict[str, Any]]:
    """Beside each change since the plans, by how much it is more than at accounts without one."""
    told = _documents(found.kpis)
    for key, kpi in found.differences.items():
        difference = kpi_document(key, kpi)
        told[key][DIFFERENCE] = {name: difference[name] for name in ("value", "status", "n")}
    return told


def _deal_documents(store: Store, name: str, deals: Mapping[str, Mapping[str, Kpi]]) -> list[dict[str, Any]]:
    names = _names(store, name, Kind.DEAL, list(deals))
    return [{"deal": id_, "name": names.get(id_), "kpis": _documents(kpis)} for id_, kpis in deals.items()]


def _names(store: Store, name: str, kind: Kind, ids: Sequence[str]) -> dict[str, str | None]:
    with store.reading() as ledger:
        return read_names(ledger, name, kind, ids)


def _documents(kpis: Mapping[str, Kpi]) -> dict[str, dict[str, Any]]:
    return {key: kpi_document(key, kpi) for key, kpi in kpis.items()}


def _beside(key: str, kpi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield key, kpi
    if DIFFERENCE in kpi:
        yield f"{key} · {DIFFERENCE}", kpi[DIFFERENCE]


def _print(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        rows = [_row(row, _name(row), told) for key, kpi in line["kpis"].items() for row, told in _beside(key, kpi)]
        for deal in line["deals"]:
            called = f"{deal['name']} ({deal['deal']})"
            rows += [_row(f"{called} · {key}", _name(key), kpi) for key, kpi in deal["kpis"].items()]
        print_table(_title(line), [_("KPI"), _("name"), _("value"), _("status"), _("records")], rows)


def _name(row: str) -> str:
    """What the CRM calls a KPI, without what stands in brackets; beside a change also with what it is compared."""
    key, _dot, beside = row.partition(" · ")
    title = speaker().say(definition_of(key).title).partition(" (")[0]
    return _("{kpi}, against accounts without a plan", kpi=title) if beside else title


def _title(line: dict[str, Any]) -> str:
    if "accounts" in line:
        return ngettext(
            "{connection}: portfolio ({number} account)",
            "{connection}: portfolio ({number} accounts)",
            len(line["accounts"]),
            connection=line["connection"],
        )
    if line["account"] is None:
        return _("{connection}: deals without an account", connection=line["connection"])
    return _("{connection}: {name} ({id})", connection=line["connection"], name=line["name"], id=line["account"])


def _row(called: str, name: str, kpi: dict[str, Any]) -> tuple[object, ...]:
    return (called, name, say_figure(kpi["value"]), word(kpi["status"]), kpi["n"])


def say_figure(value: object) -> object:
    """A figure of a JSON document as people of the language write it; a day among them."""
    if isinstance(value, float):
        return speaker().number(Decimal(str(value)))
    return value
