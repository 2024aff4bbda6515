"""docs/guarantees.md names tests that are there, and for each silent change in a CRM how long it may take on which."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "guarantees.md").read_text()
QUOTED = re.findall(r"`([^`]+)`", DOCUMENT)
PATHS = sorted({quoted.partition("::")[0] for quoted in QUOTED if quoted.startswith("tests/")})
PAIRS = sorted({quoted for quoted in QUOTED if quoted.startswith("tests/") and "::" in quoted})
NAMES = sorted({name for quoted in QUOTED for name in re.findall(r"(?<!/)\btest_\w+$", quoted)})
ROWS = [re.split(r"(?<!\\)\|", line)[1:-1] for line in DOCUMENT.splitlines() if line.startswith("| ")]
PROMISED = ("next sync", "sweep", "reconciliation")
"""The delays that the document explains."""


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


EVERY = {name for path in (ROOT / "tests").rglob("test_*.py") for name in names_in(path)}


def test_the_document_names_tests():
    assert len(NAMES) > 60
    assert len(PATHS) > 20


def test_each_guarantee_names_what_holds_it():
    guarantees = [
        cells for cells in ROWS if cells[0].strip() not in {"guarantee", "what happens", "often broken elsewhere"}
    ]
    applying = guarantees[: -len(_rows_of("What does not apply"))]
    assert [cells[0] for cells in applying if "`test" not in cells[-1]] == []


@pytest.mark.parametrize(
    "what", ["deleted or archived", "purged", "brought back", "merged", "moved", "history", "owner"]
)
def test_each_change_without_a_trace_has_its_delay_for_each_crm(what: str):
    (cells,) = [cells for cells in _rows_of("Deletes, merges") if what in cells[0]]
    assert len(cells) == 4
    assert all(any(promise in delay.lower() for promise in PROMISED) for delay in cells[1:3])


@pytest.mark.parametrize("path", PATHS)
def test_each_file_that_is_named_is_there(path: str):
    assert (ROOT / path).exists()


def test_each_test_that_is_named_is_there():
    assert [name for name in NAMES if name not in EVERY] == []


def test_each_test_is_in_the_file_that_is_named_with_it():
    wrong = [pair for pair in PAIRS if pair.partition("::")[2] not in names_in(ROOT / pair.partition("::")[0])]
    assert wrong == []


def _rows_of(section: str) -> list[list[str]]:
    """The rows of a section's table, without its heading."""
    (body,) = re.findall(rf"^## {section}.*?\n(.*?)(?=^## |\Z)", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    return [line.split("|")[1:-1] for line in body.splitlines() if line.startswith("| ")][1:]
