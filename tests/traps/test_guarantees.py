"""docs/guarantees.md names tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUOTED = re.findall(r"`([^`]+)`", (ROOT / "docs" / "guarantees.md").read_text())
PATHS = sorted({quoted.partition("::")[0] for quoted in QUOTED if quoted.startswith("tests/")})
PAIRS = sorted({quoted for quoted in QUOTED if quoted.startswith("tests/") and "::" in quoted})
NAMES = sorted({name for quoted in QUOTED for name in re.findall(r"(?<!/)\btest_\w+$", quoted)})


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


EVERY = {name for path in (ROOT / "tests").rglob("test_*.py") for name in names_in(path)}


def test_the_document_names_tests():
    assert len(NAMES) > 60
    assert len(PATHS) > 20


@pytest.mark.parametrize("path", PATHS)
def test_each_file_that_is_named_is_there(path: str):
    assert (ROOT / path).exists()


def test_each_test_that_is_named_is_there():
    assert [name for name in NAMES if name not in EVERY] == []


def test_each_test_is_in_the_file_that_is_named_with_it():
    wrong = [pair for pair in PAIRS if pair.partition("::")[2] not in names_in(ROOT / pair.partition("::")[0])]
    assert wrong == []
