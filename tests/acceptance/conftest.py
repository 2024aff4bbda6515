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
