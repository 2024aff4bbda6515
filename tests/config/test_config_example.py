"""config.example.yaml and docs/configuration.md know every setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from connector.config.auth import Auth
from connector.config.connection import Budget, Connection
from connector.config.document import parse
from connector.config.effective import list_values
from connector.config.faults import spell
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


def _paths(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting's place with its default; those of a connection stand under connections[0]."""
    for name, field in model.model_fields.items():
        inner = [each for each in _models(field.annotation) if each.__module__.startswith("connector.")]
        step = f"{above}{name}[0]." if name == "connections" else f"{above}{name}."
        if inner and name not in {"auth", "auth_setup"}:
            yield from _paths(inner[0], step)
        else:
            yield step.removesuffix("."), field.get_default(call_default_factory=True)


def _written(text: str) -> dict[str, object]:
    """The single values of the example's first connection, and of all above it, by their places."""
    data = parse(text, "example").data
    return {spell(path): value for path, value in list_values(data)}


COMMENTED = re.compile(r"^( +)# (\w+: [\w.\"-]+)( +#.*)?$", re.MULTILINE)
"""An optional setting: a single value, commented out."""


def test_every_setting_stands_at_its_place_and_what_is_commented_out_is_unset_by_default():
    text = EXAMPLE.read_text()
    live, all_of_it = _written(text), _written(COMMENTED.sub(r"\1\2", text))
    places = dict(_paths(Settings))
    lacking = {place for place in places if not any(known.startswith(place) for known in all_of_it)}
    assert {place for place in lacking if "auth" not in place} == set()
    optional = {place for place in places if place in all_of_it and place not in live}
    assert {"connections[0].overlap_minutes", "connections[0].portfolio.min_potential"} <= optional
    assert {place: places[place] for place in optional if places[place] is not None} == {}


def test_what_is_commented_out_can_be_put_in(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text(COMMENTED.sub(r"\1\2", EXAMPLE.read_text()))
    assert load_settings(path, ENVIRON).connections[0].overlap_minutes is not None


def test_the_example_can_be_loaded():
    assert [connection.crm for connection in load_settings(EXAMPLE, ENVIRON).connections] == ["hubspot", "salesforce"]


def test_the_example_gives_the_defaults():
    settings = load_settings(EXAMPLE, ENVIRON)
    defaults = Settings(currency="EUR", connections=settings.connections).beside(ROOT)
    assert settings == defaults


def test_the_example_needs_no_variable_that_it_does_not_show():
    shown = set(re.findall(r"\$\{([A-Z_]+)\}", EXAMPLE.read_text()))
    assert set(ENVIRON) <= shown
