"""The fields whose values are words out of a closed list: role, stance, influence, rating, employment, survey.

A CRM gives one word, a list of labels, or several words joined by ";" (multi-select picklists of both CRMs). Each is
looked up in a table; a word that no table knows is handed back to be reported, and means *unknown*, never a default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from mappings.converters import UnusableValueError, to_text
from mappings.vocabulary import Role, Stance, Survey

Table = Mapping[str, object]
"""Their word, as normalise() writes it → our value; None: the word is known and means nothing here."""

_LONGEST_REPORTED = 40


@dataclass(frozen=True, slots=True)
class Words:
    """What one value said: our value, and the words in it that no table knows."""

    value: object
    unknown: tuple[str, ...] = ()


def normalise(word: str) -> str:
    """The form in which words are compared: case, underscores, hyphens and runs of blanks make no difference."""
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())


def split(value: object) -> list[str]:
    """The words of a value: of a list its texts, of a text its parts between semicolons."""
    parts: Sequence[object] = value.split(";") if isinstance(value, str) else [value]
    if isinstance(value, (list, tuple)):
        parts = value
    return [word for part in parts if part is not None and (word := to_text(part))]


def read_words(value: object, converter: str, table: Table, elsewhere: Iterable[Table] = ()) -> Words:
    """What a value of a closed field means; `elsewhere`: tables of other fields, whose words are not unknown.

    Raises UnusableValueError where the value is no text, or where its words contradict each other.
    """
    known, unknown = [], []
    for word in split(value):
        key = normalise(word)
        if key in table:
            known.append(table[key])
        elif not any(key in other for other in elsewhere):
            unknown.append(word)
    return Words(SETTLE[converter]([ours for ours in known if ours is not None]), tuple(map(fit_report, unknown)))


def fit_report(word: str) -> str:
    """A word fit for a report: a long one is free text, which may be about a person."""
    return word if len(word) <= _LONGEST_REPORTED else f"(a text of {len(word)} characters)"


def _settle_role(roles: Sequence[Any]) -> Role | None:
    """Of several roles the first in the order of the vocabulary."""
    return min(roles, key=list(Role).index, default=None)


def _settle_stance(stances: Sequence[Any]) -> Stance | None:
    """Of several stances the decided one; a champion who is an opponent too is a contradiction for a person to mend."""
    if Stance.CHAMPION in stances and Stance.OPPONENT in stances:
        raise UnusableValueError("names a champion and an opponent at once")
    return min(stances, key=[Stance.CHAMPION, Stance.OPPONENT, Stance.NEUTRAL].index, default=None)


def _settle_number(numbers: Sequence[Any]) -> int | None:
    """Of several the greatest."""
    return max(numbers, default=None)


def _settle_employment(departures: Sequence[Any]) -> bool | None:
    """Of several words one that says "left" decides."""
    return any(departures) if departures else None


def _settle_survey(surveys: Sequence[Any]) -> Survey | None:
    """An answer is to one survey; to two at once it cannot be read."""
    if len(set(surveys)) > 1:
        raise UnusableValueError("names two surveys at once")
    return surveys[0] if surveys else None


SETTLE: Mapping[str, Callable[[Sequence[Any]], object]] = {
    "role": _settle_role,
    "stance": _settle_stance,
    "influence": _settle_number,
    "rating": _settle_number,
    "employment": _settle_employment,
    "survey": _settle_survey,
}
"""The closed converters, each with the rule that makes one value of several."""

OWN_WORDS: Mapping[str, Mapping[str, object]] = {
    "role": {role.value: role for role in Role},
    "stance": {stance.value: stance for stance in Stance},
    "influence": {str(number): number for number in range(1, 6)},
    "rating": {str(number): number for number in range(1, 6)},
    "employment": {"true": True, "false": False},
    "survey": {survey.value: survey for survey in Survey},
}
"""Our own words, which every table knows."""


def read_own(converter: str, value: object) -> object:
    """Our value of a word of ours, or None for none. Raises UnusableValueError where it is not one of them."""
    word = to_text(value) if value is not None else None
    if word is None:
        return None
    if word not in OWN_WORDS[converter]:
        raise UnusableValueError(f"is none of {', '.join(OWN_WORDS[converter])}")
    return OWN_WORDS[converter][word]


@cache
def default_tables() -> Mapping[str, Table]:
    """The shipped tables of values.yaml with our own words, by converter."""
    shipped = yaml.safe_load(files("mappings").joinpath("values.yaml").read_text(encoding="utf-8"))
    return {
        converter: {
            **own,
            **{normalise(theirs): read_own(converter, ours) for theirs, ours in shipped[converter].items()},
        }
        for converter, own in OWN_WORDS.items()
    }
