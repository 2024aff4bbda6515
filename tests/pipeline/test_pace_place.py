"""Processes on one machine keep below a rate together, whatever database they use."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from adapters.pace import Pace
from connector.config.settings import Settings
from connector.wiring.pace import find_pace_file


def settings(database: str) -> Settings:
    connection = {"name": "a", "crm": "memory", "auth": {"access_token": "t"}}
    return Settings.model_validate({"database": database, "currency": "EUR", "connections": [connection]})


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_file_for_the_pace_lies_beside_an_sqlite_database(tmp_path: Path):
    assert find_pace_file(settings(f"sqlite:///{tmp_path}/p.db")) == tmp_path / "p.db.pace"


def test_processes_on_one_postgresql_database_share_a_file_that_is_this_user_s_alone(temporary: Path):
    on_server = settings("postgresql+psycopg://user@host/db")
    file = find_pace_file(on_server)
    assert file is not None
    assert file == find_pace_file(on_server)
    assert file.parent.parent == temporary
    assert file.parent.stat().st_mode & 0o777 == 0o700
    pace = Pace(5, "account", file)
    pace.wait()
    pace.close()
    assert file.stat().st_mode & 0o777 == 0o600


def test_folder_that_others_could_have_made_or_can_write_is_not_used(temporary: Path):
    on_server = settings("postgresql+psycopg://user@host/db")
    file = find_pace_file(on_server)
    assert file is not None
    file.parent.chmod(0o777)
    assert find_pace_file(on_server) is None
    file.parent.rmdir()
    (temporary / "elsewhere").mkdir(mode=0o700)
    file.parent.symlink_to(temporary / "elsewhere")
    assert find_pace_file(on_server) is None
    file.parent.unlink()
    file.parent.write_text("a file", encoding="utf-8")
    assert find_pace_file(on_server) is None
