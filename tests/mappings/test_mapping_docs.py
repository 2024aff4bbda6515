from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from adapters.base import FieldInfo, Kind
from adapters.errors import SchemaError
from mappings.fields import CONVERTERS
from mappings.mapping import load_mapping
from mappings.shape import parse_rules

TEXT = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def test_the_documentation_has_examples():
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_every_example_is_a_valid_override(example, crm):
    override = yaml.safe_load(example)["mapping"]
    mapping = load_mapping(crm, override, ZoneInfo("UTC"))
    for kind, rules in parse_rules(override).items():
        for field, rule in rules.items():
            assert mapping.source_field(kind, field) == (rule.field if rule else None)


def test_every_converter_is_documented():
    assert [name for name in CONVERTERS if f"`{name}`" not in TEXT] == []


def test_the_quoted_error_is_the_one_that_comes():
    mapping = load_mapping("hubspot", {"contact": {"influence": "influence_levl"}}, ZoneInfo("UTC"))
    with pytest.raises(SchemaError) as error:
        mapping.restrict(Kind.CONTACT, {"influence_level": FieldInfo("influence_level", "Influence", "enumeration")})
    assert error.value.message in TEXT
