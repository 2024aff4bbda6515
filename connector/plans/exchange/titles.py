"""What the columns and the words of files are called: by our own names, or as a language that we speak says them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import get_args

from connector.config.settings import Settings
from connector.languages.translation import Translator, translator_for
from connector.plans.exchange.forms import FORMS, Form, FormName

LANGUAGES: tuple[str, ...] = get_args(Settings.model_fields["language"].annotation)
"""Whatever language a file was written in, it is read."""

_SAID_ALSO = {
    "account_id": "account",
    "contact": "person",
    "contact_id": "person",
    "company": "account_name",
    "societe": "account_name",
    "client": "account_name",
    "mail": "email",
    "e_mail": "email",
    "courriel": "email",
    "job_title": "title",
    "intitule": "title",
    "answered_at": "answered_on",
    "due_date": "due",
}
"""What other programs and people call columns of ours."""


def spell(code: object) -> str:
    """The English words of a field's name or of one of our values."""
    return str(code).replace("_", " ")


def translate(code: object, translator: Translator) -> str:
    """A name or a value of ours in a language; what has no word there is written as it is."""
    said = translator.say(spell(code))
    return str(code) if said == spell(code) else said


def title_of(form: Form, column: str, translator: Translator) -> str:
    """The title of a column."""
    english = form.spoken.get(column, spell(column))
    said = translator.say(english)
    return column if said == english else said


def plain_title(title: object) -> str:
    """A title or a word as it is compared: without case, accents, and what stands between its words."""
    text = unicodedata.normalize("NFD", str(title or "").replace("\u2019", "'").casefold())
    letters = "".join(one for one in text if not unicodedata.combining(one))
    return "_".join(letters.replace("-", " ").replace("_", " ").split())


@cache
def columns_by_title(name: FormName) -> dict[str, str]:
    """Each title under which a column of such a file may stand, with the column."""
    form = FORMS[name]
    found = {
        plain_title(title_of(form, column, translator)): column for translator in speakers() for column in form.columns
    }
    also = {title: column for title, column in _SAID_ALSO.items() if column in form.columns}
    return also | found | {plain_title(column): column for column in form.columns}


def speakers() -> Iterator[Translator]:
    """Who speaks each language that there is."""
    return (translator_for(language) for language in LANGUAGES)


def titles_said() -> set[str]:
    """Every English title that a language must have, for the test of its catalogue."""
    return {form.spoken.get(column, spell(column)) for form in FORMS.values() for column in form.columns}
