"""A simulated CRM with an admin's configuration on it, for the traps that others fell into."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("acceptance", "adapters")]

from admin import CRMS, DAY  # noqa: E402 - found by the line above
from trap_place import OpenPlace, Place  # noqa: E402 - the same

from sandbox.world.generator import generate  # noqa: E402 - the same
from sandbox.world.model import World  # noqa: E402 - the same


@pytest.fixture(scope="session")
def few() -> World:
    """A company that is synced in a fraction of a second."""
    return generate(accounts=6, contacts=18, deals=20, seed=3, as_of=DAY)


@pytest.fixture(params=CRMS)
def crm(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def open_place(tmp_path: Path) -> Iterator[OpenPlace]:
    """A function that starts a simulated CRM and creates the KPI fields in it."""
    with contextlib.ExitStack() as running:

        def opened(crm: str, world: World, **options: Any) -> Place:
            folder = tmp_path / f"place{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return running.enter_context(Place(crm, world, folder, **options))

        yield opened


@pytest.fixture
def place(open_place: OpenPlace, few: World, crm: str) -> Place:
    return open_place(crm, few)


@pytest.fixture
def hubspot(open_place: OpenPlace, few: World) -> Place:
    return open_place("hubspot", few)


@pytest.fixture
def salesforce(open_place: OpenPlace, few: World) -> Place:
    return open_place("salesforce", few)
