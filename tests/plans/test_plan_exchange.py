"""Whatever a plan holds comes back from a file as it was, text file or workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from acme_mirror import TODAY, fill, known
from hypothesis import given
from hypothesis import strategies as st

from connector.plans.draft import Draft
from connector.plans.exchange.amounts import decide_mark, read_amount, write_amount
from connector.plans.exchange.days import decide_day_first, read_day
from connector.plans.exchange.exporting import as_text, export_rows
from connector.plans.exchange.forms import FORMS, FormName, read_rows
from connector.plans.exchange.guard import guard, unguard
from connector.plans.exchange.lines import Applying, apply_line
from connector.plans.exchange.table import Table
from connector.plans.exchange.text_files import SEPARATORS, read_text, write_text
from connector.plans.exchange.workbooks import read_workbook, write_workbook
from connector.plans.ids import part_id
from connector.plans.known import KnownAccount
from connector.store.engine import open_memory
from connector.store.store import open_store
from mappings.account_plan import AccountPlan
from mappings.strategy import Action, ActionStatus, Answer, Cell, Entity, Plan, Stakeholder
from mappings.vocabulary import Role, Stance, Survey

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip).filter(bool)
risky = st.sampled_from("=+-@'\t\"_,;|\n").flatmap(lambda sign: texts.map(lambda text: (sign + text).strip()))
words = st.none() | texts | risky
amounts = st.decimals(min_value=0, allow_nan=False, allow_infinity=False)
days = st.dates(max_value=TODAY)

stakeholders = st.builds(
    Stakeholder,
    role=st.none() | st.sampled_from(Role),
    influence=st.none() | st.integers(1, 5),
    stance=st.none() | st.sampled_from(Stance),
    departed=st.none() | st.booleans(),
    personal_stakes=words,
    professional_stakes=words,
    covered_by=words,
    decides_on=words,
    reports_to=st.none() | st.just("9"),
)
plans = st.builds(
    Plan,
    objective=words,
    positioning=words,
    potential_revenue=st.none() | amounts,
    alignment=st.none() | st.integers(1, 5),
    tier=words,
    started_on=st.none() | days,
)
cells = st.builds(
    Cell,
    unit=st.sampled_from(["a", "a2"]),
    line=st.sampled_from(["Radar", "p2"]),
    potential=st.none() | amounts,
    blocked=words,
    play=words,
    play_due=st.none() | days,
)
answers = st.builds(
    Answer,
    person=st.none() | st.sampled_from(["7", "8"]),
    survey=st.just(Survey.NPS),
    score=st.integers(0, 10),
    answered_on=days,
)


@st.composite
def actions(draw: st.DrawFn) -> Action:
    """An action as the rules let it become."""
    due, first = draw(st.none() | days), draw(st.none() | days)
    status = draw(st.sampled_from(ActionStatus))
    return Action(
        title=draw(texts),
        owner=draw(words),
        due=due,
        first_due=first or due,
        status=status,
        done_on=draw(days) if status is ActionStatus.DONE else None,
        stakeholder=draw(st.none() | st.sampled_from(["7", "8", "9"])),
        deal=draw(st.none() | st.just("d1")),
    )


ids = st.lists(st.integers(0, 99), max_size=4, unique=True)


def named(number: int) -> str:
    return part_id("a", str(number))


@st.composite
def account_plans(draw: st.DrawFn) -> AccountPlan:
    people = draw(st.dictionaries(st.sampled_from(["7", "8"]), stakeholders))
    return AccountPlan(
        plan=draw(plans),
        stakeholders={id_: one for id_, one in people.items() if one != Stakeholder()},
        actions={named(number): draw(actions()) for number in draw(ids)},
        cells={named(number): draw(cells) for number in draw(ids)},
        answers={named(number): draw(answers) for number in draw(ids)},
    )


@pytest.fixture(scope="module")
def acme() -> Iterator[KnownAccount]:
    engine = open_memory()
    with open_store(engine) as store, store.transaction() as connection:
        fill(connection)
        yield known(connection)
    engine.dispose()


def through_text(form: FormName, rows: list[list[object]]) -> Table:
    columns = FORMS[form].columns
    return read_text(write_text(columns, as_text(rows), ";"), columns)


def through_a_workbook(form: FormName, rows: list[list[object]]) -> Table:
    return read_workbook(write_workbook(form.value, FORMS[form].columns, rows))


SHELVES = {
    FormName.STAKEHOLDERS: (Entity.STAKEHOLDER, "stakeholders"),
    FormName.ACTIONS: (Entity.ACTION, "actions"),
    FormName.POTENTIALS: (Entity.CELL, "cells"),
    FormName.NPS: (Entity.ANSWER, "answers"),
}


@pytest.mark.parametrize("through", [through_text, through_a_workbook])
@given(plan=account_plans())
def test_a_plan_comes_back_from_its_files_as_it_was(through, acme: KnownAccount, plan: AccountPlan):
    draft = Draft(acme)
    for form in FormName:
        table = through(form, export_rows(FORMS[form], [replace(acme, plan=plan)]))
        for _, values in read_rows(FORMS[form], table):
            assert not isinstance(values, str), values
            apply_line(form, draft, values, Applying(TODAY))
    for entity, shelf in SHELVES.values():
        assert dict(draft.shelf(entity)) == getattr(plan, shelf)
    assert draft.shelf(Entity.PLAN).get("a", Plan()) == plan.plan


@given(st.lists(st.lists(texts | risky, min_size=3, max_size=3), min_size=1), st.sampled_from(SEPARATORS))
def test_a_text_file_gives_back_every_cell(rows: list[list[str]], separator: str):
    table = read_text(write_text(["account", "objective", "tier"], rows, separator), ["account", "objective", "tier"])
    assert [[unguard(str(cell)) for cell in row.cells.values()] for row in table.rows] == rows


@given(texts | risky | st.text())
def test_no_guarded_text_is_run_and_the_guard_comes_off_again(text: str):
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(amounts, min_size=1))
def test_amounts_written_in_one_column_are_read_as_they_were(column: list[Decimal]):
    written = [write_amount(amount) for amount in column]
    assert [read_amount(text, decide_mark(written)) for text in written] == column


@given(
    st.lists(st.dates(min_value=date(1000, 1, 1)), min_size=1), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"])
)
def test_days_of_a_column_are_read_right_or_refused_never_wrong(column: list[date], written_as: str):
    written = [f"{day:{written_as}}" for day in column]
    order = decide_day_first(written)
    for text, day in zip(written, column, strict=True):
        if order is not None or day.day == day.month:
            assert read_day(text, day_first=order) == day


def test_a_workbook_that_would_not_fit_into_memory_is_refused(monkeypatch: pytest.MonkeyPatch):
    content = write_workbook("plans", ["account"], [["a"]])
    monkeypatch.setattr("connector.plans.exchange.workbooks.MOST_BYTES", 10)
    with pytest.raises(ValueError, match="too large when unpacked"):
        read_workbook(content)
