"""What the page about troubles quotes is what the program says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
QUOTES = [
    quote
    for cell in re.findall(r"^\| (`.+?) \| ", PAGE, re.MULTILINE)
    for quote in re.findall(r"`([^`]+)`", cell)
]  # fmt: skip
WORDS_OF_THE_CRM = {"FIELD_CUSTOM_VALIDATION_EXCEPTION"}


@cache
def literals() -> str:
    files = [file for folder in ("adapters", "connector", "mappings") for file in (ROOT / folder).rglob("*.py")]
    return "\0".join(text for file in files for text in texts(file))


def texts(file: Path) -> Iterator[str]:
    """Each text of a file, with … for what is filled in."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    remarks = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif node not in remarks and isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\{\w*\}", "…", node.value)


def test_the_page_quotes_messages():
    assert len(QUOTES) > 30


@pytest.mark.parametrize("quote", sorted(set(QUOTES) - WORDS_OF_THE_CRM))
def test_each_quoted_message_is_said_somewhere(quote: str):
    assert quote in literals()
