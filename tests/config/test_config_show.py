"""`playmaker config show`: every setting as it holds, and whence it comes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connector.cli.app import app
from connector.config.settings import Settings

CONFIG = """\
currency: EUR
database: "postgresql+psycopg://me:${WORD}@db/plays"
kpis: {window_days: 30}
alerts: {urls: ["mailto://me:${WORD}@mail.example.com"]}
connections:
  - name: emea
    crm: hubspot
    auth: {access_token: "${TOKEN}"}
    mapping: {contact: {role: job_role}}
    kpi_fields: {win_rate: my_rate, revenue: true, champions: null}
"""


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG)
    monkeypatch.setenv("WORD", "hunter-2")
    monkeypatch.setenv("TOKEN", "pat-hunter")

    def show(*arguments: str) -> str:
        run = CliRunner().invoke(app, ["config", "show", "--config", str(file), *arguments])
        assert run.exit_code == 0, run.output
        return run.stdout

    return show


def test_every_setting_is_shown_with_its_default(show):
    shown = json.loads(show("--json"))
    assert set(shown) - {"sources"} == set(Settings.model_fields)
    assert (shown["currency"], shown["timezone"], shown["language"]) == ("EUR", "UTC", "en")
    assert (shown["kpis"]["window_days"], shown["kpis"]["min_sample"]) == (30, 5)
    (connection,) = shown["connections"]
    assert connection["base_url"] == "https://api.hubapi.com"
    assert connection["budget"]["share_of_daily_limit"] == 0.25
    assert connection["mapping"]["contact"]["role"]["field"] == "job_role"
    assert connection["kpi_fields"] == {"win_rate": "my_rate", "revenue": True, "champions": None}


def test_each_value_tells_where_it_comes_from(show):
    sources = json.loads(show("--json"))["sources"]
    assert sources["currency"] == "line 1"
    assert sources["database"] == "${WORD}"
    assert sources["kpis.window_days"] == "line 3"
    assert sources["kpis.min_sample"] == "default"
    assert sources["connections[0].auth.access_token"] == "${TOKEN}"
    assert sources["connections[0].base_url"] == "default"
    assert sources["connections[0].mapping.contact.role.field"] == "line 9"


@pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["table", "json"])
def test_no_secret_is_shown(show, arguments):
    shown = show(*arguments)
    assert "hunter" not in shown
    assert "**********" in shown


def test_the_table_names_each_setting_with_its_value(show):
    lines = [line.split("│")[1:4] for line in show().splitlines() if line.count("│") > 3]
    rows = {setting.strip(): (value.strip(), source.strip()) for setting, value, source in lines}
    assert rows["kpis.window_days"] == ("30", "line 3")
    assert rows["kpis.required_roles"] == ("[economic, technical, user, coach]", "default")
    assert rows["connections[0].schedule"] == ("null", "default")
