"""Says the program's English texts in another language, by the gettext catalogues that lie beside this file.

Numbers and dates in texts that people read are written as Babel's data of the language have it.

A text's identity in a catalogue is the English text before names in braces are filled in. What a catalogue lacks is
said in English.
"""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

ENGLISH = "en"

CRM_TEXTS, MESSAGES = "playmaker", "messages"
"""The catalogues of a language: what stands in the CRM, in files and pages; and what is said at the terminal."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Speaks one language; without a catalogue it is English."""

    language: str = ENGLISH
    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations, compare=False, repr=False)

    def say(self, text: str) -> str:
        """The text in this language, with the same names in braces."""
        # an empty msgid is the catalogue's own header
        return self.catalogue.gettext(text) if text else ""

    def count(self, one: str, several: str, number: int) -> str:
        """A noun in the form that goes with the number, without the number."""
        return self.catalogue.ngettext(one, several, number)

    def day(self, day: date) -> str:
        """A date as it is written, like 3 juin 2026."""
        return format_date(day, format="long", locale=self.language)

    def number(self, number: Decimal | int) -> str:
        """A number as it is written, with all of its decimals."""
        return format_decimal(number, locale=self.language, decimal_quantization=False)

    def percent(self, share: Decimal) -> str:
        """A share of 1 as it is written, like 33.3%, to a tenth."""
        tenth = share.quantize(Decimal("0.001"))
        return format_percent(tenth.normalize(), locale=self.language, decimal_quantization=False)

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency's decimals and sign."""
        return format_currency(amount, currency, locale=self.language)


@lru_cache
def translator_for(language: str) -> Translator:
    """Who speaks a language of the configuration."""
    if language == ENGLISH:
        return Translator()
    catalogue, messages = (_compile(read_catalogue(language, name)) for name in (CRM_TEXTS, MESSAGES))
    catalogue.add_fallback(messages)
    return Translator(language, catalogue)


def read_catalogue(language: str, name: str = CRM_TEXTS) -> Catalog:
    """A catalogue as translators keep it."""
    source = files("connector.languages") / language / "LC_MESSAGES" / f"{name}.po"
    with source.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _compile(catalogue: Catalog) -> gettext.GNUTranslations:
    """Compiled in memory, so that no compiled file can lag behind the text."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
