"""How high in a company somebody stands, by job title, in English and in French."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache


class Rank(StrEnum):
    """C-level, director, or any other."""

    C_LEVEL = "c_level"
    DIRECTOR = "director"
    OTHER = "other"


_NOT_THEMSELVES = r"\b(assistante?|assistant|secretaire(?! general)|secretary|office of|to the|bureau d[eu])\b"
"""Who works for a chief is none."""

_SECOND = r"\b(vice|deputy|adjointe?|associate|[es]?vp)\b"
"""Who stands in for a chief is a director."""

_C_LEVEL = (
    r"\bc(hief )?[a-z]{1,2}o\b",
    r"\bchief\b.*\bofficer\b",
    r"\b(president|presidente|chair(man|woman|person)?)\b",
    r"\b(managing director|general manager|(co-?)?founder)\b",
    r"^(business |co-?)?owner\b",
    r"\b(pdg|p-dg|dg|daf|dsi|drh)\b",
    r"\b(directeur|directrice) (general|generale|executif|executive)\b",
    r"\b(directeur|directrice) (administrati(f|ve) et financ|financ|des systemes d|des ressources humaines)",
    r"\b(gerante?|(co-?)?fondateur|(co-?)?fondatrice|membre du directoire|secretaire generale?|proprietaire)\b",
)
_DIRECTOR = (r"\b(director|directeur|directrice|head of|[es]?vp|dga)\b", r"\bvice[ -]president")


def rank_of(title: str | None, more: tuple[str, ...] = ()) -> Rank:
    """The rank of a title; `more`: patterns of C-level beside ours. Case and accents do not count."""
    return _rank_of(title, more) if title else Rank.OTHER


@lru_cache(maxsize=4096)
def _rank_of(title: str, more: tuple[str, ...]) -> Rank:
    plain = _plain(title)
    if _has(more, title) or _has(more, plain):
        return Rank.C_LEVEL
    if _has((_NOT_THEMSELVES,), plain):
        return Rank.OTHER
    if _has(_C_LEVEL, plain) and not _has((_SECOND,), plain):
        return Rank.C_LEVEL
    return Rank.DIRECTOR if _has((*_DIRECTOR, *_C_LEVEL), plain) else Rank.OTHER


def _plain(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _has(patterns: Iterable[str], text: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)
