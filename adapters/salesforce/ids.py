"""What a Salesforce id looks like: 15 letters and digits, and three more that tell which of the letters are capital.

Salesforce refuses a whole query for one id that is none; such a one can only come from an answer that was not its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHAPE = re.compile(r"[a-zA-Z0-9]{15}(?:[A-Z0-5]{3})?")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def keep_ids(ids: Iterable[str]) -> list[str]:
    """Those that Salesforce can be asked for, in their order."""
    return [id_ for id_ in ids if _SHAPE.fullmatch(id_) and id_[15:] in {"", _suffix_of(id_)}]


def _suffix_of(id_: str) -> str:
    """One letter for each five characters: a bit for each capital, the first one the lowest."""
    fives = (id_[start : start + 5] for start in (0, 5, 10))
    return "".join(_SUFFIX[sum(one.isupper() << bit for bit, one in enumerate(five))] for five in fives)
