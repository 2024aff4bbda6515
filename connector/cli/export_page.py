"""`playmaker export plan`: an account's whole plan as a page for a review meeting."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import typer

from connector.cli.output import say
from connector.cli.plan_place import find_account, know
from connector.cli.session import choose
from connector.config.settings import Settings
from connector.kpis.catalogue import definition_of
from connector.kpis.fields import ANSWERS, finding_words
from connector.kpis.figures import kpi_document
from connector.kpis.registry import MONEY_UNITS, Unit, Wording
from connector.kpis.result import Kpi
from connector.languages.speech import _, mark
from connector.languages.translation import translator_for
from connector.pipeline.compute import compute_account, read_reference
from connector.plans.exchange.files import write_private
from connector.plans.exchange.page import Figure, Page, PageFormat, write_page
from connector.plans.values import PlanError
from connector.wiring.jobs import build_mapping, build_terms, open_ledger, read_clock

PRIVATE = mark("note: this holds opinions about named people; keep it as you would keep a personnel file")


def export_page(
    settings: Settings, connection: str | None, account: str | None, form: PageFormat, output: Path | None
) -> None:
    """Write the page of an account into a file, or onto the screen. Raises PlanError."""
    if account is None:
        raise PlanError(_("whose plan? `playmaker export plan ACCOUNT`"))
    now = read_clock()
    with open_ledger(settings) as store:
        with store.reading() as ledger:
            one, id_ = find_account(ledger, choose(settings, connection), account)
            known = know(ledger, one, id_)
        terms = build_terms(settings, one, None, now)
        reference = read_reference(store, one.name, build_mapping(settings, one))
        (result,) = compute_account(store, one.name, id_, reference, terms)
    wording = Wording(settings.kpis, settings.currency, translator_for(settings.language))
    today, currency = settings.day_of(now), known.account.currency or settings.currency
    page = Page(form, today, currency, wording.translator)
    found = [finding_words(code) for kpi in result.kpis.values() for code in kpi.findings or ()]
    findings = [wording.translator.say(words) for words in found]
    text = write_page(known, [_figure(key, kpi, wording) for key, kpi in result.kpis.items()], findings, page)
    if output:
        write_private(output, text.encode())
        say(_("written to {file}", file=output))
    else:
        typer.echo(text)
    say(_(PRIVATE))


def _figure(key: str, kpi: Kpi, wording: Wording) -> Figure:
    """A figure with its label in the language; one of a stage with the stage's id."""
    definition = definition_of(key)
    stage = key.removeprefix(definition.key)
    value = _write(kpi_document(key, kpi)["value"], definition.traits.unit, wording)
    return Figure(f"{definition.label(wording)} {stage}".rstrip(), value, kpi.status.value)


def _write(value: object, unit: Unit, wording: Wording) -> str:
    translator = wording.translator
    if isinstance(value, bool):
        return translator.say(ANSWERS[0] if value else ANSWERS[1])
    if unit is Unit.DATE and isinstance(value, str):
        return translator.day(date.fromisoformat(value))
    if isinstance(value, int | float):
        number = Decimal(str(value))
        if unit is Unit.FRACTION:
            return translator.percent(number)
        return translator.money(number, wording.currency) if unit in MONEY_UNITS else translator.number(number)
    return "?" if value is None else str(value)
