"""docs/sandbox.md names what there is, and its examples are accepted."""

from __future__ import annotations

import re
import shlex
from dataclasses import MISSING, fields
from pathlib import Path

import pytest
import requests
from echo_crm import EchoCRM

from sandbox.faults import Action, FaultOrder
from sandbox.server import start
from sandbox.world.csv_cells import columns
from sandbox.world.csv_tables import TABLES

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
EXAMPLES = [line.strip() for line in PAGE.splitlines() if line.startswith("    curl ")]


def row(first_cell: str) -> str:
    return next(line for line in PAGE.splitlines() if line.startswith(f"| `{first_cell}`"))


@pytest.mark.parametrize("table", TABLES)
def test_the_page_names_each_column_and_says_which_must_have_a_value(table):
    described = row(f"{table}.csv")
    for name, column in columns(TABLES[table]).items():
        assert f"`{name}`" in described
        assert (f"`{name}`*" in described) == column.required


@pytest.mark.parametrize("table", TABLES)
def test_the_page_names_each_default(table):
    described = row(f"{table}.csv")
    for field in fields(TABLES[table]):
        if isinstance(field.default, bool) and field.default is not MISSING:
            assert f"(default {str(field.default).lower()})" in described


@pytest.mark.parametrize("action", Action)
def test_the_page_describes_each_action(action):
    assert row(action)


def test_the_page_names_each_key_of_a_fault():
    switch = PAGE[PAGE.index("## The fault switch") :]
    assert all(re.search(rf"[`\"]{name}[`\"]", switch) for name in FaultOrder.model_fields)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_accepted(example):
    words = shlex.split(example)
    method, body = words[words.index("-X") + 1], words[words.index("-d") + 1] if "-d" in words else None
    (address,) = [word for word in words if word.startswith("$S")]
    with start(EchoCRM()) as running:
        response = requests.request(method, address.replace("$S", running.url), data=body, timeout=5)
    assert response.status_code == 200, response.text


def test_there_are_examples():
    assert len(EXAMPLES) >= 5
