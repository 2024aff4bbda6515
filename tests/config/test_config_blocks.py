"""Each piece of configuration on a page is one that the program takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from connector.config.connection import Connection
from connector.config.load import load_settings
from connector.config.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
IN_TEXT = re.compile(r"`([a-z_]+: ?[\[{][^`\n…]*[\]}])`")
OURS = Settings.model_fields.keys() | Connection.model_fields.keys()
OF_OTHERS = {"groups"}
"""The top of Prometheus's rules."""


def pieces() -> set[tuple[str, str]]:
    """Page and text of each block, and of each setting in a line of text."""
    found = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found |= {(page.name, block) for block in BLOCK.findall(text)}
        found |= {(page.name, piece) for piece in IN_TEXT.findall(text) if piece.partition(":")[0] in OURS}
    return found


def whole(piece: dict[str, Any], secret: Path) -> dict[str, Any]:
    """A configuration with the piece where its keys belong."""
    connection = {"name": "emea", "crm": "hubspot", "auth": {"access_token": "${TOKEN}"}}
    top = {"currency": "EUR", "connections": [connection]}
    for key, value in piece.items():
        (top if key in Settings.model_fields else connection)[key] = value
    return yaml.safe_load(yaml.safe_dump(top).replace("/run/secrets/slack", str(secret)))


@pytest.mark.parametrize(("page", "text"), sorted(pieces()))
def test_every_piece_of_configuration_is_taken(page: str, text: str, tmp_path: Path):
    piece = yaml.safe_load(text)
    if piece.keys() <= OF_OTHERS:
        return
    assert piece.keys() <= OURS, page
    secret = tmp_path / "slack"
    secret.write_text("slack://A/B/C", encoding="utf-8")
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(whole(piece, secret)), encoding="utf-8")
    load_settings(config, {"TOKEN": "t", "MAIL_URL": "mailto://user:word@example.com"})


def test_blocks_and_settings_in_text_are_found():
    assert {page for page, _ in pieces()} >= {"mapping.md", "running.md", "kpis.md"}
