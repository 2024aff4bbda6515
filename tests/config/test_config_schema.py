"""The schema for editors knows what the configuration takes, and the example is written for it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from connector.cli.app import app
from connector.config.document import parse
from connector.config.json_schema import describe_settings
from connector.kpis.catalogue import all_keys

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
SCHEMA = describe_settings(all_keys())


def find_unknown(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """The keys that the schema does not know at their place."""
    if "$ref" in schema:
        return find_unknown(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    if branches := schema.get("anyOf"):
        fitting = [branch for branch in branches if "$ref" in branch or branch.get("type") == "object"]
        return min((find_unknown(value, branch, path) for branch in fitting), key=len, default=[])
    if isinstance(value, list):
        return [each for item in value for each in find_unknown(item, schema.get("items", {}), path)]
    if not isinstance(value, dict) or schema.get("additionalProperties", True) is not False:
        return []
    known = schema["properties"]
    strange = [f"{path}.{key}" for key in value if key not in known]
    inner = [find_unknown(each, known[key], f"{path}.{key}") for key, each in value.items() if key in known]
    return strange + [each for found in inner for each in found]


def test_the_schema_knows_every_key_of_the_example():
    assert find_unknown(parse(EXAMPLE.read_text(), "example").data, SCHEMA) == []


@pytest.mark.parametrize(
    "written",
    [
        {"curency": "EUR"},
        {"connections": [{"schedul": "x"}]},
        {"connections": [{"mapping": {"contact": {"rolle": "r"}}}]},
        {"connections": [{"mapping": {"contact": {"role": {"feild": "r"}}}}]},
        {"connections": [{"kpi_fields": {"win_rte": "r"}}]},
    ],
    ids=str,
)
def test_the_schema_refuses_a_misspelt_key(written):
    assert len(find_unknown(written, SCHEMA)) == 1


def test_the_schema_offers_choices_and_takes_references_for_numbers():
    connection = SCHEMA["$defs"]["Connection"]["properties"]
    assert connection["crm"]["anyOf"][0]["enum"] == ["hubspot", "memory", "salesforce"]
    assert SCHEMA["properties"]["language"]["anyOf"][0]["enum"] == ["en", "fr"]
    pattern = SCHEMA["$defs"]["KpiSettings"]["properties"]["window_days"]["anyOf"][1]["pattern"]
    assert re.search(pattern, "${DAYS}")


def test_the_example_tells_editors_where_the_schema_is_and_how_it_is_made():
    first, *others = EXAMPLE.read_text().splitlines()
    assert first == "# yaml-language-server: $schema=config.schema.json"
    assert any("playmaker config schema > config.schema.json" in line for line in others[:5])


def test_the_command_prints_the_schema():
    run = CliRunner().invoke(app, ["config", "schema"])
    assert run.exit_code == 0
    assert json.loads(run.stdout) == SCHEMA
