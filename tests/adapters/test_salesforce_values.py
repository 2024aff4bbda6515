from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import FieldSpec, FieldType, Kind
from adapters.errors import SkippableError
from adapters.salesforce.values import encode, write_json

NUMBER = {"type": "double", "updateable": True, "precision": 18, "scale": 2}
PERCENT = NUMBER | {"type": "percent"}
TEXT = {"type": "string", "updateable": True, "length": 10}
YES_NO = {
    "type": "picklist",
    "updateable": True,
    "restrictedPicklist": True,
    "picklistValues": [
        {"value": "Yes", "active": True},
        {"value": "No", "active": True},
        {"value": "Old", "active": False},
    ],
}
FRACTION = FieldSpec(Kind.ACCOUNT, "win_rate", "Win__c", "Win rate", "", FieldType.FRACTION, scale=4)
FITTING = st.decimals(Decimal(-9999999999999999), Decimal(9999999999999999), places=2)


def refusal(value, field, spec=None):
    with pytest.raises(SkippableError) as caught:
        encode(value, field, spec)
    return caught.value.code


def test_a_fraction_is_sent_as_the_percentage_that_is_shown():
    assert write_json(encode(Decimal("0.625"), PERCENT, FRACTION)) == "62.50"


def test_a_percentage_without_a_fraction_behind_it_stays():
    assert encode(Decimal("62.5"), PERCENT, None) == Decimal("62.50")


@given(FITTING)
def test_money_arrives_with_exactly_its_digits(amount):
    text = write_json({"Amount": encode(amount, NUMBER, None)})
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == {"Amount": amount}
    assert "e" not in text.lower().removeprefix('{"amount"')


def test_a_number_is_rounded_half_even_to_the_decimals_of_its_field():
    assert [str(encode(Decimal(n), NUMBER, None)) for n in ("1.005", "1.015", "-0.001")] == ["1.00", "1.02", "0.00"]


@pytest.mark.parametrize("number", ["10000000000000000", "-1e40", "9999999999999999.999"])
def test_a_number_with_too_many_digits_never_leaves(number):
    assert refusal(Decimal(number), NUMBER) == "NUMBER_OUTSIDE_VALID_RANGE"


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_never_leaves(number):
    assert refusal(Decimal(number), NUMBER) == "NUMBER_OUTSIDE_VALID_RANGE"


def test_the_longest_text_that_fits_is_kept_and_one_more_is_refused():
    assert encode("é" * 10, TEXT, None) == "é" * 10
    assert refusal("é" * 11, TEXT) == "STRING_TOO_LONG"
    assert refusal("🎈" * 6, TEXT) == "STRING_TOO_LONG"


def test_yes_and_no_are_the_words_of_the_picklist():
    assert [encode(answer, YES_NO, None) for answer in (True, False, None)] == ["Yes", "No", None]


@pytest.mark.parametrize("word", ["Maybe", "Old"])
def test_a_word_that_a_restricted_picklist_lacks_is_refused(word):
    assert refusal(word, YES_NO) == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_none_clears_any_field():
    assert write_json({"A": encode(None, NUMBER, None)}) == '{"A":null}'


def test_a_read_only_field_is_refused_even_for_none():
    assert refusal(None, NUMBER | {"updateable": False}) == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_moments_are_sent_in_utc_and_dates_as_they_are():
    moment = datetime(2026, 11, 22, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert encode(moment, {"type": "datetime", "updateable": True}, None) == "2026-11-21T23:02:03.000Z"
    assert encode(date(2026, 11, 22), {"type": "date", "updateable": True}, None) == "2026-11-22"


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (True, NUMBER),
        ("12", NUMBER),
        (12, TEXT),
        (12, YES_NO),
        (datetime(2026, 1, 1, tzinfo=UTC), {"type": "date", "updateable": True}),
        (date(2026, 1, 1), {"type": "datetime", "updateable": True}),
        (datetime(2026, 1, 1), {"type": "datetime", "updateable": True}),  # noqa: DTZ001 - the fault under test
        ("yes", {"type": "boolean", "updateable": True}),
        ("x", {"type": "reference", "updateable": True}),
    ],
)
def test_a_value_of_another_type_never_leaves(value, field):
    assert refusal(value, field) == "INVALID_TYPE_ON_FIELD_IN_RECORD"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_our_json_reads_back_as_it_was(value):
    text = write_json(value)
    assert json.loads(text, parse_float=Decimal) == json.loads(text, parse_float=Decimal, parse_int=Decimal) == value
    assert text.isascii()
