"""`playmaker export plan`: an account's whole plan as a page for a review meeting."""

from __future__ import annotations

from pathlib import Path

import typer

from connector.cli.output import say
from connector.cli.plan_place import find_account, know
from connector.cli.session import choose
from connector.config.settings import Settings
from connector.kpis.compute import compute_accounts
from connector.kpis.figures import kpi_document
from connector.kpis.result import Kpi
from connector.pipeline.compute import read_reference
from connector.pipeline.facts import facts_of
from connector.pipeline.portfolio import know_portfolio
from connector.plans.exchange.files import write_private
from connector.plans.exchange.page import Figure, Page, PageFormat, write_page
from connector.plans.values import PlanError
from connector.wiring.jobs import build_mapping, build_terms, open_ledger, read_clock

PRIVATE = "note: this holds opinions about named people; keep it as you would keep a personnel file"


def export_page(
    settings: Settings, connection: str | None, account: str | None, form: PageFormat, output: Path | None
) -> None:
    """Write the page of an account into a file, or onto the screen. Raises PlanError."""
    if account is None:
        raise PlanError("whose plan? `playmaker export plan ACCOUNT`")
    now = read_clock()
    with open_ledger(settings) as store:
        with store.reading() as ledger:
            one, id_ = find_account(ledger, choose(settings, connection), account)
            known = know(ledger, one, id_)
        terms = build_terms(settings, one, None, now)
        reference = read_reference(store, one.name, build_mapping(settings, one))
        reference = know_portfolio(store, one.name, reference, terms)
        (result,) = compute_accounts(facts_of(store, one.name, [id_], reference, terms), reference, terms)
    page = Page(form, now.astimezone(settings.timezone).date(), known.account.currency or settings.currency)
    findings = [code.replace("_", " ") for kpi in result.kpis.values() for code in kpi.findings or ()]
    text = write_page(known, [_figure(key, kpi) for key, kpi in result.kpis.items()], findings, page)
    if output:
        write_private(output, text.encode())
        say(f"written to {output}")
    else:
        typer.echo(text)
    say(PRIVATE)


def _figure(key: str, kpi: Kpi) -> Figure:
    value = kpi_document(key, kpi)["value"]
    return Figure(key.replace("_", " "), "?" if value is None else str(value), kpi.status.value.replace("_", " "))
