"""The kinds of files: which columns each has, and what each column holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, get_args

from connector.config.faults import suggest
from connector.plans.exchange.amounts import decide_mark, read_amount
from connector.plans.exchange.days import decide_day_first, read_day
from connector.plans.exchange.guard import is_formula, unguard
from connector.plans.exchange.table import FileError, Row, Table
from connector.plans.overlay import JUDGED
from connector.plans.values import PlanError
from mappings.strategy import PARTS, Entity


class FormName(StrEnum):
    """What a file holds."""

    STAKEHOLDERS = "stakeholders"
    ACTIONS = "actions"
    POTENTIALS = "potentials"
    NPS = "nps"
    PLANS = "plans"


ACCOUNT = ("account", "account_name")
EVIDENCE = "_evidence"


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file. `columns`: all of them in their order; `told`: those that are only for people to read."""

    name: FormName
    entity: Entity
    columns: Sequence[str]
    told: frozenset[str] = frozenset()

    @property
    def fields(self) -> list[str]:
        """The columns that are fields of the part itself."""
        return [column for column in self.columns if column in PARTS[self.entity].model_fields]


_PEOPLE = [
    *ACCOUNT,
    *("person", "name", "email", "title", "placeholder", "external"),
    *("role", "role_evidence", "influence", "influence_evidence", "stance", "stance_evidence"),
    *("personal_stakes", "professional_stakes", "reports_to", "reports_to_name", "covered_by", "decides_on"),
    *("departed", "departed_evidence"),
]
_ACTIONS = [
    *ACCOUNT,
    *("id", "title", "owner", "due", "first_due", "status", "done_on"),
    *("stakeholder", "stakeholder_name", "deal", "deal_name", "objective", "objective_name"),
]
_CELLS = [*ACCOUNT, *("id", "unit", "unit_name", "line", "potential", "blocked", "competitor")]
_CELLS += ["play", "play_owner", "play_due"]
_ANSWERS = [*ACCOUNT, "id", "person", "name", "email", "survey", "score", "answered_on"]
_PLANS = [*ACCOUNT, *("objective", "positioning", "potential_revenue", "currency", "alignment", "tier", "started_on")]

FORMS: Mapping[FormName, Form] = {
    form.name: form
    for form in (
        Form(FormName.STAKEHOLDERS, Entity.STAKEHOLDER, _PEOPLE, frozenset({"reports_to_name"})),
        Form(FormName.ACTIONS, Entity.ACTION, _ACTIONS, frozenset({"stakeholder_name", "deal_name", "objective_name"})),
        Form(FormName.POTENTIALS, Entity.CELL, _CELLS, frozenset({"unit_name"})),
        Form(FormName.NPS, Entity.ANSWER, _ANSWERS),
        Form(FormName.PLANS, Entity.PLAN, _PLANS),
    )
}

Reader = Callable[[object], object]
Values = dict[str, object]


def check_columns(form: Form, table: Table) -> None:
    """Raises FileError for a column that the form does not have, and where no column says which account is meant."""
    unknown = [column for column in table.columns if column and column not in form.columns]
    if unknown:
        raise FileError(f'{form.name} have no column "{unknown[0]}"{suggest(unknown[0], form.columns)}')
    by_person = {"person", "email"} & set(form.columns)
    if not {*ACCOUNT, *by_person} & set(table.columns):
        raise FileError(f"no column says which account is meant: add {' or '.join([*ACCOUNT, *sorted(by_person)])}")


def read_rows(form: Form, table: Table) -> list[tuple[Row, Values | str]]:
    """Each row with its values, or with the reason why they cannot be read; numbers and dates column by column."""
    readers = {column: _reader(form, column, table) for column in table.columns if column not in form.told}
    return [(row, row.fault or _read(row, readers)) for row in table.rows]


def _read(row: Row, readers: Mapping[str, Reader]) -> Values | str:
    values: Values = {}
    for column, cell in row.cells.items():
        if column in readers:
            try:
                values[column] = readers[column](cell)
            except PlanError as fault:
                return f"{column}: {fault}"
    return values


def _reader(form: Form, column: str, table: Table) -> Reader:
    kinds = _kinds(form, column)
    cells = [row.cells.get(column) for row in table.rows]
    if date in kinds:
        day_first = decide_day_first(cells)
        return lambda cell: read_day(cell, day_first=day_first)
    if kinds & {Decimal, int}:
        mark = decide_mark(cells)
        return lambda cell: read_amount(cell, mark) if Decimal in kinds else _whole(read_amount(cell, mark))
    if bool in kinds:
        return _read_yes
    return _read_word if column.endswith(EVIDENCE) or any(_is_word(kind) for kind in kinds) else _read_text


def _kinds(form: Form, column: str) -> set[Any]:
    info = PARTS[form.entity].model_fields.get(column)
    if info is None:
        return {str}
    return {*(get_args(info.annotation) or (info.annotation,))} - {type(None)}


def _is_word(kind: Any) -> bool:  # noqa: ANN401 - a class
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _whole(amount: Decimal) -> object:
    return int(amount) if amount == amount.to_integral_value() else amount


_YES = {"yes", "y", "true", "x", "1", "oui", "o", "vrai"}
_NO = {"no", "n", "false", "0", "non", "faux"}


def _read_yes(cell: object) -> bool:
    word = str(cell).strip().lower()
    if word not in _YES | _NO:
        raise PlanError(f'"{word}" is neither yes nor no')
    return word in _YES


def _read_word(cell: object) -> str:
    return "_".join(_read_text(cell).lower().replace("-", " ").split())


def _read_text(cell: object) -> str:
    """Text as it is; a number that a spreadsheet made of it, as its digits."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    if is_formula(text):
        raise PlanError("a formula, which is never run: put its value there, or an apostrophe before it")
    return unguard(text)


def evidence_of(values: Values) -> dict[str, str]:
    """The evidence of each judgement for which a row names one. Raises PlanError."""
    found = {field: str(values[field + EVIDENCE]) for field in JUDGED if values.get(field + EVIDENCE)}
    if wrong := [word for word in found.values() if word not in {"assumed", "confirmed"}]:
        raise PlanError(f'evidence: "{wrong[0]}" is neither assumed nor confirmed')
    return found
