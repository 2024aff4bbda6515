"""What plans hold, as the lines of a file that can be filled on and imported again without a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from connector.kpis.fields import ANSWERS
from connector.languages.translation import Translator
from connector.plans.book import SHELVES
from connector.plans.document import ordered_people
from connector.plans.exchange.amounts import write_amount
from connector.plans.exchange.forms import CALLED, EVIDENCE, Form, FormName
from connector.plans.exchange.titles import title_of, translate
from connector.plans.known import KnownAccount
from mappings.strategy import LOCAL_MARK, Answer, Entity, Part, Stakeholder
from mappings.vocabulary import Survey

Cells = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written: texts, numbers and days under their titles."""

    name: str
    titles: Sequence[str]
    rows: list[list[object]]


def export_rows(form: Form, accounts: Iterable[KnownAccount], *, everybody: bool = False) -> list[list[object]]:
    """The lines of the accounts, in the order of the form's columns, with our own words and yes and no as such.

    `everybody`: with the accounts and contacts of which nobody has said anything yet, to be filled in.
    """
    return [
        [cells.get(column) for column in form.columns]
        for known in accounts
        for cells in _lines(form, known, everybody=everybody)
    ]


def make_sheet(form: Form, rows: list[list[object]], translator: Translator) -> Sheet:
    """The lines as people of a language read them."""
    titles = [title_of(form, column, translator) for column in form.columns]
    plain = [[_plain(*cell, translator) for cell in zip(form.columns, row, strict=True)] for row in rows]
    return Sheet(form.name.value, titles, plain)


def as_text(sheet: Sheet) -> list[list[str]]:
    """The lines as the texts of a text file."""
    return [[_text(value) for value in row] for row in sheet.rows]


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return write_amount(value)
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _plain(column: str, value: object, translator: Translator) -> object:
    if isinstance(value, bool):
        return translator.say(ANSWERS[0] if value else ANSWERS[1]).lower()
    is_word = isinstance(value, Enum) or (value is not None and column.endswith(EVIDENCE))
    return translate(value, translator) if is_word else value


def _lines(form: Form, known: KnownAccount, *, everybody: bool) -> Iterator[Cells]:
    if form.name in _ROWS:
        return _ROWS[form.name](known, everybody)
    return _parts(known, form)


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


def _parts(known: KnownAccount, form: Form) -> Iterator[Cells]:
    """Each part as it is, with what the people, deals and objectives that it names are called."""
    for id_, part in getattr(known.plan, SHELVES[form.entity]).items():
        named = {field: getattr(part, field, None) for field in _NAMES}
        told = {field + CALLED: _NAMES[field](known, one) for field, one in named.items() if one}
        yield _head(known) | _values(part) | told | {"id": id_}


def _deal_name(known: KnownAccount, id_: str) -> str | None:
    return known.deals[id_].name if id_ in known.deals else None


def _objective_name(known: KnownAccount, id_: str) -> str | None:
    found = known.plan.objectives.get(id_)
    return found.text if found else None


_NAMES: Mapping[str, Callable[[KnownAccount, str], str | None]] = {
    **dict.fromkeys(("stakeholder", "source", "target"), lambda known, id_: known.called(id_)),
    "deal": _deal_name,
    "objective": _objective_name,
}


def _cells(known: KnownAccount, everybody: bool) -> Iterator[Cells]:  # noqa: FBT001 - the same
    """`everybody`: each unit with each product line, said or not."""
    for id_, cell in known.plan.cells.items():
        yield _head(known) | _values(cell) | {"id": id_, "unit_name": known.units.get(cell.unit or "")}
    held = {(cell.unit, cell.line) for cell in known.plan.cells.values()}
    for unit, name in known.units.items() if everybody else ():
        for line in known.lines:
            if (unit, line) not in held:
                yield _head(known) | {"unit": unit, "unit_name": name, "line": line}


def _answers_to(survey: Survey) -> Callable[[KnownAccount, bool], Iterator[Cells]]:
    def answers(known: KnownAccount, _: bool) -> Iterator[Cells]:  # noqa: FBT001 - the same
        for id_, answer in known.plan.answers.items():
            if (answer.survey or Survey.NPS) is survey:
                yield _head(known) | _values(answer) | {"id": id_} | _called(known, answer)

    return answers


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
    FormName.POTENTIALS: _cells,
    FormName.NPS: _answers_to(Survey.NPS),
    FormName.CSAT: _answers_to(Survey.CSAT),
    FormName.PLANS: _plans,
}
