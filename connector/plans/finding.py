"""Finds what people mean: by its id, else by what it is called; several of the same name are never guessed between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connector.config.faults import find_nearest, join_choices, suggest
from connector.languages.speech import _
from connector.plans.ids import plain
from connector.plans.values import PlanError
from mappings.entities import Contact

MOST_NAMED = 5
"""Candidates that a message names."""

LEAST_BEGUN = 3
"""Letters with which names must begin to be named in a message."""

MOST_LOOKED_FOR = 50
"""Unknown names for which the nearest is looked for."""


class UnknownNameError(PlanError):
    """Nothing is called so; it may yet come with a later line of a file. `near`: something is called nearly so."""

    def __init__(self, message: str, *, near: bool = False) -> None:
        """Keep whether the message names something near."""
        super().__init__(message)
        self.near = near


class Register:
    """What many things are called, made once to be asked often."""

    def __init__(self, what: str, names: Mapping[str, Iterable[str | None]]) -> None:
        """`what`: what they are, for messages, marked or a kind of part; `names`: what each id is called."""
        self._what = what
        self._ids: dict[str, list[str]] = {}
        self._known: set[str] = set()
        self._all: set[str] = set()
        self._missed: dict[str, tuple[str, bool]] = {}
        for id_, words in names.items():
            self.add(id_, words)

    def add(self, id_: str, words: Iterable[str | None]) -> None:
        """Know one more, who is not known yet."""
        called = {word for word in words if word}
        self._known |= {id_, *called}
        self._all.add(id_)
        for word in {plain(word) for word in called}:
            self._ids.setdefault(word, []).append(id_)

    def find(self, text: str) -> str:
        """The id of the one that this text names.

        Raises UnknownNameError with the nearest name, PlanError with the ids where several are called so.
        """
        wanted = text.strip()
        if wanted in self._all:
            return wanted
        found = self._ids.get(plain(wanted), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise _refuse_several(self._what, wanted, found)
        hint, near = self._nearest(wanted)
        raise UnknownNameError(
            _('no {what} is called "{text}"{hint}', what=_(self._what), text=wanted, hint=hint), near=near
        )

    def _nearest(self, text: str) -> tuple[str, bool]:
        """Looked for among all names, hence only the first times that it is asked."""
        if text not in self._missed:
            few = len(self._missed) < MOST_LOOKED_FOR
            self._missed[text] = _nearest(text, self._known) if few else ("", False)
        return self._missed[text]


def pick(what: str, text: str, names: Mapping[str, Iterable[str | None]]) -> str:
    """The id of the one that this text names; see Register."""
    return Register(what, names).find(text)


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


def _refuse_several(what: str, text: str, ids: list[str]) -> PlanError:
    said = _(
        '{number} {what}s are called "{text}": give the id, one of {ids}',
        number=len(ids),
        what=_(what),
        text=text,
        ids=_some(ids),
    )
    return PlanError(said)


def _nearest(text: str, known: set[str]) -> tuple[str, bool]:
    """The end of the message, and whether it names something near: what begins so, else what is spelt nearly so."""
    begun = plain(text)
    if len(begun) >= LEAST_BEGUN and (begin_so := sorted(name for name in known if plain(name).startswith(begun))):
        names = join_choices([_('"{text}"', text=name) for name in begin_so[:MOST_NAMED]])
        return _(", did you mean {names}?", names=names), True
    near = find_nearest(text, known) is not None
    return (suggest(text, known) if near or len(known) <= MOST_NAMED else "", near)
