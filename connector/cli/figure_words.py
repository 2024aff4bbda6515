"""What the figures on the way to a KPI are called when people read them; JSON keeps the names of the trace."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connector.cli.kpis import say_figure
from connector.languages.speech import _, mark, name_code, speaker

_FIGURES = (
    mark("12 months after"),
    mark("12 months before"),
    mark("a year"),
    mark("a year ago"),
    mark("active contacts"),
    mark("active deals"),
    mark("alignment, from 0 to 1"),
    mark("amount"),
    mark("cells eligible"),
    mark("cells live"),
    mark("changes"),
    mark("closed on"),
    mark("cost"),
    mark("costs"),
    mark("created on"),
    mark("cycle in days"),
    mark("cycle of the portfolio"),
    mark("days"),
    mark("days that are usual"),
    mark("days together"),
    mark("deals won"),
    mark("deals won or lost"),
    mark("done on"),
    mark("due"),
    mark("entered"),
    mark("feasibility"),
    mark("first due"),
    mark("for us, from 0 to 1"),
    mark("forecast"),
    mark("forecast from"),
    mark("further"),
    mark("growth gap"),
    mark("has left"),
    mark("held as it should be"),
    mark("impact"),
    mark("influence"),
    mark("last activity"),
    mark("mean amount won"),
    mark("now"),
    mark("outcome"),
    mark("owner"),
    mark("people of known stance"),
    mark("plan from"),
    mark("quarter from"),
    mark("revenue"),
    mark("revenue at stake"),
    mark("role"),
    mark("role then"),
    mark("roles held"),
    mark("roles required"),
    mark("sales cycle in days"),
    mark("score"),
    mark("seen"),
    mark("since"),
    mark("source of revenue"),
    mark("stakeholders identified"),
    mark("stakeholders mapped"),
    mark("stance"),
    mark("strength"),
    mark("weighted"),
    mark("win rate"),
    mark("window"),
    mark("won deals behind it"),
    mark("won from"),
)
"""All names; those that are the name of a stage are the CRM's to say."""

_PLAINER = {
    "figure": mark("value"),
    "from": mark("begins"),
    "live": mark("is live"),
    "mapped": mark("all three known"),
    "on": mark("answered on"),
    "to": mark("ends"),
    "won": mark("amount won"),
}
"""Names that do not say enough on their own."""

_CODES = {
    "outcome": (mark("won"), mark("lost")),
    "role": (),
    "role then": (),
    "source of revenue": (mark("bookings"), mark("recurring"), mark("field")),
    "stance": (),
    "window": (mark("this"), mark("the one before")),
}
"""The figures whose value is a word of ours, with those words that no page has."""

_DATED = re.compile(r"(.+ from) (\d{4}-\d\d-\d\d)")


def say_figures(figures: Mapping[str, object]) -> str:
    """The figures that went into another one, on one line."""
    return " · ".join(
        _("{name}: {value}", name=_name(what), value=_value(what, value)) for what, value in figures.items()
    )


def _name(what: str) -> str:
    if dated := _DATED.fullmatch(what):
        return f"{speaker().say(dated[1])} {dated[2]}"
    return speaker().say(_PLAINER.get(what, what))


def _value(what: str, value: object) -> object:
    if value is None:
        return _("unknown")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return name_code(value) if what in _CODES else say_figure(value)
