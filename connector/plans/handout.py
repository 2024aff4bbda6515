"""Renews the tables of the page for reps: `python -m connector.plans.handout docs/for-reps.md docs/for-reps.fr.md`.

What stands above the mark is written by hand in each language; what stands below it comes from the KPIs themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.catalogue import definitions
from connector.kpis.fields import ALWAYS, finding_words
from connector.kpis.findings import CHECKS
from connector.kpis.registry import Definition, Wording
from connector.languages.speech import mark
from connector.languages.translation import ENGLISH, translator_for
from connector.plans.input_fields import INPUTS

MARK = "<!-- from here on made by python -m connector.plans.handout -->\n"
CURRENCY = "EUR"
_TITLES = {
    (Kind.ACCOUNT, True): mark("On every account"),
    (Kind.DEAL, True): mark("On every deal"),
    (Kind.ACCOUNT, False): mark("On accounts, where your admin has chosen them"),
}


def renew(page: str, language: str) -> str:
    """The page with its tables as they are to be today."""
    return page.partition(MARK)[0] + MARK + "\n" + tables(language)


def tables(language: str) -> str:
    """Every field with its label and help text, what is asked of reps, and what a plan can lack; in Markdown."""
    wording = Wording(KpiSettings(), CURRENCY, translator_for(language))
    say = wording.say
    parts = [_table(say(title), _figures(kind, wording, written=usual)) for (kind, usual), title in _TITLES.items()]
    parts.append(_table(say(mark("On both")), [(say(label), say(text)) for label, text, _ in ALWAYS.values()]))
    asked = [(say(one.label), say(one.help)) for one in INPUTS.values()]
    parts.append(_table(say(mark("For you to fill, where your admin has made these fields")), asked))
    parts.append(_table(say(mark("What the status says of a plan")), _findings(wording)))
    return "\n".join(parts)


def _figures(kind: Kind, wording: Wording, *, written: bool) -> Iterable[tuple[str, str]]:
    shown = [one for one in definitions(kind) if _in_a_field(one) and one.traits.written is written]
    return [(one.label(wording), one.help(wording)) for one in shown]


def _in_a_field(definition: Definition) -> bool:
    return not definition.per_stage


def _findings(wording: Wording) -> Iterable[tuple[str, str]]:
    say = wording.translator.say
    return [(say(finding_words(one.code)), say(one.text).format(days=one.days)) for one, _ in CHECKS]


def _table(title: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| **{name}** | {text} |" for name, text in rows]
    return "\n".join([f"## {title}", "", "| | |", "|---|---|", *lines, ""])


def _language_of(path: Path) -> str:
    return path.suffixes[0].removeprefix(".") if len(path.suffixes) > 1 else ENGLISH


if __name__ == "__main__":
    for file in map(Path, sys.argv[1:]):
        file.write_text(renew(file.read_text(encoding="utf-8"), _language_of(file)), encoding="utf-8")
