"""The page for reps says what the fields say, in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.kpis import KpiSettings
from connector.kpis.fields import ALWAYS, PLAN, STALE, STATUS_WORDS, kpi_specs
from connector.kpis.registry import Wording
from connector.languages.translation import translator_for
from connector.plans.handout import CURRENCY, renew

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"en": "for-reps.md", "fr": "for-reps.fr.md"}

each_language = pytest.mark.parametrize("language", PAGES)


def page(language: str) -> str:
    return (DOCS / PAGES[language]).read_text(encoding="utf-8")


@each_language
def test_the_page_for_reps_is_current(language: str):
    stale = "out of date: run `python -m connector.plans.handout docs/for-reps.md docs/for-reps.fr.md`"
    assert page(language) == renew(page(language), language), stale


@each_language
def test_the_page_for_reps_explains_every_field_that_can_be_written(language: str):
    wording = Wording(KpiSettings(), CURRENCY, translator_for(language))
    text = page(language)
    for spec in kpi_specs(wording, {"all": True}, str, multi_currency=False):
        assert spec.help in text
        assert spec.key in ALWAYS or spec.label in text


@each_language
def test_the_page_for_reps_explains_every_word_of_the_status_line(language: str):
    say = translator_for(language).say
    for words in [*STATUS_WORDS.values(), STALE, PLAN]:
        plain = say(words).replace("\u00a0", " ").replace("\u202f", " ").partition("{")[0]
        assert f"`{plain}" in page(language).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_pages_in_both_languages_have_the_same_tables():
    english, french = (page(language).split("\n") for language in PAGES)
    shape = [
        [(line[0], line.count("|")) for line in lines if line.startswith(("#", "|"))] for lines in (english, french)
    ]
    assert shape[0] == shape[1]
