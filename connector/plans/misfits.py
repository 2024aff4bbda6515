"""Why a value does not fit a field of a plan, in words for whoever wrote it: what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.languages.speech import _, mark

_WHAT_FITS: Mapping[str, str] = {
    "less_than_equal": mark("write a number of at most {le}"),
    "greater_than_equal": mark("write a number of at least {ge}"),
    "int_parsing": mark("write a whole number"),
    "decimal_parsing": mark("write a number like 1200.50"),
    "finite_number": mark("write a number like 1200.50"),
    "date_from_datetime_parsing": mark("write a day that there is, like 2027-06-30"),
    "date_from_datetime_inexact": mark("write a day that there is, like 2027-06-30"),
    "enum": mark("write one of {choices}"),
    "bool_parsing": mark("write yes or no"),
}
"""By pydantic's type of error."""


def explain_misfit(error: Mapping[str, Any]) -> str:
    """What would fit, from the first of a ValidationError's errors; pydantic's own words for what is rare."""
    context = error.get("ctx", {})
    choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    text = _WHAT_FITS.get(error["type"])
    return _(text, **context, choices=choices) if text else str(error["msg"])
