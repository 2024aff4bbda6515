"""Currencies by their ISO 4217 codes, those of the past included."""

from __future__ import annotations

from typing import Annotated

from babel.numbers import is_currency
from pydantic import AfterValidator, Field

from connector.languages.speech import _


def require_currency(code: str) -> str:
    """The code itself where there is such a currency; ValueError otherwise."""
    if not is_currency(code):
        raise ValueError(_("no such currency: write its ISO 4217 code, like EUR or USD"))
    return code


IsoCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), AfterValidator(require_currency)]
