"""config.example.yaml and docs/configuration.md know every setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from connector.config.auth import Auth
from connector.config.connection import Budget, Connection
from connector.config.kpis import DealScope, KpiSettings
from connector.config.load import load_settings
from connector.config.settings import Settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.yaml"
ENVIRON = {"HUBSPOT_TOKEN": "t", "SF_ID": "i", "SF_SECRET": "s"}


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    """The models below an annotation, itself included."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for argument in get_args(annotation):
        yield from _models(argument)


def _keys() -> set[str]:
    return {
        key for model in _models(Settings) if model.__module__.startswith("connector.") for key in model.model_fields
    }


def test_the_walk_finds_the_models():
    assert {Settings, Connection, Budget, Auth, KpiSettings, DealScope} <= set(_models(Settings))


@pytest.mark.parametrize("file", ["config.example.yaml", "docs/configuration.md"])
def test_every_setting_is_named(file):
    text = (ROOT / file).read_text()
    assert {key for key in _keys() if not re.search(rf"\b{key}\b", text)} == set()


def test_the_example_can_be_loaded():
    assert [connection.crm for connection in load_settings(EXAMPLE, ENVIRON).connections] == ["hubspot", "salesforce"]


def test_the_example_gives_the_defaults():
    settings = load_settings(EXAMPLE, ENVIRON)
    defaults = Settings(currency="EUR", connections=settings.connections).beside(ROOT)
    assert settings == defaults


def test_the_example_needs_no_variable_that_it_does_not_show():
    shown = set(re.findall(r"\$\{([A-Z_]+)\}", EXAMPLE.read_text()))
    assert set(ENVIRON) <= shown
