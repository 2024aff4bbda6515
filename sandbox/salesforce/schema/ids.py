"""Record ids: three letters for the object, a number that grows, and a checksum of the letters' case.

The 15-character form is case-sensitive; three more characters make it safe where case is lost, and the API always
answers with all 18 (Salesforce help 000385008).
"""

from __future__ import annotations

import re
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

DIGITS = digits + ascii_uppercase + ascii_lowercase
"""In the order of their character codes, so that ids sort in the order of creation."""
CHECK_DIGITS = ascii_uppercase + "012345"
INSTANCE = "Hs"
SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
NUMBER_LENGTH = 10


def make_id(prefix: str, number: int) -> str:
    """The 18-character id of an object's record number `number`."""
    figures = ""
    for _ in range(NUMBER_LENGTH):
        number, figure = divmod(number, len(DIGITS))
        figures = DIGITS[figure] + figures
    return with_checksum(prefix + INSTANCE + figures)


def with_checksum(short: str) -> str:
    """The 18-character form of a 15-character id: one more letter for the case of each five."""
    groups = (short[start : start + 5] for start in range(0, 15, 5))
    return short + "".join(CHECK_DIGITS[_case_bits(group)] for group in groups)


def _case_bits(group: str) -> int:
    return sum(1 << place for place, letter in enumerate(group) if letter in ascii_letters and letter.isupper())


def read_id(text: str) -> str | None:
    """The 18-character form of an id given with 15 or 18 characters, None when it is no id at all."""
    if not SHAPE.fullmatch(text):
        return None
    full = with_checksum(text[:15])
    return full if text in {full, full[:15]} else None
