"""Finds what people mean: by its id, else by what it is called; several of the same name are never guessed between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connector.config.faults import suggest
from connector.plans.ids import plain
from connector.plans.values import PlanError
from mappings.entities import Contact

MOST_NAMED = 5
"""Candidates that a message names."""


class UnknownNameError(PlanError):
    """Nothing is called so; it may yet come with a later line of a file."""


def pick(what: str, text: str, names: Mapping[str, Iterable[str | None]]) -> str:
    """The id of the one that this text names; `names`: what each id is called.

    Raises UnknownNameError with the nearest name, PlanError with the ids where several are called so.
    """
    wanted = text.strip()
    if wanted in names:
        return wanted
    found = [id_ for id_, words in names.items() if plain(wanted) in {plain(word) for word in words if word}]
    if len(found) == 1:
        return found[0]
    if found:
        raise PlanError(f'{len(found)} {what}s are called "{wanted}": give the id, one of {_some(found)}')
    known = {word for words in names.values() for word in words if word} | set(names)
    raise UnknownNameError(f'no {what} is called "{wanted}"{_nearest(wanted, known)}')


def pick_part(what: str, text: str, names: Mapping[str, Iterable[str | None]]) -> str:
    """The same, where the beginning of an id (4 characters or more) will do too, if no other begins so."""
    wanted = text.strip().lower()
    begun = [id_ for id_ in names if id_.startswith(wanted)] if len(wanted) >= 4 else []  # noqa: PLR2004 - as said
    return begun[0] if len(begun) == 1 else pick(what, text, names)


def names_of(contact: Contact) -> list[str | None]:
    """What a person may be called."""
    parts = [part for part in (contact.first_name, contact.last_name) if part]
    return [" ".join(parts), " ".join(reversed(parts)), contact.email]


def full_name(contact: Contact) -> str | None:
    """First and last name; else the address, else the job title; None where nothing is known."""
    parts = [part for part in (contact.first_name, contact.last_name) if part]
    return " ".join(parts) or contact.email or contact.title


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:MOST_NAMED]) + (" …" if len(ids) > MOST_NAMED else "")


def _nearest(text: str, known: set[str]) -> str:
    hint = suggest(text, known)
    return hint if "did you mean" in hint or len(known) <= MOST_NAMED else ""
