"""A whole plan as a page for a review meeting: Markdown, or HTML that prints well and loads nothing from anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from connector.languages.translation import Translator
from connector.plans.document import is_known_of, plan_document
from connector.plans.exchange.titles import spell
from connector.plans.known import KnownAccount
from connector.plans.reviews import SEPARATOR
from mappings.strategy import TeamRole


class PageFormat(StrEnum):
    """What a page is written in."""

    MARKDOWN = "md"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI on the page: its label and its value as people read them, its status."""

    label: str
    value: str
    status: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Somebody in the org chart, with those who report to them; `depth` counts from 0."""

    depth: int
    person: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """How the page is written, in which language, on which day, with potentials in which currency."""

    format: PageFormat
    day: date
    currency: str
    translator: Translator = field(default_factory=Translator)


def write_page(known: KnownAccount, figures: Sequence[Figure], findings: Sequence[str], page: Page) -> str:
    """The page. Everything that people or the CRM wrote is text there, never markup."""
    document = plan_document(known)
    people = [one for one in document["stakeholders"] if is_known_of(one)]
    template = _environment(page).get_template(f"plan.{page.format}.j2")
    return template.render(
        plan=document,
        people=people,
        chart=_chart(people),
        grid=_grid(document, known),
        figures=[asdict(figure) for figure in figures],
        findings=findings,
        day=page.translator.day(page.day),
        language=page.translator.language,
        currency=page.currency,
    )


def _chart(people: Sequence[Mapping[str, Any]]) -> list[Branch]:
    """The org chart, top down; whoever reports to nobody on the page stands at the top."""
    shown = {one["person"] for one in people}
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    for one in people:
        boss = one["reports_to"] if one["reports_to"] in shown else None
        below.setdefault(boss, []).append(one)
    chart: list[Branch] = []
    waiting = [Branch(0, one) for one in reversed(below.get(None, []))]
    while waiting:
        branch = waiting.pop()
        chart.append(branch)
        under = below.pop(branch.person["person"], [])
        waiting += [Branch(branch.depth + 1, one) for one in reversed(under)]
    return chart


def _grid(document: Mapping[str, Any], known: KnownAccount) -> dict[str, Any]:
    """Product lines by units; a cell of which nobody said anything is empty."""
    cells = {(cell["unit"], cell["line"]): cell for cell in document["cells"]}
    units = {unit: name or unit for unit, name in known.units.items() if any(key[0] == unit for key in cells)}
    lines = {cell["line"]: known.lines.get(cell["line"]) or cell["line"] for cell in document["cells"]}
    rows = [(name, [cells.get((unit, line)) for unit in units]) for line, name in lines.items()]
    return {"units": list(units.values()), "rows": rows}


def _environment(page: Page) -> Environment:
    """Nothing that is printed is markup: HTML escapes by itself, in Markdown every value is made harmless first."""
    environment = Environment(
        loader=PackageLoader("connector.plans.exchange"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_known if page.format is PageFormat.HTML else _in_markdown,
    )
    environment.globals["say"] = page.translator.say
    environment.filters["words"] = spell
    environment.filters["tell"] = partial(_tell, page.translator)
    environment.filters["tell_judged"] = partial(_tell_judged, page.translator)
    return environment


def _tell_judged(translator: Translator, row: Mapping[str, Any], key: str) -> object:
    """A value as people of the language write it; of a judgement that was made here also on what evidence."""
    told, judgement = _tell(translator, row, key), row.get("judged", {}).get(key)
    return f"{told} ({translator.say(judgement['evidence'])})" if judgement and judgement["evidence"] else told


def _tell(translator: Translator, row: Mapping[str, Any], key: str) -> object:
    """A value as people of the language write it; for an id the name of what it means."""
    value = row.get(f"{key}_name") or row[key]
    if value is None:
        return None
    if key in _DAYS:
        return translator.day(date.fromisoformat(value))
    if key in _AMOUNTS:
        return translator.number(Decimal(value))
    if key in _ATTENDANCE:
        return SEPARATOR.join(_function(translator, one) for one in value.split(SEPARATOR))
    return translator.say(spell(value)) if key in _CODES else value


def _function(translator: Translator, one: str) -> str:
    """A function on the team as people call it; a name as it is."""
    return translator.say(spell(one)) if one in set(TeamRole) else one


_DAYS = {"due", "first_due", "done_on", "held_on", "answered_on", "started_on", "play_due"}
_ATTENDANCE = {"required", "attended"}
_AMOUNTS = {"potential", "potential_revenue"}
_CODES = {"kind", "role", "stance", "evidence", "status", "survey"}
"""What our own words stand in; everything else is what people or the CRM wrote."""


def _known(value: object) -> object:
    return "?" if value is None else value


def _in_markdown(value: object) -> object:
    return value if isinstance(value, Markup) else Markup(escape_markdown(_known(value)))  # noqa: S704 - just escaped


_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_GAPS = re.compile(r"[^\S\u00a0\u202f]+")
"""What becomes one space; those that hold a number together stay."""

_LEADING = re.compile(r"^(\d*)([-+=](?!\d)|(?<=\d)[.)](?=\s|$))")
"""What would begin a list or a heading; the backslash stands before the mark, as before a digit it would be seen."""


def escape_markdown(value: object) -> str:
    """Text that Markdown shows as it is, on one line: also within a table."""
    text = _GAPS.sub(" ", str(value)).strip()
    return _LEADING.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", text))
