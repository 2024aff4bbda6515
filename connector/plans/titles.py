"""What a job title, in English or French, lets one suppose of a person: guesses to be confirmed, never knowledge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from mappings.vocabulary import Role

_ROLES: Mapping[Role, str] = {
    Role.ECONOMIC: r"ceo|cfo|coo|chief (executive|financial|operating)|managing director|general manager|president"
    r"|owner|founder|finance director|pdg|daf|(directeur|directrice) (general|financier|financiere)|gerant|dirigeant",
    Role.TECHNICAL: r"cto|cio|ciso|chief (technology|technical|information)|architect|engineer|engineering|it|security"
    r"|legal|counsel|compliance|procurement|purchasing|buyer|dsi|rssi|architecte|ingenieur|informatique"
    r"|technique|juridique|juriste|achats|acheteur|acheteuse",
    Role.USER: r"operations|production|plant|logistics|maintenance|workshop|exploitation|usine|logistique|atelier",
}
_SENIORITY: Mapping[int, str] = {
    5: r"c[a-z]o|chief|president|managing director|owner|founder|pdg|(directeur|directrice) (general|generale)|gerant",
    4: r"vp|vice president|director|head|directeur|directrice|dsi|daf",
    3: r"manager|lead|responsable|chef",
}
_NOT_THE_HEAD = re.compile(r"\b(assistant|assistante|secretary|secretaire|intern|stagiaire)\b")


def suppose_role(title: str | None) -> Role | None:
    """What somebody with this title usually decides on; None: the title does not say."""
    return next((role for role, words in _ROLES.items() if _holds(title, words)), None)


def suppose_influence(title: str | None) -> int | None:
    """How much somebody with this title usually weighs, 1 to 5; None: the title does not say."""
    return next((influence for influence, words in _SENIORITY.items() if _holds(title, words)), None)


def _holds(title: str | None, words: str) -> bool:
    plain = "".join(
        one for one in unicodedata.normalize("NFD", (title or "").lower()) if not unicodedata.combining(one)
    )
    return re.search(rf"\b({words})\b", plain) is not None and not _NOT_THE_HEAD.search(plain)
