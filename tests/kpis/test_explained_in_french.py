"""No sentence about a figure stays English where French is spoken: neither its formula nor any reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from test_every_trace import KEYS, told

from adapters.base import Kind
from connector.cli.figure_words import say_figures
from connector.languages.speech import speak
from connector.languages.translation import ENGLISH

NAMES = {"Call", "Gone", "Write", "Lead", "Demo", "Offer", "acme", "anna", "Valves", "Pumps"}
"""What records are called."""

SIGNS = {"min", "+ min", "untouched"}
"""Of formulas, and codes."""

TITLES = {"chief … officer", "CEO", "president", "PDG", "directeur général", "DAF"}
THE_SAME = {
    *NAMES,
    *TITLES,
    *SIGNS,
    "Salesforce",
    "impact",
    "Impact",
    "cycle",
    "coach",
    "influence",
    "influence 4",
    "influence 5",
}


def said(key: str, kind: Kind, language: str) -> Iterator[str]:
    """Every line that people read about a figure but the names of records."""
    speak(language)
    try:
        found = told(key, kind)
        yield from (found.label, *found.formula, *found.missing, say_figures(found.trace.figures))
        for one in found.trace.counted:
            yield from (one.id if one.kind is None else "", say_figures(one.figures))
        for other in found.trace.left_out:
            yield from (other.id if other.kind is None else "", other.why)
    finally:
        speak(ENGLISH)


def phrases(lines: Iterable[str]) -> set[str]:
    """What stands between the signs of sentences, as far as it has words; codes are the same in all languages."""
    parts = (part.strip() for line in lines for part in re.split(r"[,;:.()/·]\s*", line))
    return {part for part in parts if re.search(r"[^\W\d_]{3}", part) and not re.search(r"_|\[|\]", part)}


@pytest.mark.parametrize(("key", "kind"), KEYS)
def test_no_line_about_a_figure_is_english_in_french(key: str, kind: Kind):
    english, french = list(said(key, kind, ENGLISH)), list(said(key, kind, "fr"))
    assert len(english) == len(french)
    alike = phrases(english) & phrases(french)
    assert alike - THE_SAME == set()
