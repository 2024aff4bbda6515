from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from mappings.mapping import load_mapping

CONNECTION = """\
currency: EUR
connections:
  - name: emea
    crm: hubspot
    auth: {access_token: "${HUBSPOT_TOKEN}"}
"""


def test_the_shortest_configuration_has_every_default(load, tmp_path):
    settings = load()
    assert str(settings.database) == f"sqlite:///{tmp_path}/playmaker.db"
    assert (settings.language, settings.timezone, settings.currency) == ("en", ZoneInfo("UTC"), "EUR")
    assert (settings.rates, settings.kpis) == ({}, KpiSettings())


def test_a_connection_has_every_default(load):
    connection = load().connections[0]
    assert connection.base_url == "https://api.hubapi.com"
    assert connection.budget.share_of_daily_limit == Decimal("0.25")
    assert (connection.api_version, connection.schedule, connection.overlap_minutes) == (None, None, None)
    assert (connection.mapping, connection.kpi_fields) == ({}, {})


def test_a_relative_sqlite_file_stands_beside_the_configuration(load, tmp_path):
    assert load(f"database: sqlite:///data/x.db\n{CONNECTION}").database.database == f"{tmp_path}/data/x.db"


def test_an_absolute_sqlite_file_stays_where_it_is(load):
    assert load(f"database: sqlite:////var/lib/x.db\n{CONNECTION}").database.database == "/var/lib/x.db"


def test_a_postgresql_database_is_kept_as_given(load):
    url = load(f"database: postgresql+psycopg://me@db:5433/plays\n{CONNECTION}").database
    assert (url.drivername, url.username, url.host, url.port) == ("postgresql+psycopg", "me", "db", 5433)


def test_rates_are_exact(load):
    assert load(f"rates: {{USD: 0.1, GBP: 2}}\n{CONNECTION}").rates == {"USD": Decimal("0.1"), "GBP": Decimal(2)}


def test_keys_that_yaml_takes_for_other_things_stay_text(load):
    mapping = "    mapping: {contact: {influence: {field: f, values: {1: 2, no: 4}}}}\n"
    rule = load(CONNECTION + mapping).connections[0].mapping[Kind.CONTACT]["influence"]
    assert rule is not None
    assert {"1", "no"} <= set(rule.values)


def test_anchors_and_merged_keys_are_shared_between_connections(load):
    text = (
        CONNECTION.replace("- name", "- &base\n    name")
        + "  - <<: *base\n    name: apac\n    auth: {access_token: '${SF_ID}'}\n"
    )
    assert [connection.name for connection in load(text).connections] == ["emea", "apac"]


def test_a_byte_order_mark_is_no_obstacle(load):
    assert load(f"\ufeff{CONNECTION}").currency == "EUR"


def test_kpi_fields_rename_add_and_silence(load):
    fields = "    kpi_fields: {win_rate: my_rate, revenue: true, champions: null, all: true}\n"
    loaded = load(CONNECTION + fields, kpis={"win_rate", "revenue", "champions"}).connections[0].kpi_fields
    assert loaded == {"win_rate": "my_rate", "revenue": True, "champions": None, "all": True}


def test_no_print_of_the_settings_shows_a_secret(load):
    settings = load(f"database: postgresql+psycopg://me:hunter-2@db/x\n{CONNECTION}")
    shown = repr(settings) + str(settings) + str(settings.model_dump())
    assert "pat-na1" not in shown
    assert "hunter-2" not in shown


def test_the_log_can_learn_every_secret(load):
    settings = load(f"database: postgresql+psycopg://me:hunter-2@db/x\n{CONNECTION}")
    assert settings.secrets() == {"pat-na1-00000000", "hunter-2"}


def test_settings_cannot_be_changed(load):
    with pytest.raises(ValidationError):
        load().currency = "USD"


def test_an_override_is_laid_over_the_shipped_mapping(load):
    override = load(CONNECTION + "    mapping: {contact: {stance: {field: attitude}}}\n").connections[0].mapping
    mapping = load_mapping("hubspot", override, ZoneInfo("UTC"))
    assert "attitude" in mapping.fields(Kind.CONTACT)
