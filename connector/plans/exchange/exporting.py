"""What plans hold, as the lines of a file that can be filled on and imported again without a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

from connector.plans.document import ordered_people
from connector.plans.exchange.amounts import write_amount
from connector.plans.exchange.forms import EVIDENCE, Form, FormName
from connector.plans.known import KnownAccount
from mappings.strategy import LOCAL_MARK, Answer, Entity, Part, Stakeholder

Cells = dict[str, object]


def export_rows(form: Form, accounts: Iterable[KnownAccount], *, everybody: bool = False) -> list[list[object]]:
    """The lines of the accounts, in the order of the form's columns.

    `everybody`: with the accounts and contacts of which nobody has said anything yet, to be filled in.
    """
    return [
        [_plain(cells.get(column)) for column in form.columns]
        for known in accounts
        for cells in _ROWS[form.name](known, everybody)
    ]


def as_text(rows: Iterable[Iterable[object]]) -> list[list[str]]:
    """The lines as the texts of a text file."""
    return [[_text(value) for value in row] for row in rows]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return write_amount(value)
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return _text(value)
    return value.value if isinstance(value, Enum) else value


def _head(known: KnownAccount) -> Cells:
    return {"account": known.id, "account_name": known.account.name}


def _people(known: KnownAccount, everybody: bool) -> Iterator[Cells]:  # noqa: FBT001 - all of _ROWS are called alike
    for id_ in ordered_people(known):
        said = known.plan.stakeholders.get(id_)
        if said is not None or everybody:
            yield _head(known) | _person(known, id_, said or Stakeholder())


def _person(known: KnownAccount, id_: str, said: Stakeholder) -> Cells:
    contact = known.contacts.get(id_)
    facts: Cells = {"name": said.name, "title": said.title, "email": said.email}
    if contact is not None and not id_.startswith(LOCAL_MARK):
        facts = {"name": known.called(id_), "title": contact.title, "email": contact.email}
    evidence = {
        field + EVIDENCE: value.evidence
        for (entity, part, field), value in known.said.items()
        if entity is Entity.STAKEHOLDER and part == id_ and value.value is not None
    }
    boss = known.called(said.reports_to)
    return _values(said) | facts | evidence | {"person": id_, "reports_to_name": boss}


def _actions(known: KnownAccount, _: bool) -> Iterator[Cells]:  # noqa: FBT001 - the same
    for id_, action in known.plan.actions.items():
        deal, objective = known.deals.get(action.deal or ""), known.plan.objectives.get(action.objective or "")
        told = {
            "stakeholder_name": known.called(action.stakeholder),
            "deal_name": deal.name if deal else None,
            "objective_name": objective.text if objective else None,
        }
        yield _head(known) | _values(action) | told | {"id": id_}


def _cells(known: KnownAccount, everybody: bool) -> Iterator[Cells]:  # noqa: FBT001 - the same
    """`everybody`: each unit with each product line, said or not."""
    for id_, cell in known.plan.cells.items():
        yield _head(known) | _values(cell) | {"id": id_, "unit_name": known.units.get(cell.unit or "")}
    held = {(cell.unit, cell.line) for cell in known.plan.cells.values()}
    for unit, name in known.units.items() if everybody else ():
        for line in known.lines:
            if (unit, line) not in held:
                yield _head(known) | {"unit": unit, "unit_name": name, "line": line}


def _answers(known: KnownAccount, _: bool) -> Iterator[Cells]:  # noqa: FBT001 - the same
    for id_, answer in known.plan.answers.items():
        yield _head(known) | _values(answer) | {"id": id_} | _called(known, answer)


def _called(known: KnownAccount, answer: Answer) -> Cells:
    contact = known.people.get(answer.person or "")
    return {"name": known.called(answer.person), "email": contact.email if contact else None}


def _plans(known: KnownAccount, everybody: bool) -> Iterator[Cells]:  # noqa: FBT001 - the same
    if known.plan.plan or everybody:
        yield _head(known) | (_values(known.plan.plan) if known.plan.plan else {})


def _values(part: Part) -> Cells:
    return {field: getattr(part, field) for field in type(part).model_fields}


_ROWS: Mapping[FormName, Callable[[KnownAccount, bool], Iterator[Cells]]] = {
    FormName.STAKEHOLDERS: _people,
    FormName.ACTIONS: _actions,
    FormName.POTENTIALS: _cells,
    FormName.NPS: _answers,
    FormName.PLANS: _plans,
}
