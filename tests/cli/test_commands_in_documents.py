"""No page names a command or an option that the program does not have."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from connector.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
IN_TEXT = re.compile(r"`playmaker (.+?)`", re.DOTALL)
IN_BLOCKS = re.compile(r"^\s*(?:\$ |.*/bin/|.*exec playmaker )?playmaker ([a-z-].*?)(?:  +#.*)?$", re.MULTILINE)
BLOCKS = re.compile(r"^```(?:console|sh)\n(.*?)^```|^((?:    .*\n)+)", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    """What stands behind `playmaker` in text and in blocks, on one line each."""
    blocks = "\n".join("".join(found) for found in BLOCKS.findall(page)).replace("\\\n", " ")
    return [" ".join(found.split()) for found in [*IN_TEXT.findall(page), *IN_BLOCKS.findall(blocks)]]


@cache
def program() -> Any:
    return get_command(app)


def wrong(said: str) -> str | None:
    """What of a command line the program does not know."""
    words = shlex.split(re.sub(r"[\[\]…]", " ", said.partition(" > ")[0].replace("|", " | ")))
    command = program()
    while words and (known := getattr(command, "commands", {})):
        names = _alternatives(words)
        unknown = names - known.keys()
        if unknown:
            return None if words[0].startswith("-") else f"{said}: no command {sorted(unknown)}"
        words, command = words[2 * len(names) - 1 :], known[words[0]]
    options = {option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]}
    unknown = {word.partition("=")[0] for word in words if word.startswith("--")} - options - {"--help"}
    return f"{said}: no option {sorted(unknown)}" if unknown else None


def _alternatives(words: list[str]) -> set[str]:
    """The commands of `pause | resume …`; of anything else the first word."""
    names = {words[0]}
    for bar, name in zip(words[1::2], words[2::2], strict=False):
        if bar != "|":
            break
        names.add(name)
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_on_a_page_is_one_of_the_program(page: Path):
    found = [wrong(said) for said in commands(page.read_text(encoding="utf-8"))]
    assert [fault for fault in found if fault] == []


def test_commands_are_found_in_text_and_in_blocks():
    assert sum(len(commands(page.read_text(encoding="utf-8"))) for page in PAGES) > 150


@pytest.mark.parametrize("said", ["snyc", "sync --dryrun", "fields aply", "runs show RUN --htp", "pause|resum NAME"])
def test_a_misspelt_command_is_found(said: str):
    assert wrong(said)
