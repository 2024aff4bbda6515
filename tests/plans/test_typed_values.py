"""What people type at the terminal is taken as files take it, where it says one thing only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from connector.plans.exchange.typed import read_typed


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("potential_revenue", "1 200 000,50", Decimal("1200000.50")),
        ("potential", "1.200.000,00", Decimal(1200000)),
        ("due", "30/06/2027", date(2027, 6, 30)),
        ("due", "3.4.2027", date(2027, 4, 3)),
        ("influence", "forte", 4),
        ("stance", "favorable", "champion"),
        ("role", "décideur", "economic"),
        ("role", "account_manager", "account_manager"),
        ("departed", "oui", True),
    ],
)
def test_numbers_days_and_words_are_read_in_french_too(field: str, text: str, value: object):
    assert read_typed(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("due", "03/04/2027"),
        ("due", "30/02/2027"),
        ("potential", "1.200"),
        ("potential", "1,200"),
        ("potential", "5 €"),
        ("influence", "2,5"),
        ("stance", "ami"),
        ("title", "12,5"),
        ("colour", "1,5"),
        ("due", " "),
    ],
)
def test_what_could_mean_two_things_is_left_for_the_plan_to_judge(field: str, text: str):
    assert read_typed(field, text) == text
