"""The parts of plans behind a figure: actions, answers, reviews, findings; and why others do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from adapters.base import Kind
from connector.kpis.comparison import Figure, spans_of
from connector.kpis.result import Kpi, KpiValue
from connector.kpis.trace import Counted, LeftOut, Trace
from connector.kpis.view import AccountView
from connector.languages.speech import _
from mappings.strategy import Action, Answer


def trace_actions(actions: Iterable[Action], why_not: Callable[[Action], str | None]) -> Trace:
    """The actions that count, and why the others do not."""
    counted, left_out = [], []
    for action in actions:
        why, called = why_not(action), action.title or _("an action without a title")
        if why is None:
            counted.append(Counted(None, called, _told(action)))
        else:
            left_out.append(LeftOut(None, called, why))
    return Trace(counted, left_out)


def trace_answers(answers: Iterable[Answer], why_not: Callable[[Answer], str | None]) -> Trace:
    """The answers that count, and why the others do not."""
    counted, left_out = [], []
    for answer in answers:
        why = why_not(answer)
        kind, id_ = (Kind.CONTACT, answer.person) if answer.person else (None, _("nobody signed it"))
        if why is None:
            counted.append(Counted(kind, id_, {"score": answer.score, "on": answer.answered_on}))
        else:
            left_out.append(LeftOut(kind, id_, why))
    return Trace(counted, left_out)


def trace_change(view: AccountView, figure: Figure) -> Trace:
    """The plans that are compared with what was before them, and both sides."""
    spans = spans_of(view)
    over = [span for span in spans if span.is_over]
    counted = [Counted(Kind.ACCOUNT, unit.id, {"plan from": span.start}) for span in over for unit in span.view.units]
    young = [
        LeftOut(Kind.ACCOUNT, unit.id, _("known from {day} on", day=span.known_on))
        for span in spans
        if not span.is_over
        for unit in span.view.units
    ]
    inside = {unit.id for span in spans for unit in span.view.units}
    planless = [LeftOut(Kind.ACCOUNT, unit.id, _("no plan has begun")) for unit in view.units if unit.id not in inside]
    sides = (figure([span.after for span in over]), figure([span.before for span in over])) if over else ()
    figures = dict(zip(("12 months after", "12 months before"), (_value(kpi) for kpi in sides), strict=False))
    return Trace(counted, [*young, *planless], figures)


def _told(action: Action) -> dict[str, KpiValue]:
    return {"due": action.due, "first due": action.first_due, "done on": action.done_on, "owner": action.owner}


def _value(kpi: Kpi) -> KpiValue:
    return kpi.value
