from __future__ import annotations

from zoneinfo import ZoneInfo

from adapters.base import Kind
from adapters.memory.adapter import MemoryCRM
from adapters.memory.organisation import MemoryOrganisation
from mappings.entities import ENTITIES
from mappings.mapping import load_mapping


def test_the_crm_in_memory_has_every_field_that_its_mapping_reads():
    mapping = load_mapping("memory", None, ZoneInfo("UTC"))
    crm = MemoryCRM(MemoryOrganisation())
    assert [missing for kind in Kind for missing in mapping.restrict(kind, crm.describe(kind))] == []


def test_its_fields_have_the_types_that_an_override_may_map():
    own = {kind.value: {field: field for field in ENTITIES[kind].model_fields} for kind in Kind}
    mapping = load_mapping("memory", own, ZoneInfo("UTC"))
    crm = MemoryCRM(MemoryOrganisation())
    for kind in Kind:
        mapping.restrict(kind, crm.describe(kind))
