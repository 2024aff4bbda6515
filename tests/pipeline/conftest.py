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
