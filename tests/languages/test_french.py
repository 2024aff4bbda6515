"""French: everything that the connector says in a CRM has its French, and it fits."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Message
from jinja2.ext import babel_extract

from connector.cli.plan_set import Evidence
from connector.config.kpis import KpiSettings
from connector.kpis.catalogue import definitions
from connector.kpis.fields import (
    ALWAYS,
    ANSWERS,
    OK,
    PLAN,
    SEPARATOR,
    STALE,
    STATUS_WORDS,
    finding_words,
    kpi_specs,
    status_line,
)
from connector.kpis.findings import CHECKS
from connector.kpis.registry import MONEY_UNITS, Wording
from connector.kpis.result import Kpi, Status
from connector.languages.translation import Translator, read_catalogue, translator_for
from connector.plans.exchange import page
from connector.plans.exchange.titles import spell, titles_said
from connector.plans.input_fields import INPUTS
from mappings.strategy import ActionStatus, ObjectiveKind, Plan, ReviewKind, TeamRole
from mappings.vocabulary import DECISION_ROLES, Role, Stance, Survey

FRENCH = translator_for("fr")
CATALOGUE = [message for message in read_catalogue("fr") if message.id]
LONG = Wording(KpiSettings(window_days=3650, live_days=3650), "EUR", FRENCH)
SPECIAL_SIGNS = {"\u00a0", "\u202f", "\u2009", "\u2019"}


def texts_of_kpis() -> Iterator[str]:
    for definition in definitions():
        yield definition.title
        yield definition.help_text


def fixed_texts() -> Iterator[str]:
    for label, help_text, _ in ALWAYS.values():
        yield label
        yield help_text
    yield from (*STATUS_WORDS.values(), STALE, PLAN, OK, SEPARATOR, *ANSWERS)
    yield from (finding_words(finding.code) for finding, _ in CHECKS)
    yield from DECISION_ROLES
    for asked in INPUTS.values():
        yield from (asked.label, asked.help, *asked.options.values())
    yield from get_args(KpiSettings.model_fields["revenue_source"].annotation)


def words_of_pages() -> Iterator[str]:
    """What the pages of whole plans say: literals in the templates, names of fields, values of ours."""
    templates = sorted(Path(page.__file__).with_name("templates").glob("*.j2"))
    for template in templates:
        with template.open("rb") as file:
            yield from (str(text) for _, _, text, _ in babel_extract(file, ["say"], [], {}) if text)
    yield from (spell(name) for name in Plan.model_fields if name != "removed")
    for codes in (Role, Stance, Survey, ObjectiveKind, ActionStatus, ReviewKind, TeamRole, Evidence, Status):
        yield from (spell(code) for code in codes)


def samples() -> set[str]:
    return {definition.traits.sample for definition in definitions() if not definition.per_stage}


def english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def names_in_braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_has_its_french_and_none_is_left_over():
    said = {english(message) for message in CATALOGUE}
    assert said == {*texts_of_kpis(), *fixed_texts(), *words_of_pages(), *titles_said(), *samples()}


def test_every_sample_has_its_french_in_both_numbers():
    plurals = {message.id for message in CATALOGUE if not isinstance(message.id, str)}
    assert plurals == {(sample, f"{sample}s") for sample in samples()}


@pytest.mark.parametrize("message", CATALOGUE, ids=english)
def test_no_french_is_missing_doubtful_or_lacks_a_name_in_braces(message):
    french = [message.string] if isinstance(message.string, str) else message.string
    assert all(french)
    assert not message.fuzzy
    assert [names_in_braces(text) for text in french] == [names_in_braces(english(message))] * len(french)


@pytest.mark.parametrize("message", CATALOGUE, ids=english)
def test_spaces_are_ordinary_and_apostrophes_straight_so_that_a_filter_finds_them(message):
    assert not set("".join(message.string)) & SPECIAL_SIGNS


@pytest.mark.parametrize("definition", definitions(), ids=lambda one: one.key)
def test_french_labels_and_help_texts_fit_their_fields(definition):
    currency = " (EUR)" if definition.traits.unit in MONEY_UNITS else ""
    assert 0 < len(definition.label(LONG) + currency) <= 40
    assert 40 < len(definition.help(LONG)) <= 510


def test_no_two_fields_of_a_kind_have_the_same_french_label():
    specs = kpi_specs(LONG, {"all": True}, str, multi_currency=False)
    labels = [(spec.kind, spec.label) for spec in specs]
    assert len(set(labels)) == len(labels)


def test_settings_are_filled_into_french_in_french():
    wording = Wording(KpiSettings(window_days=90), "CHF", FRENCH)
    specs = {spec.key: spec for spec in kpi_specs(wording, {"all": True}, str, multi_currency=True)}
    assert specs["win_rate"].label == "Taux de succès (90 jours)"
    assert specs["revenue"].label == "Chiffre d'affaires (90 jours) (CHF)"
    assert "(économique, technique, utilisateur, coach)" in specs["role_coverage"].help
    assert specs["revenue"].help.endswith("utilise la source : commandes.")


def test_the_status_line_is_french():
    line = status_line(
        {
            "win_rate": Kpi(1, Status.LOW_SAMPLE, 1),
            "sales_cycle_days": Kpi(9, Status.LOW_SAMPLE, 2),
            "revenue": Kpi(None, Status.MIXED_CURRENCY, 1),
            "plan_health": Kpi(60, Status.OK, 2, findings=("no_objective", "review_overdue")),
        },
        FRENCH,
    )
    assert line == (
        "échantillon faible : Taux de succès (1 affaire close), Cycle de vente en jours (2 affaires gagnées) ; "
        "taux de change manquant : Chiffre d'affaires ; plan : sans objectif, revue en retard"
    )


def test_nothing_closed_is_singular_in_french_and_plural_in_english():
    assert FRENCH.count("closed deal", "closed deals", 0) == "affaire close"
    assert Translator().count("closed deal", "closed deals", 0) == "closed deals"


def test_the_french_status_line_fits_its_field():
    everything = {definition.key: Kpi(None, Status.NOT_CONFIGURED, 0) for definition in definitions()}
    assert len(status_line(everything, FRENCH)) <= 255


def test_what_a_catalogue_lacks_is_said_in_english():
    assert FRENCH.say("Left-handed people") == "Left-handed people"
    assert FRENCH.say("") == ""
