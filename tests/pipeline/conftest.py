"""One connection to a CRM in memory, on both databases."""

from __future__ import annotations

import itertools

import pytest
from company import Company, fill

from adapters.memory.organisation import find_organisation

_NAMES = itertools.count()


@pytest.fixture
def company(database_url: str) -> Company:
    """A company whose KPI fields are in place."""
    name = f"company-{next(_NAMES)}"
    made = Company(name, database_url, find_organisation(name))
    fill(made)
    made.create_fields()
    return made


ON_BOTH = {"test_database_trouble", "test_erasure", "test_kpi_history", "test_one_run", "test_plan_merges"}
"""The files in which the databases could differ; the others run on PostgreSQL with the slow tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the store does is tested on both databases in tests/store; whole runs are on both where it may matter."""
    for item in items:
        pipeline_on_server = "postgresql" in item.name and item.path.parent.name == "pipeline"
        if pipeline_on_server and item.path.stem not in ON_BOTH:
            item.add_marker(pytest.mark.slow)
