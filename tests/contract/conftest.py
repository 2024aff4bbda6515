from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from contract_bench import Bench, mapping_of
from contract_world import small_company

from adapters.base import CRM
from adapters.catalogue import list_crms
from mappings.mapping import Mapping


@pytest.fixture(params=list_crms())
def bench(request) -> Iterator[Bench]:
    """Each CRM that has an adapter, filled with the small company; `<crm>_bench.py` knows how."""
    bench = import_module(f"{request.param}_bench").BENCH(small_company())
    yield bench
    bench.close()


@pytest.fixture
def crm(bench) -> Iterator[CRM]:
    crm = bench.connect()
    yield crm
    crm.close()


@pytest.fixture
def mapping(bench, crm) -> Mapping:
    return mapping_of(bench, crm)
