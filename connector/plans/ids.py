"""Ids of what only plans know: the same for the same thing, so that an import repeated makes nothing twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from itertools import count

from mappings.strategy import LOCAL_MARK

_BYTES = 6
"""48 bits: among 100,000 parts two would share an id once in 50,000 databases."""


def plain(text: str) -> str:
    """A name as it is compared: without case, doubled spaces and the two ways to write an accent."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def part_id(account: str, *words: str | None) -> str:
    """The id of a part of an account's plan that these words tell from its others."""
    text = "\x1f".join([account, *(plain(word or "") for word in words)])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


def person_id(account: str, *words: str | None) -> str:
    """The id of somebody whom the CRM does not have, by the account and what they are called."""
    return LOCAL_MARK + part_id(account, *words)


def numbered(*words: str | None) -> Iterator[tuple[str | None, ...]]:
    """The words, then the same with a number: where the words' own id is taken by what was renamed since."""
    yield words
    yield from ((*words, str(number)) for number in count(2))
