from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.converters import UnusableValueError, to_date, to_moment, to_number, to_text
from mappings.fields import CONVERTERS
from mappings.plan import find_converter
from mappings.words import SETTLE, default_tables, read_words

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
TRICKY = st.sampled_from(
    [10**5000, -(10**400), 1e308, "1e9999", "9" * 5000, "\ud800", "\x00", "0001-01-01T00:00:00+14:00", "9999-12-31",
     "9999-12-31T23:59:59-12:00", "0001-01-01", "٣", "5_000", "sNaN", "999999999999999999", 253402300800000, ";;", " "]
)  # fmt: skip


@given(value=JSON | TRICKY, name=st.sampled_from(sorted(CONVERTERS)), zone=st.sampled_from([PARIS, NEW_YORK]))
def test_no_json_value_raises_anything_but_unusable(value, name, zone):
    if value is None:
        return
    try:
        if name in SETTLE:
            read_words(value, name, default_tables()[name])
        else:
            result = find_converter(name, zone)(value)
            assert result is None or isinstance(result, CONVERTERS[name])
    except UnusableValueError as unusable:
        assert str(unusable)  # noqa: PT017 - the property is about whatever happens, raised or not


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("5000.00", "5000"),
        ("3000", "3000"),
        (" 12.5 ", "12.5"),
        ("-3", "-3"),
        (".5", "0.5"),
        ("1e3", "1000"),
        (5000, "5000"),
        (0.1, "0.1"),
        (Decimal("12345678.90"), "12345678.90"),
        ("0.200000000000000011102230246251565404236316680908203125", "0.2"),
        ("0.40000000000000002220446049250313080847263336181640625", "0.4"),
        ("0.1234567890123456789", "0.123456789012"),
        ("549755813888.156250", "549755813888.15625"),
        ("0", "0"),
        ("0.0", "0"),
    ],
)
def test_a_number_is_exact_however_the_crm_writes_it(written, meant):
    assert to_number(written) == Decimal(meant)


@pytest.mark.parametrize(
    "value",
    ["1,234", "1 234", "5_000", "NaN", "Infinity", "-inf", "sNaN", "text", "12€", "0x10", "1e99", "٣",
     float("nan"), float("inf"), Decimal("NaN"), True, [1], {"amount": 1}],
)  # fmt: skip
def test_what_is_no_number_is_unusable(value):
    with pytest.raises(UnusableValueError):
        to_number(value)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_amounts_come_through_unchanged(amount):
    assert to_number(str(amount)) == amount
    assert to_number(amount) == amount


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_a_printed_double_is_the_number_it_was_printed_from(number):
    read = to_number(format(Decimal(number), "f"))
    assert float(read) == pytest.approx(number, rel=0, abs=1e-12)
    assert read.as_tuple().exponent >= -12


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_an_amount_that_hubspot_computed_is_the_amount_again(amount):
    assert to_number(format(Decimal(float(amount)), "f")) == amount


@pytest.mark.parametrize("written", ["3", "3.0", 3, 3.0, "3e0"])
def test_a_whole_number_may_be_written_with_decimals(written):
    assert find_converter("whole", PARIS)(written) == 3


@pytest.mark.parametrize("value", ["3.5", "2147483648", "three"])
def test_what_no_integer_column_holds_is_no_whole_number(value):
    with pytest.raises(UnusableValueError):
        find_converter("whole", PARIS)(value)


@pytest.mark.parametrize(
    ("value", "meant"), [(True, True), ("true", True), ("False", False), (False, False), ("", None)]
)
def test_yes_and_no_are_read_in_both_spellings(value, meant):
    assert find_converter("boolean", PARIS)(value) is meant


@pytest.mark.parametrize("value", ["maybe", 1, 0, "1"])
def test_a_number_is_neither_yes_nor_no(value):
    with pytest.raises(UnusableValueError):
        find_converter("boolean", PARIS)(value)


@pytest.mark.parametrize(
    ("percent", "fraction"),
    [("62.5", "0.625"), (62.5, "0.625"), (100, "1"), (0, "0"), ("10.00", "0.1"), (33.333333333333, "0.333333333333")],
)
def test_a_percentage_becomes_a_fraction(percent, fraction):
    assert find_converter("percent", PARIS)(percent) == Decimal(fraction)


@pytest.mark.parametrize(
    ("name", "value"), [("percent", 100.01), ("percent", -1), ("fraction", "1.1"), ("fraction", 62.5)]
)
def test_a_share_outside_its_scale_is_unusable(name, value):
    with pytest.raises(UnusableValueError):
        find_converter(name, PARIS)(value)


INSTANT = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["2026-12-31T23:30:00Z", "2026-12-31T23:30:00.000Z", "2026-12-31T23:30:00.000+0000", "2026-12-31T23:30:00+00:00",
     "2027-01-01T00:30:00+01:00", "1798759800000", 1798759800000, INSTANT],
)  # fmt: skip
def test_every_spelling_of_an_instant_is_the_same_utc_moment(written):
    moment = to_moment(written, NEW_YORK)
    assert moment == INSTANT
    assert moment.tzinfo is UTC
    assert to_date(written, PARIS) == date(2027, 1, 1)
    assert to_date(written, NEW_YORK) == date(2026, 12, 31)


def test_a_plain_date_is_itself_in_every_time_zone():
    for zone in (PARIS, NEW_YORK):
        assert to_date("2026-12-31", zone) == date(2026, 12, 31)
        assert to_date(date(2026, 12, 31), zone) == date(2026, 12, 31)


def test_a_date_as_a_moment_is_the_start_of_that_day_where_the_company_is():
    assert to_moment("2026-07-01", PARIS) == datetime(2026, 6, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["2026-12-31T23:30:00", datetime(2026, 1, 1), 2026, "20261231", "31/12/2026", "2026-13-01", True, ""]  # noqa: DTZ001 - naive on purpose
)  # fmt: skip
def test_a_time_without_its_zone_and_other_riddles_are_no_moments(value):
    if value == "":
        assert to_moment(value, PARIS) is None
        return
    with pytest.raises(UnusableValueError):
        to_moment(value, PARIS)


@given(
    st.datetimes(
        min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - the same
        timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours))),
    )
)
def test_an_instant_survives_writing_and_reading(instant):
    assert to_moment(instant.isoformat(), PARIS) == instant
    whole = instant.replace(microsecond=0)
    assert to_moment(str(int(whole.timestamp() * 1000)), PARIS) == whole


@pytest.mark.parametrize("text", ["NA", "NULL", "None", "nan", "0", "Zoé 🚀"])
def test_words_that_look_like_nothing_are_text(text):
    assert to_text(text) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Acme  ", "Acme"),
        ("   ", None),
        (True, "true"),
        (4.0, "4"),
        (4.5, "4.5"),
        (12, "12"),
        ("a\x00b", "ab"),
        ("\ud83d!", "!"),
    ],
)
def test_text_holds_what_a_database_can_store(value, text):
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.acme.com/fr?x=1", "acme.com"),
        ("acme.com", "acme.com"),
        ("HTTP://Acme.com:8080", "acme.com"),
        ("https://", None),
    ],
)
def test_a_web_address_becomes_its_domain(address, domain):
    assert find_converter("domain", PARIS)(address) == domain


def test_an_id_is_text_and_nothing_else_is_an_id():
    reference = find_converter("reference", PARIS)
    assert (reference(501), reference("0015g00000AbCdE"), reference(" ")) == ("501", "0015g00000AbCdE", None)
    for value in (True, 1.5, ["1"]):
        with pytest.raises(UnusableValueError):
            reference(value)


@pytest.mark.parametrize("text", ["9999-12-31T23:30:00Z", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_an_instant_that_has_no_date_in_some_time_zone_is_unusable(text: str):
    with pytest.raises(UnusableValueError):
        to_moment(text, PARIS)
    assert to_moment("9999-12-30T23:30:00Z", PARIS).astimezone(PARIS).year == 9999
