"""`playmaker explain`: why a figure is what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy
import typer

from adapters.base import Kind
from connector.cli.figure_words import say_figures
from connector.cli.kpis import say_figure
from connector.cli.output import print_json, print_line, print_table
from connector.cli.plan_place import AccountArgument, find_account, know
from connector.cli.sayers import name_sayer, name_sayers, tell_sayers
from connector.cli.session import DEFAULT_CONFIG, AsOfOption, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import word
from connector.kpis.catalogue import UnknownKpiError, definition_of
from connector.kpis.explain import Explanation, NothingToExplainError, explain, say_input
from connector.kpis.facts import Terms
from connector.kpis.figures import MONEY_DECIMALS, figure_text, json_value, kpi_document
from connector.kpis.registry import MONEY_UNITS
from connector.kpis.trace import Counted, LeftOut
from connector.languages.speech import _
from connector.pipeline.compute import know_all, read_reference
from connector.pipeline.errors import SetupError
from connector.pipeline.facts import facts_of
from connector.plans.document import plan_document
from connector.plans.finding import full_name
from connector.store.accounts import read_names
from connector.store.directory import read_contacts
from connector.store.kpi_history import read_figures_at
from connector.store.store import Store
from connector.wiring.jobs import build_mapping, build_terms, open_ledger, read_clock
from mappings.account_plan import AccountPlan

KpiArgument = Annotated[str, typer.Argument(help="The KPI, like win_rate or stage_conversion[STAGE].")]
DealOption = Annotated[str | None, typer.Option("--deal", help="The deal's CRM id, for a KPI of a deal.")]


def explain_command(
    account: AccountArgument,
    kpi: KpiArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    deal: DealOption = None,
    as_of: AsOfOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Explain a figure: its formula, what went into it, the records counted and left out, and what is missing."""
    settings = load(config)
    with open_ledger(settings) as store:
        with store.reading() as ledger:
            chosen, id_ = find_account(ledger, choose(settings, connection), account)
        terms = build_terms(settings, chosen, as_of.date() if as_of else None, read_clock())
        reference = read_reference(store, chosen.name, build_mapping(settings, chosen))
        known = know_all(store, chosen.name, reference, terms)
        facts = facts_of(store, chosen.name, [id_], known, terms)
        try:
            told = explain(facts, known, terms, kpi, deal)
        except (UnknownKpiError, NothingToExplainError) as fault:
            raise SetupError(str(fault)) from None
        document = _document(store, _About(chosen.name, id_, deal, facts.plans), told, terms)
        with store.reading() as ledger:
            document |= tell_sayers(plan_document(know(ledger, chosen, id_)), document)
    print_json(document) if as_json else _print(document)


@dataclass(frozen=True, slots=True)
class _About:
    """Whose figure it is, and the plans of those below it, by account."""

    connection: str
    account: str
    deal: str | None
    plans: Mapping[str, AccountPlan]


def _document(store: Store, about: _About, told: Explanation, terms: Terms) -> dict[str, Any]:
    name, account, deal = about.connection, about.account, about.deal
    with store.reading() as ledger:
        names = _Names(ledger, about, told)
        kind, record = (Kind.DEAL, deal) if deal else (Kind.ACCOUNT, account)
        past = read_figures_at(ledger, name, kind, [record], terms.as_of).get(record, {}).get(told.key)
        title = read_names(ledger, name, Kind.ACCOUNT, [account]).get(account)
    now = figure_text(told.key, told.kpi)
    head = {"connection": name, "account": account, "name": title, "deal": deal, "kpi": told.key, "label": told.label}
    return {
        **head,
        **kpi_document(told.key, told.kpi),
        **_terms(told, terms),
        "inputs": dict(told.inputs),
        "figures": {what: json_value(value, MONEY_DECIMALS) for what, value in told.trace.figures.items()},
        "counted": [names.record(one) | _figures(one) for one in told.trace.counted],
        "left_out": [names.record(one) | {"why": one.why} for one in told.trace.left_out],
        "missing": list(told.missing),
        "unchanged_since": past.since.isoformat(timespec="seconds") if past and past.text == now else None,
    }


def _terms(told: Explanation, terms: Terms) -> dict[str, Any]:
    """The formula, and for what it was reckoned."""
    return {
        "formula": list(told.formula),
        "formula_version": told.version,
        "as_of": terms.as_of.isoformat(timespec="seconds"),
        "window_days": terms.settings.window_days,
        "currency": terms.currency if definition_of(told.key).traits.unit in MONEY_UNITS else None,
    }


class _Names:
    """What the records behind a figure are called."""

    def __init__(self, ledger: sqlalchemy.Connection, about: _About, told: Explanation) -> None:
        records: list[Counted | LeftOut] = [*told.trace.counted, *told.trace.left_out]
        people = {one.id for one in records if one.kind is Kind.CONTACT}
        name = about.connection
        self._names: dict[tuple[Kind | None, str], str | None] = {
            (Kind.CONTACT, id_): said.name for plan in about.plans.values() for id_, said in plan.stakeholders.items()
        }
        self._names |= {
            (Kind.CONTACT, id_): full_name(contact) for id_, contact in read_contacts(ledger, name, people).items()
        }
        for kind in (Kind.DEAL, Kind.ACCOUNT):
            found = read_names(ledger, name, kind, [one.id for one in records if one.kind is kind])
            self._names |= {(kind, id_): called for id_, called in found.items()}

    def record(self, one: Counted | LeftOut) -> dict[str, Any]:
        """Its kind, id and name."""
        kind = one.kind.value if one.kind else None
        return {"kind": kind, "id": one.id, "name": self._names.get((one.kind, one.id))}


def _figures(one: Counted) -> dict[str, Any]:
    return {"figures": {what: json_value(value, MONEY_DECIMALS) for what, value in one.figures.items()}}


def _print(document: dict[str, Any]) -> None:
    account = document["name"] or document["account"]
    print_line(_("{label} ({kpi}) of {account}", label=document["label"], kpi=document["kpi"], account=account))
    for line in _lines(document):
        print_line(line)
    if document["counted"]:
        _print_counted(document["counted"])
    if document["left_out"]:
        rows = [(_called(one), one["why"]) for one in document["left_out"]]
        print_table(_("Left out: {number}", number=len(rows)), [_("record"), _("why")], rows)


def _print_counted(counted: Sequence[dict[str, Any]]) -> None:
    rows = [(_called(one), say_figures(one["figures"]), name_sayers(one.get("judged", {}))) for one in counted]
    columns = [_("record"), _("figures"), _("said by")]
    width = len(columns) if any(row[-1] for row in rows) else len(columns) - 1
    print_table(_("Counted: {number}", number=len(rows)), columns[:width], [row[:width] for row in rows])


def _lines(document: dict[str, Any]) -> Iterator[str]:
    currency = f" {document['currency']}" if document["currency"] else ""
    value = _("unknown") if document["value"] is None else f"{say_figure(document['value'])}{currency}"
    if document["denominator"] is not None:
        value = f"{value} = {say_figure(document['numerator'])} / {say_figure(document['denominator'])}"
    status, records = word(document["status"]), document["n"]
    yield _("value: {value} · status: {status} · records: {records}", value=value, status=status, records=records)
    yield from (_("missing: {what}", what=line) for line in document["missing"])
    yield from document["formula"]
    if document["figures"]:
        yield _("figures: {figures}", figures=say_figures(document["figures"]))
    for field, said in document["said"].items():
        yield _("{field}: {value}, said by {who}", field=word(field), value=said["value"], who=name_sayer(said))
    yield _("inputs: {inputs}", inputs=", ".join(_mapped(document["inputs"])) or _("no field has to be mapped"))
    yield _(
        "formula {version} · reckoned for {moment} · unchanged since: {since}",
        version=document["formula_version"],
        moment=document["as_of"],
        since=document["unchanged_since"] or _("no run has kept it yet"),
    )


def _mapped(inputs: Mapping[str, bool]) -> Iterator[str]:
    for name, is_mapped in inputs.items():
        field = say_input(name)
        yield _("{field} (mapped)", field=field) if is_mapped else _("{field} (NOT mapped)", field=field)


def _called(one: dict[str, Any]) -> str:
    return f"{one['name']} ({one['id']})" if one["name"] else str(one["id"])
