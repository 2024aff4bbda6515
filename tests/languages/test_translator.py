"""Dates, numbers and amounts as people of each language write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from connector.languages.translation import Translator, translator_for

ENGLISH, FRENCH = Translator(), translator_for("fr")
NARROW, FIXED = "\u202f", "\u00a0"
"""The spaces that French typography puts between thousands, and before the sign of a currency."""


def test_dates_are_written_out():
    assert FRENCH.day(date(2026, 6, 3)) == "3 juin 2026"
    assert ENGLISH.day(date(2026, 6, 3)) == "June 3, 2026"


def test_numbers_keep_their_decimals():
    assert FRENCH.number(Decimal("1234567.12345")) == f"1{NARROW}234{NARROW}567,12345"
    assert ENGLISH.number(1234567) == "1,234,567"


def test_shares_are_percentages_to_a_tenth():
    assert FRENCH.percent(Decimal("0.333333")) == f"33,3{FIXED}%"
    assert [ENGLISH.percent(Decimal(share)) for share in ("1", "-0.25", "0")] == ["100%", "-25%", "0%"]


def test_amounts_have_the_sign_and_the_decimals_of_their_currency():
    assert FRENCH.money(Decimal("1234.5"), "EUR") == f"1{NARROW}234,50{FIXED}€"
    assert FRENCH.money(Decimal(1234), "JPY") == f"1{NARROW}234{FIXED}JPY"
    assert ENGLISH.money(Decimal("1234.5"), "EUR") == "€1,234.50"


def test_the_same_translator_serves_all():
    assert translator_for("fr") is translator_for("fr")
    assert translator_for("en").say("Champions") == "Champions"
