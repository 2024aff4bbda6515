"""Finds and replaces what names a person in free text, wherever people or a CRM may have written it.

The records of the mirror are not among the places: what a deal or an account is called there comes with each pull.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, or_, select, true, update

from connector.store.chunks import chunks
from connector.store.guarantee_tables import PENDING, WRITE_LOG
from connector.store.ledger_tables import ERRORS, RUNS, WRITTEN
from connector.store.plan_tables import KPI_VALUES, PLAN_CHANGES, PLAN_VALUES
from connector.store.trail_tables import EXCHANGES

ERASED = "(erased)"
"""Stands in free text where the person's name or address stood."""


_SOUGHT = 200
"""Words for which one statement looks: SQLite nests no more than 1,000 conditions."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of texts; `json`: texts within JSON. `only`: the rows that hold such texts."""

    table: Table
    column: str
    json: bool = False
    only: ColumnElement[bool] | None = None


# A stakeholder's account is an id, all other values of plans are JSON.
_PLACES = (
    _Place(PLAN_VALUES, "value", json=True, only=PLAN_VALUES.c.field != "account"),
    _Place(PLAN_CHANGES, "old", json=True, only=PLAN_CHANGES.c.field != "account"),
    _Place(PLAN_CHANGES, "new", json=True, only=PLAN_CHANGES.c.field != "account"),
    _Place(KPI_VALUES, "figure", json=True),
    _Place(RUNS, "counts", json=True),
    _Place(ERRORS, "message"),
    _Place(PENDING, "value"),
    _Place(WRITTEN, "value"),
    _Place(WRITE_LOG, "old"),
    _Place(WRITE_LOG, "new"),
    _Place(EXCHANGES, "path"),
    _Place(EXCHANGES, "fault"),
    _Place(EXCHANGES, "answer"),
)


def erase_words(connection: Connection, name: str, words: Collection[str]) -> int:
    """Replace people's names and addresses wherever they stand in texts. Returns how often a text changed."""
    return sum(
        _replace_in(connection, name, place, some) for some in chunks(sorted(words), _SOUGHT) for place in _PLACES
    )


def find_words(connection: Connection, name: str, words: Collection[str]) -> Iterator[tuple[Table, RowMapping]]:
    """The rows whose texts name a person by these words; one that does so twice comes twice."""
    for place in _PLACES:
        yield from ((place.table, row) for row, _ in _naming(connection, name, place, words))


def _replace_in(connection: Connection, name: str, place: _Place, words: Collection[str]) -> int:
    changed = list(_naming(connection, name, place, words))
    for row, text in changed:
        this = [key == row[key.name] for key in place.table.primary_key]
        connection.execute(update(place.table).where(*this).values({place.column: text}))
    return len(changed)


def _naming(
    connection: Connection, name: str, place: _Place, words: Collection[str]
) -> Iterator[tuple[RowMapping, str]]:
    """The rows of a place whose text names the person, with the text as it is without.

    Looked through in Python: the databases do not agree on how letters compare whatever their case.
    """
    if not words:
        return
    column, pattern = place.table.c[place.column], _pattern(words)
    likely = or_(*(_may_hold(column, word) for word in words))
    scope = (place.table.c.connection == name, column.is_not(None), true() if place.only is None else place.only)
    query = select(place.table).where(*scope, likely)
    for row in connection.execute(query).mappings().all():
        text = row[place.column]
        without = _without_in_json(text, pattern) if place.json else _without(text, pattern)
        if without != text:
            yield row, without


def _may_hold(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a text has the longest part of a word that is spelt alike in every encoding and compared alike."""
    plain = max(re.findall("[A-Za-z0-9]+", word), key=len, default="")
    return column.icontains(plain) if plain else true()


def _pattern(words: Collection[str]) -> re.Pattern[str]:
    """Whole names (a genitive's s may follow) and whole addresses, the longest first, however they are spaced."""
    spelt = {form for word in words for form in (word, word.upper(), word.casefold())}
    forms = sorted((unicodedata.normalize("NFC", form) for form in spelt), key=lambda form: (-len(form), form))
    return re.compile("|".join(map(_expression, forms)), re.IGNORECASE)


def _expression(form: str) -> str:
    expression = r"\s+".join(map(re.escape, form.split()))
    if "@" in form:
        return rf"(?<![\w.+-]){expression}(?![\w-]|\.\w)"
    return rf"(?<!\w){expression}(?=s?(?!\w))"


def _without(text: str, pattern: re.Pattern[str]) -> str:
    composed = unicodedata.normalize("NFC", text)
    without = pattern.sub(ERASED, composed)
    return text if without == composed else without


def _without_in_json(text: str, pattern: re.Pattern[str]) -> str:
    value = json.loads(text)
    without = _walk(value, pattern)
    return text if without == value else json.dumps(without, ensure_ascii=False)


def _walk(value: Any, pattern: re.Pattern[str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return _without(value, pattern)
    if isinstance(value, list):
        return [_walk(one, pattern) for one in value]
    if isinstance(value, dict):
        return {_walk(key, pattern): _walk(one, pattern) for key, one in value.items()}
    return value
