from __future__ import annotations

import json
import os
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.base import FieldInfo, FieldSpec, FieldType, Kind
from adapters.hubspot.values import LARGEST, UnfitValueError, to_wire

OPTIONS = {"low": "Low", "high": "High"}


def write(value, type_="number", field_type=FieldType.NUMBER, **info):
    spec = FieldSpec(Kind.ACCOUNT, "key", "playmaker_key", "Key", "Help", field_type)
    return to_wire(value, FieldInfo("playmaker_key", "Key", type_, **info), spec)


def refusal(value, type_="number", field_type=FieldType.NUMBER, **info):
    with pytest.raises(UnfitValueError) as caught:
        write(value, type_, field_type, **info)
    assert caught.value.field == "playmaker_key"
    return caught.value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-LARGEST + 1, max_value=LARGEST - 1))
def test_decimals_leave_exactly_and_without_exponent(number):
    text = write(number)
    assert Decimal(text) == number
    assert set(text) <= set("-0123456789.")
    assert text != "-0"


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_whole_numbers_leave_exactly(number):
    assert write(number) == str(number)


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_what_is_no_finite_number_never_leaves(number):
    assert refusal(number).code == "INVALID_NUMBER"


@pytest.mark.parametrize("number", [LARGEST, -LARGEST, Decimal("1E+30"), 10**15])
def test_numbers_that_would_not_be_kept_exactly_never_leave(number):
    assert refusal(number).code == "NUMBER_TOO_LARGE"


@pytest.mark.parametrize("value", ["12", True, date(2026, 1, 1)])
def test_only_numbers_go_into_number_properties(value):
    assert refusal(value).code == "INVALID_NUMBER"


@pytest.mark.parametrize("type_", ["number", "date", "datetime", "bool", "string", "enumeration"])
def test_none_clears_a_property_of_any_type(type_):
    assert write(None, type_) == ""


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "UTC"])
def test_a_date_leaves_as_the_same_day_in_every_time_zone_of_the_host(zone, monkeypatch):
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    try:
        assert write(date(2026, 3, 1), "date", FieldType.DATE) == "2026-03-01"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("value", [datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01", 20260301])
def test_only_dates_go_into_date_properties(value):
    assert refusal(value, "date", FieldType.DATE).code == "INVALID_DATE"


def test_an_instant_leaves_in_utc_with_milliseconds():
    instant = datetime(2026, 3, 1, 1, 2, 3, 456789, tzinfo=timezone(timedelta(hours=2)))
    assert write(instant, "datetime", FieldType.MOMENT) == "2026-02-28T23:02:03.456Z"


def test_an_instant_without_time_zone_never_leaves():
    assert refusal(datetime(2026, 3, 1), "datetime", FieldType.MOMENT).code == "INVALID_DATE"  # noqa: DTZ001 - the case


def test_yes_and_no_leave_as_words():
    assert [write(answer, "bool", FieldType.YES_NO) for answer in (True, False)] == ["true", "false"]
    assert refusal("true", "bool", FieldType.YES_NO).code == "INVALID_BOOLEAN"


def test_yes_and_no_fit_a_list_of_true_and_false():
    assert write(bool(1), "enumeration", FieldType.YES_NO, options={"true": "Yes", "false": "No"}) == "true"


def test_only_options_of_the_property_leave():
    assert write("low", "enumeration", FieldType.TEXT, options=OPTIONS) == "low"
    assert refusal("Low", "enumeration", FieldType.TEXT, options=OPTIONS).code == "INVALID_OPTION"
    assert refusal("low;high", "enumeration", FieldType.TEXT, options=OPTIONS).code == "INVALID_OPTION"


def test_several_options_leave_where_the_property_takes_several():
    assert write("low;high", "enumeration", FieldType.TEXT, options=OPTIONS, several=True) == "low;high"
    assert refusal("low;none", "enumeration", FieldType.TEXT, options=OPTIONS, several=True).code == "INVALID_OPTION"


@given(st.text(max_size=300))
@example("x" * 255)
@example("x" * 256)
def test_text_leaves_whole_or_not_at_all(text):
    if len(text) > 255 or "\x00" in text:
        assert refusal(text, "string", FieldType.TEXT).code in {"STRING_TOO_LONG", "INVALID_STRING"}
    else:
        assert write(text, "string", FieldType.TEXT) == text


def test_half_a_surrogate_pair_never_leaves():
    assert refusal(json.loads('"\\ud83d"'), "string", FieldType.TEXT).code == "INVALID_STRING"


def test_the_refusal_of_a_value_does_not_quote_it():
    assert "hunter2" not in refusal("hunter2" * 99, "string", FieldType.TEXT).message


def test_nothing_leaves_for_a_property_that_hubspot_computes():
    assert refusal(1, writable=False).code == "READ_ONLY_VALUE"
    assert refusal(None, writable=False).code == "READ_ONLY_VALUE"
