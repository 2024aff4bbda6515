"""Cells that hold a word out of a closed list: read in every language that we speak, as people and CRMs say it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from connector.config.faults import join_choices
from connector.kpis.fields import ANSWERS
from connector.languages.speech import _, speaker
from connector.plans.draft import ASSUMED, CONFIRMED
from connector.plans.exchange.titles import plain_title, speakers, spell, translate
from connector.plans.values import PlanError
from mappings.strategy import ActionStatus
from mappings.vocabulary import Role, Stance
from mappings.words import default_tables

_SAID_ALSO: Mapping[object, str] = {
    Role.ECONOMIC: "décideur décideuse décisionnaire économiques",
    Role.USER: "utilisatrice",
    Role.OTHER: "autres",
    Stance.CHAMPION: "ambassadeur ambassadrice allié alliée favorable promotrice",
    Stance.NEUTRAL: "neutres",
    Stance.OPPONENT: "opposante détracteur détractrice défavorable",
    ActionStatus.OPEN: "ouvert en_cours à_faire todo in_progress",
    ActionStatus.DONE: "fait faite terminé terminée réalisé clos close closed completed",
    ActionStatus.CANCELLED: "annulé abandonné abandonnée canceled",
    ASSUMED: "supposée présumé hypothèse",
    CONFIRMED: "confirmée avéré avérée",
}
"""What people write beside the words that our pages and files use."""

_UNKNOWN: Mapping[str, object] = dict.fromkeys(("unknown", "inconnu", "inconnue"))

_OF_CRMS = ("role", "stance", "influence")
"""The fields for which the words of CRMs have tables."""

_YES = {"yes", "y", "true", "x", "1", "oui", "o", "vrai"}
_NO = {"no", "n", "false", "0", "non", "faux"}


EVIDENCE_WORDS = (ASSUMED, CONFIRMED)


@cache
def words_of(kind: type[StrEnum] | tuple[str, ...], field: str) -> Mapping[str, object]:
    """The values of a closed list by each word that means one; None: the word says that nothing is known."""
    theirs = default_tables()[field] if field in _OF_CRMS else {}
    found: dict[str, object] = {**_UNKNOWN, **{plain_title(word): ours for word, ours in theirs.items()}}
    for value in kind:
        said = [translator.say(spell(value)) for translator in speakers()]
        for word in [*said, *_SAID_ALSO.get(value, "").split()]:
            found[plain_title(word)] = value
    return found | {plain_title(value): value for value in kind}


def read_word(cell: str, kind: type[StrEnum] | tuple[str, ...], field: str) -> object:
    """The value that a word means. Raises PlanError, which names those that there are."""
    known = words_of(kind, field)
    word = plain_title(cell)
    if word not in known:
        raise PlanError(
            _('"{cell}" is none of {words}', cell=cell, words=", ".join(translate(one, speaker()) for one in kind))
        )
    return known[word]


def levels_of(field: str) -> Mapping[str, object]:
    """The numbers that words like high or forte mean in a field; none where it has no such words."""
    words: Mapping[str, object] = default_tables()[field] if field in _OF_CRMS else {}
    return {plain_title(word): ours for word, ours in words.items()}


def read_yes(cell: object) -> bool:
    """Yes or no. Raises PlanError."""
    word = plain_title(cell)
    if word not in _YES | _NO:
        raise PlanError(
            _('"{text}" is neither yes nor no ({answers})', text=str(cell).strip(), answers=join_choices(ANSWERS))
        )
    return word in _YES
