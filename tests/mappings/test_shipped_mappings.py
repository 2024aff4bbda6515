from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from adapters.base import Kind, Record
from adapters.catalogue import list_crms
from mappings.entities import ENTITIES
from mappings.mapping import load_mapping
from mappings.overlay import list_mappings, read_shipped


@pytest.fixture(params=list_mappings())
def crm(request):
    return request.param


def test_every_adapter_has_a_shipped_mapping():
    assert set(list_crms()) <= set(list_mappings())


def test_a_shipped_mapping_names_every_field_of_every_kind(crm):
    shipped = read_shipped(crm)
    assert {kind: list(shipped[kind]) for kind in Kind} == {kind: list(ENTITIES[kind].model_fields) for kind in Kind}


def test_every_shipped_mapping_gives_what_the_kpis_stand_on(crm):
    mapping = load_mapping(crm, None, ZoneInfo("UTC"))
    needed = {
        Kind.ACCOUNT: ["name", "parent", "owner"],
        Kind.CONTACT: ["account", "first_name", "last_name", "email"],
        Kind.DEAL: ["account", "stage", "amount", "currency", "close_date", "created_at", "probability"],
        Kind.DEAL_CONTACT: ["deal", "contact", "role", "stance"],
        Kind.ACCOUNT_CONTACT: ["account", "contact", "role", "stance"],
        Kind.LINE_ITEM: ["deal", "product", "quantity", "unit_price", "amount"],
        Kind.STAGE: ["code", "label", "position", "probability", "closed", "won"],
        Kind.DEAL_HISTORY: ["deal", "at", "stage"],
    }
    assert [(kind, field) for kind in needed for field in needed[kind] if not mapping.mapped(kind, field)] == []


def test_fields_are_asked_for_once_and_in_order(crm):
    mapping = load_mapping(crm, None, ZoneInfo("UTC"))
    for kind in Kind:
        assert mapping.fields(kind) == sorted(set(mapping.fields(kind)))


def test_every_value_fits_its_entity(crm):
    mapping = load_mapping(crm, None, ZoneInfo("Europe/Paris"))
    for kind in Kind:
        mapped = mapping.apply(Record(kind, "1", None, dict.fromkeys(mapping.fields(kind), "2026-10-01")))
        ENTITIES[kind].model_validate(mapped.values)
        assert list(mapped.values) == list(ENTITIES[kind].model_fields)
