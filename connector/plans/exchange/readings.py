"""Reads the cells of a table as the values that its columns hold: numbers and dates column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, get_args

from connector.config.faults import join_choices, suggest
from connector.languages.speech import _, speaker
from connector.plans.exchange.amounts import decide_mark, read_amount
from connector.plans.exchange.closed_words import EVIDENCE_WORDS, levels_of, read_word, read_yes
from connector.plans.exchange.days import decide_day_first, read_day
from connector.plans.exchange.forms import ACCOUNT, CALLED, EVIDENCE, Form
from connector.plans.exchange.guard import is_clear, is_formula, unguard
from connector.plans.exchange.table import FileError, Row, Table
from connector.plans.exchange.titles import plain_title, title_of
from connector.plans.overlay import JUDGED
from connector.plans.values import PlanError
from mappings.strategy import PARTS

Reader = Callable[[object], object]
Values = dict[str, object]
"""What a line says, by column; None: the value is to be taken back."""


def check_columns(form: Form, table: Table) -> None:
    """Raises FileError where a column is unknown, or none says which account is meant."""
    unknown = [column for column in table.columns if column and column not in form.columns]
    if unknown:
        raise FileError(
            _(
                '{form} have no column "{column}"{hint}',
                form=form.name,
                column=unknown[0],
                hint=suggest(unknown[0], [title_of(form, column, speaker()) for column in form.columns]),
            )
        )
    by_person = {"person", "email"} & set(form.columns)
    if not {*ACCOUNT, *by_person} & set(table.columns):
        raise FileError(
            _(
                "no column says which account is meant: add {columns}",
                columns=join_choices([*ACCOUNT, *sorted(by_person)]),
            )
        )


def read_rows(form: Form, table: Table) -> list[tuple[Row, Values | str]]:
    """Each row with its values, or with the reason why they cannot be read."""
    readers = {column: _reader(form, column, table) for column in table.columns if column}
    return [(row, row.fault or _without_names(form, _read(row, readers, table.titles))) for row in table.rows]


def _read(row: Row, readers: Mapping[str, Reader], titles: Mapping[str, str]) -> Values | str:
    values: Values = {}
    for column, cell in row.cells.items():
        try:
            values[column] = None if is_clear(cell) else readers[column](cell)
        except PlanError as fault:
            return f"{titles.get(column, column)}: {fault}"
    return values


def _without_names(form: Form, values: Values | str) -> Values | str:
    """What is called so stands for the id where the line has none: `deal_name` for `deal`."""
    if isinstance(values, str):
        return values
    named = {column.removesuffix(CALLED): values[column] for column in form.told & values.keys()}
    kept = {column: value for column, value in values.items() if column not in form.told}
    return {column: name for column, name in named.items() if name is not None} | kept


def _reader(form: Form, column: str, table: Table) -> Reader:
    kinds = _kinds(form, column)
    cells = [row.cells.get(column) for row in table.rows]
    if date in kinds:
        day_first = decide_day_first(cells)
        order = table.day_first if day_first is None else day_first
        return lambda cell: read_day(cell, day_first=order)
    if kinds & {Decimal, int}:
        return _number_reader(column, decide_mark(cells), whole=Decimal not in kinds)
    if bool in kinds:
        return read_yes
    words = EVIDENCE_WORDS if column.endswith(EVIDENCE) else next(filter(_is_word, kinds), None)
    return _read_text if words is None else lambda cell: read_word(_read_text(cell), words, column)


def _kinds(form: Form, column: str) -> set[Any]:
    info = PARTS[form.entity].model_fields.get(column)
    if info is None:
        return {str}
    return {*(get_args(info.annotation) or (info.annotation,))} - {type(None)}


def _is_word(kind: Any) -> bool:  # noqa: ANN401 - a class
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _number_reader(column: str, mark: str | None, *, whole: bool) -> Reader:
    levels = levels_of(column)

    def read(cell: object) -> object:
        if (word := plain_title(cell)) in levels:
            return levels[word]
        amount = read_amount(cell, mark)
        return int(amount) if whole and amount == amount.to_integral_value() else amount

    return read


def _read_text(cell: object) -> str:
    """Text as it is; a number that a spreadsheet made of it, as its digits."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    if is_formula(text):
        raise PlanError(_("a formula, which is never run: put its value there, or an apostrophe before it"))
    return unguard(text)


def evidence_of(values: Values) -> dict[str, str]:
    """The evidence of each judgement for which a row names one."""
    return {field: str(values[field + EVIDENCE]) for field in JUDGED if values.get(field + EVIDENCE)}
