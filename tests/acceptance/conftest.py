"""Both simulated CRMs and the admin who uses them, all in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from admin import CRMS, DAY, TOKEN, Admin

from sandbox.command import build
from sandbox.options import Options
from sandbox.server import Running, start
from sandbox.world.generator import generate
from sandbox.world.model import World


@pytest.fixture(scope="session")
def world() -> World:
    """A company small enough to sync in a second and rich enough for every KPI."""
    return generate(accounts=40, contacts=220, deals=400, seed=5, as_of=DAY)


@pytest.fixture(scope="session")
def small_world() -> World:
    """A company that syncs at once, with a little of everything."""
    return generate(accounts=10, contacts=40, deals=60, seed=4, as_of=DAY)


@pytest.fixture(scope="session")
def tiny_world() -> World:
    """A company whose sync makes so few requests that each of them can be disturbed."""
    return generate(accounts=6, contacts=16, deals=16, seed=9, as_of=DAY)


@pytest.fixture(params=CRMS)
def crm(request: pytest.FixtureRequest) -> str:
    """Each of the CRMs in turn."""
    return request.param


@pytest.fixture
def open_admin(tmp_path: Path) -> Iterator[Callable[..., Admin]]:
    """A function that starts the simulated CRMs on a world and gives the admin who uses them."""
    with contextlib.ExitStack() as running:

        def opened(world: World, *crms: str, **options: Any) -> Admin:
            serving: dict[str, Running] = {
                crm: running.enter_context(start(build(crm, world, Options(token=TOKEN, **options))))
                for crm in crms or CRMS
            }
            return Admin(tmp_path, {crm: one.url for crm, one in serving.items()})

        yield opened


@pytest.fixture
def admin(open_admin: Callable[..., Admin], world: World) -> Admin:
    """An admin with both CRMs, a configuration and the KPI fields in place."""
    opened = open_admin(world, limits=False)
    opened.configure()
    opened.good("fields", "apply")
    return opened


@pytest.fixture
def alone(open_admin: Callable[..., Admin], small_world: World, crm: str) -> Admin:
    """An admin with one CRM, a configuration and the KPI fields."""
    opened = open_admin(small_world, crm, limits=False)
    opened.configure()
    opened.good("fields", "apply")
    return opened
