"""What people read at the terminal: all of it is marked, and has its French, which fits."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

from adapters.base import Kind
from connector.cli import app
from connector.cli.words import word
from connector.config.load import guess_language
from connector.kpis.catalogue import definitions
from connector.languages.speech import _, mark, ngettext, speak, speaker
from connector.languages.translation import ENGLISH, MESSAGES, read_catalogue
from connector.pipeline.report import RunStatus
from connector.plans.values import name_of
from mappings.strategy import Entity

CLI = Path(app.__file__).parent
MARKS = {"_": None, "mark": None, "ngettext": (1, 2)}
SAYING = {"say", "print_line", "print_table", "confirm", "SetupError", "PlanError"}
"""What a person hears; the texts that go in are marked."""

NEVER_TRANSLATED = {"demo.py"}
"""The demo shows an English company, and reads no configuration of its user's."""

OWN_NAMES = {"playmaker: "}
NARROW, FIXED = "\u202f", "\u00a0"


def english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def french(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def extracted() -> set[tuple[str, ...]]:
    found = extract_from_dir(CLI.parent, method_map=[("**.py", "python")], keywords=MARKS)
    marked = {(text,) if isinstance(text, str) else tuple(text) for _, _, text, _, _ in found}
    return marked | {(note,) for definition in definitions() for note in definition.paragraphs[2:]}


CATALOGUE = [message for message in read_catalogue("fr", MESSAGES) if message.id]


@pytest.fixture
def in_french() -> Iterator[None]:
    speak("fr")
    yield
    speak(ENGLISH)


def test_every_marked_text_has_its_french():
    both = [*CATALOGUE, *(message for message in read_catalogue("fr") if message.id)]
    said = {english(message) for message in both} | {english(message)[:1] for message in both}
    assert extracted() - said == set()


def test_no_french_is_left_over():
    assert {english(message) for message in CATALOGUE} - extracted() == set()


def names_in_braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("message", CATALOGUE, ids=lambda message: english(message)[0])
def test_no_french_is_missing_doubtful_or_lacks_a_name_in_braces(message: Message):
    assert all(french(message))
    assert not message.fuzzy
    assert [names_in_braces(text) for text in french(message)] == [
        names_in_braces(text) for text in english(message)
    ] * (len(french(message)) // len(english(message)))


def test_a_fixed_blank_stands_where_french_wants_one():
    texts = [text for message in CATALOGUE for text in french(message)]
    loose = [text for text in texts if any(f" {sign}" in text for sign in ":;!?»") or "« " in text]
    assert loose == []


def unmarked(node: ast.AST) -> Iterator[str]:
    """The words in an expression that no mark surrounds."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
        return
    if isinstance(node, ast.Subscript | ast.Compare):
        return
    if isinstance(node, ast.Call):
        # what a function makes of its arguments is that function's to mark
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if any(letter.isalpha() for letter in node.value) and node.value not in OWN_NAMES:
            yield node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from unmarked(child)


def test_no_command_says_what_is_not_marked():
    found = [
        (path.name, call.lineno, text)
        for path in sorted(CLI.glob("*.py"))
        if path.name not in NEVER_TRANSLATED
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute)
        if (call.func.id if isinstance(call.func, ast.Name) else call.func.attr) in SAYING
        for argument in call.args
        for text in unmarked(argument)
    ]
    assert found == []


@pytest.mark.usefixtures("in_french")
def test_codes_that_tables_show_have_words():
    the_same = {"plan", "action", "contact"}
    assert [code for code in [*RunStatus, *Entity, *Kind] if word(code) == str(code) and code not in the_same] == []
    assert name_of(Entity.INFLUENCE_LINE) == "ligne d'influence"
    assert word("playmaker_win_rate") == "playmaker_win_rate"


@pytest.mark.usefixtures("in_french")
def test_numbers_and_plurals_are_french():
    assert ngettext("{number} missing", "{number} missing", 1) == "1 manquant"
    assert ngettext("{number} missing", "{number} missing", 1234) == f"1{NARROW}234 manquants"
    assert _("warning: {text}", text="{x}") == f"avertissement{FIXED}: {{x}}"
    assert mark("warning") == "warning"
    assert _(mark("warning")) == "avertissement"


def test_a_broken_configuration_is_spoken_of_in_the_language_that_it_asks_for(tmp_path: Path):
    file = tmp_path / "config.yaml"
    for text, language in (
        ("language: fr\ncurrency: [", "fr"),
        ('a: 1\nlanguage: "fr" # so', "fr"),
        ("language: french", ENGLISH),
        ("  language: fr", ENGLISH),
        ("", ENGLISH),
    ):
        file.write_text(text)
        assert guess_language(file) == language
    assert guess_language(tmp_path / "none.yaml") == ENGLISH
    assert speaker().language == ENGLISH
