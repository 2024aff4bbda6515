"""Whatever a plan holds comes back from a file as it was, text file or workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from acme_mirror import TODAY, fill, known
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.languages.translation import Translator, translator_for
from connector.plans.draft import Draft
from connector.plans.exchange.amounts import decide_mark, read_amount, write_amount
from connector.plans.exchange.closed_words import read_word
from connector.plans.exchange.days import decide_day_first, read_day
from connector.plans.exchange.exporting import as_text, export_rows, make_sheet
from connector.plans.exchange.forms import FORMS, FormName
from connector.plans.exchange.guard import guard, unguard
from connector.plans.exchange.lines import Applying, apply_line
from connector.plans.exchange.page import escape_markdown
from connector.plans.exchange.readings import read_rows
from connector.plans.exchange.table import FileError, Table
from connector.plans.exchange.text_files import SEPARATORS, read_text, write_text
from connector.plans.exchange.titles import columns_by_title, plain_title, title_of
from connector.plans.exchange.workbooks import read_workbook, write_workbook
from connector.plans.ids import part_id
from connector.plans.known import KnownAccount
from connector.plans.values import PlanError
from connector.store.engine import open_memory
from connector.store.store import open_store
from mappings.account_plan import AccountPlan
from mappings.strategy import (
    Action,
    ActionStatus,
    Answer,
    Cell,
    Competitor,
    DealPart,
    Entity,
    InfluenceLine,
    Lever,
    Objective,
    ObjectiveKind,
    Plan,
    Review,
    ReviewKind,
    Risk,
    Stakeholder,
    TeamMember,
    TeamRole,
)
from mappings.vocabulary import Role, Stance, Survey

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip).filter(bool)
risky = st.sampled_from("=+-@'\t\"_,;|\n").flatmap(lambda sign: texts.map(lambda text: (sign + text).strip()))
words = st.none() | texts | risky
amounts = st.decimals(min_value=0, max_value=10**17, allow_nan=False, allow_infinity=False)
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
    survey=st.sampled_from(Survey),
    score=st.integers(1, 5),
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


objectives = st.builds(Objective, text=texts, kind=st.sampled_from(ObjectiveKind), owner=words, due=st.none() | days)
competitors = st.builds(Competitor, name=texts, where=words, strength=st.none() | st.integers(1, 5))
levers = st.builds(Lever, text=texts, owner=words, due=st.none() | days)
risks = st.builds(Risk, text=texts, owner=words, due=st.none() | days)
team = st.builds(TeamMember, name=texts, role=st.sampled_from(TeamRole))
lines = st.builds(InfluenceLine, source=st.just("7"), target=st.sampled_from(["8", "9"]), strength=st.integers(1, 5))
deal_parts = st.builds(
    DealPart,
    deal=st.sampled_from(["d1", "d2"]),
    stakeholder=st.sampled_from(["7", "8"]),
    role=st.none() | st.sampled_from(Role),
    stance=st.none() | st.sampled_from(Stance),
)
reviews = st.builds(
    Review,
    kind=st.sampled_from(ReviewKind),
    due=days,
    held_on=st.none() | days,
    required=words,
    attended=words,
    decisions=words,
    checked=words,
)
GENERAL = {
    "objectives": objectives,
    "competitors": competitors,
    "levers": levers,
    "risks": risks,
    "team": team,
    "influence_lines": lines,
    "deal_parts": deal_parts,
    "reviews": reviews,
}
ids = st.lists(st.integers(0, 99), max_size=2, unique=True)


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
        **{shelf: {named(number): draw(parts) for number in draw(ids)} for shelf, parts in GENERAL.items()},
    )


@pytest.fixture(scope="module")
def acme() -> Iterator[KnownAccount]:
    engine = open_memory()
    with open_store(engine) as store, store.transaction() as connection:
        fill(connection)
        yield known(connection)
    engine.dispose()


ENGLISH, FRENCH = Translator(), translator_for("fr")


def through_text(form: FormName, rows: list[list[object]], translator: Translator = ENGLISH) -> Table:
    sheet = make_sheet(FORMS[form], rows, translator)
    return read_text(write_text(sheet.titles, as_text(sheet), ";"), columns_by_title(form))


def through_a_workbook(form: FormName, rows: list[list[object]]) -> Table:
    sheet = make_sheet(FORMS[form], rows, FRENCH)
    return read_workbook(write_workbook(sheet.name, sheet.titles, sheet.rows), columns_by_title(form))


SHELVES = {
    FormName.STAKEHOLDERS: (Entity.STAKEHOLDER, "stakeholders"),
    FormName.ACTIONS: (Entity.ACTION, "actions"),
    FormName.POTENTIALS: (Entity.CELL, "cells"),
    FormName.NPS: (Entity.ANSWER, "answers"),
    FormName.OBJECTIVES: (Entity.OBJECTIVE, "objectives"),
    FormName.COMPETITORS: (Entity.COMPETITOR, "competitors"),
    FormName.LEVERS: (Entity.LEVER, "levers"),
    FormName.RISKS: (Entity.RISK, "risks"),
    FormName.TEAM: (Entity.TEAM_MEMBER, "team"),
    FormName.LINES: (Entity.INFLUENCE_LINE, "influence_lines"),
    FormName.DEAL_ROLES: (Entity.DEAL_PART, "deal_parts"),
    FormName.REVIEWS: (Entity.REVIEW, "reviews"),
}


@pytest.mark.parametrize("through", [through_text, through_a_workbook])
@settings(max_examples=30)
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
    known = columns_by_title(FormName.PLANS)
    table = read_text(write_text(["account", "objective", "tier"], rows, separator), known)
    assert [[unguard(str(cell)) for cell in row.cells.values()] for row in table.rows] == rows


@given(texts | risky | st.text())
def test_no_guarded_text_is_run_and_the_guard_comes_off_again(text: str):
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(amounts, min_size=1))
def test_amounts_written_in_one_column_are_read_as_they_were(column: list[Decimal]):
    written = [write_amount(amount) for amount in column]
    assert [read_amount(text, decide_mark(written)) for text in written] == column


def test_a_number_that_nobody_can_write_out_is_none():
    with pytest.raises(PlanError):
        read_amount("1E+999999999", None)


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
        read_workbook(content, {})


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_no_two_columns_of_a_file_have_the_same_title_in_any_language(form):
    for translator in (ENGLISH, FRENCH):
        titles = [title_of(form, column, translator) for column in form.columns]
        assert [columns_by_title(form.name)[plain_title(title)] for title in titles] == list(form.columns)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("68.75", "68.75"),
        ("0.5", "0.5"),
        ("-30", "-30"),
        ("1. June", "1\\. June"),
        ("- x", "\\- x"),
        ("2) y", "2\\) y"),
    ],
)
def test_a_page_shows_numbers_as_they_are_and_begins_no_list(text: str, written: str):
    assert escape_markdown(text) == written


def test_columns_are_known_by_what_other_programs_call_them():
    known = columns_by_title(FormName.NPS)
    assert [known[plain_title(title)] for title in ("Answered at", "Courriel", "Société", "contact-id")] == [
        "answered_on",
        "email",
        "account_name",
        "person",
    ]


@pytest.mark.parametrize(
    ("field", "kind", "words"),
    [
        ("role", Role, {"Décideur": Role.ECONOMIC, "Decision maker": Role.ECONOMIC, "TECHNIQUE": Role.TECHNICAL}),
        ("stance", Stance, {"Promoteur": Stance.CHAMPION, "détracteur": Stance.OPPONENT, "inconnu": None}),
        ("status", ActionStatus, {"Terminée": ActionStatus.DONE, "en cours": ActionStatus.OPEN, "done": "done"}),
        ("kind", ReviewKind, {"Approfondie": ReviewKind.DEEP, "light": ReviewKind.LIGHT}),
    ],
)
def test_words_of_closed_lists_are_read_as_people_and_crms_say_them(field, kind, words):
    assert {word: read_word(word, kind, field) for word in words} == words
    with pytest.raises(PlanError, match="is none of"):
        read_word("whatever", kind, field)


def test_bytes_that_are_no_text_are_not_taken_for_rare_characters():
    with pytest.raises(FileError, match="encoding"):
        read_text(b"a\0b;c", columns_by_title("stakeholders"))
