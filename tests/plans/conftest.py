"""A database in memory, for what does not depend on the kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from connector.store.engine import open_memory


@pytest.fixture
def memory() -> Iterator[Engine]:
    opened = open_memory()
    yield opened
    opened.dispose()
