"""Finds adapters by the names of their files and folders: adding a CRM touches nothing but its own file."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from adapters.base import CRM
    from adapters.settings import ConnectionSettings


def list_crms() -> list[str]:
    """The names that `crm:` accepts: each module or folder beside this one that has a `connect`."""
    return sorted(name for path in Path(__file__).parent.iterdir() if _defines_connect(name := path.stem, path))


def connect(crm: str, settings: ConnectionSettings) -> CRM:
    """The adapter of this CRM, connected lazily: no request is made here. `crm` is one of list_crms()."""
    path = Path(__file__).parent / crm
    module = import_module(f"adapters.{crm}.adapter" if path.is_dir() else f"adapters.{crm}")
    return cast("CRM", module.connect(settings))


def _defines_connect(name: str, path: Path) -> bool:
    source = path / "adapter.py" if path.is_dir() else path
    return (
        name not in {"catalogue", "__init__"}
        and source.suffix == ".py"
        and source.is_file()
        and "\ndef connect(" in source.read_text()
    )
