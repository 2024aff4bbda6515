"""The mistakes that people make in a configuration: each is one line that names the key, its line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.faults import ConfigError
from connector.config.load import load_settings
from connector.kpis.catalogue import all_keys

ENVIRON = {"TOKEN": "t", "OTHER": "o", "EMPTY": "", "WORD": "hunter-2"}
AUTH = '    auth: {access_token: "${TOKEN}"}\n'
HUBSPOT = f"currency: EUR\nconnections:\n  - name: emea\n    crm: hubspot\n{AUTH}"
SALESFORCE = f"""\
currency: EUR
connections:
  - name: us
    crm: salesforce
    base_url: https://acme.my.salesforce.com
{AUTH}"""


def top(text: str) -> str:
    """A good configuration with one more line at its head."""
    return f"{text}\n{HUBSPOT}"


def under(text: str) -> str:
    """A good configuration with one more line at the end of its connection."""
    return f"{HUBSPOT}    {text}\n"


def auth(text: str) -> str:
    return HUBSPOT.replace(AUTH, f"    auth: {text}\n")


MISTAKES = [
    # (the file, the line, the key, words of the mend)
    (top("curency: EUR"), 1, "curency", 'did you mean "currency"'),
    (HUBSPOT.replace("currency", "curency"), 1, "curency", 'did you mean "currency"'),
    (HUBSPOT.replace("connections", "connection"), 2, "connection", 'did you mean "connections"'),
    (HUBSPOT.replace("EUR", "EUE"), 1, "currency", "like EUR or USD"),
    (HUBSPOT.replace("EUR", "eur"), 1, "currency", "in capitals, like EUR"),
    (HUBSPOT.replace("EUR", "978"), 1, "currency", "put it in quotes"),
    (HUBSPOT.replace("EUR", "no"), 1, "currency", "put it in quotes"),
    (top("rates: {UDS: 0.92}"), 1, "rates.UDS", "write its ISO 4217 code"),
    (top("rates: {USD: -1}"), 1, "rates.USD", "greater than 0"),
    (top("rates: {USD: '0,92'}"), 1, "rates.USD", "must be a number"),
    (top("rates: {USD: true}"), 1, "rates.USD", "must be a number"),
    (top("rates: {EUR: 1.1}"), 1, "rates.EUR", "remove it"),
    (top("rates: [USD]"), 1, "rates", "must be a mapping"),
    (top("timezone: Europe/Pariss"), 1, "timezone", 'did you mean "Europe/Paris"'),
    (top("timezone: Paris"), 1, "timezone", "write it like Europe/Paris"),
    (top("language: french"), 1, "language", "must be en or fr"),
    (top("database: postgres://me@db/plays"), 1, "database", "postgresql+psycopg://USER@HOST/NAME"),
    (top("database: playmaker.db"), 1, "database", "write sqlite:///FILE"),
    (top('database: "sqlite:///:memory:"'), 1, "database", "write sqlite:///FILE"),
    (top('database: "postgresql+psycopg://me@db:port/plays"'), 1, "database", "write sqlite:///FILE or postgresql"),
    (top("kpis: [window_days]"), 1, "kpis", "must be a mapping"),
    (top("kpis: {window_days: -30}"), 1, "kpis.window_days", "must be 1 or more"),
    (top("kpis: {window_days: 365 days}"), 1, "kpis.window_days", "must be a whole number"),
    (top("kpis: {window_days: true}"), 1, "kpis.window_days", "must be a number"),
    (top("kpis: {window_days: 99999999999}"), 1, "kpis.window_days", "must be 36500 or less"),
    (top("kpis: {required_roles: [other]}"), 1, "kpis.required_roles", "economic, technical, user, coach"),
    (top("kpis: {required_roles: economic}"), 1, "kpis.required_roles", "must be a list"),
    (top("kpis: {fiscal_year_start: April}"), 1, "kpis.fiscal_year_start", "must be a whole number"),
    (top("kpis: {fiscal_year_start: 13}"), 1, "kpis.fiscal_year_start", "must be 12 or less"),
    (top("kpis: {impact_weights: {gap: 0, alignment: 0, at_stake: 0}}"), 1, "kpis.impact_weights", "more than 0"),
    (top("kpis: {deals: {pipelines: sales}}"), 1, "kpis.deals.pipelines", "must be a list"),
    (top("kpis: {c_level_patterns: ['chief', 'head (']}"), 1, "kpis.c_level_patterns[1]", "at character 6"),
    (top("kpis: {reviews: {light: {month: 1}}}"), 1, "kpis.reviews.light.month", 'did you mean "months"'),
    (top("privacy: {keep_departed_days: never}"), 1, "privacy.keep_departed_days", "must be a whole number"),
    (top("privacy: {keep_departed_days: 0}"), 1, "privacy.keep_departed_days", "must be 1 or more"),
    (under("name: emea"), 6, "connections[0].name", "first on line 3: remove one"),
    (HUBSPOT.replace("emea", "EMEA"), 3, "connections[0].name", "must be lower-case letters"),
    (HUBSPOT.replace("    crm: hubspot\n", ""), 3, "connections[0].crm", "add it"),
    (HUBSPOT.replace("hubspot", "HubSpott"), 4, "connections[0].crm", 'did you mean "hubspot"'),
    (
        f'{HUBSPOT}  - name: emea\n    crm: hubspot\n    auth: {{access_token: "${{OTHER}}"}}\n',
        6, "connections[1].name", "connections[0] has this name already",
    ),
    (f"{HUBSPOT}  - name: brand-b\n    crm: hubspot\n{AUTH}", 6, "connections[1]", "remove one of them"),
    (
        f"{SALESFORCE}  - name: us-2\n    crm: salesforce\n    base_url: https://ACME.my.salesforce.com/\n{AUTH}",
        7, "connections[1]", "both would write the same fields",
    ),
    (under("base_url: http://crm.example.com"), 6, "connections[0].base_url", "write https://"),
    (under("base_url: api.hubapi.com"), 6, "connections[0].base_url", "write it like https://api.example.com"),
    (under("base_url: https://app-eu1.hubspot.com"), 6, "connections[0].base_url", "write https://api.hubapi.com"),
    (under("base_url: https://api.hubapi.com/crm/v3"), 6, "connections[0].base_url", "remove what follows"),
    (under("base_url: https://me:pw@api.hubapi.com"), 6, "connections[0].base_url", "they belong under auth"),
    (
        SALESFORCE.replace("acme.my.salesforce", "acme.lightning.force"),
        5, "connections[0].base_url", "like https://example.my.salesforce.com",
    ),
    (SALESFORCE.replace("acme.my", "login"), 5, "connections[0].base_url", "write its My Domain"),
    (
        SALESFORCE.replace("    base_url: https://acme.my.salesforce.com\n", ""),
        3, "connections[0].base_url", "add your My Domain",
    ),
    (under('api_version: "v5"'), 6, "connections[0].api_version", 'must be "2026-09" or "v3"'),
    (under("api_version: 64.0"), 6, "connections[0].api_version", "put it in quotes"),
    (f'{SALESFORCE}    api_version: "64.5"\n', 7, "connections[0].api_version", 'must look like "64.0"'),
    (under('schedule: "every 15 minutes"'), 6, "connections[0].schedule", "write minute, hour, day, month, weekday"),
    (under('schedule: "0 25 * * *"'), 6, "connections[0].schedule", "hour 0-23"),
    (under('schedule: "0 0 31 4 *"'), 6, "connections[0].schedule", "no month has that day"),
    (under('schedule: "0 0 1 * 1"'), 6, "connections[0].schedule", "choose one of them"),
    (under('schedule: "0 0 * * monday"'), 6, "connections[0].schedule", "write 0-7"),
    (under('reconcile_schedule: "nightly"'), 6, "connections[0].reconcile_schedule", "not a cron expression"),
    (under("budget: 0.25"), 6, "connections[0].budget", "must be a mapping"),
    (under("budget: {share_of_daily_limit: 25%}"), 6, "connections[0].budget.share_of_daily_limit", "be a number"),
    (under("budget: {share_of_daily_limit: 25}"), 6, "connections[0].budget.share_of_daily_limit", "1 or less"),
    (under("overlap_minutes: -5"), 6, "connections[0].overlap_minutes", "must be 1 or more"),
    (under("max_change: 30"), 6, "connections[0].max_change", "must be 1 or less"),
    (under("retry: {attempts: 0}"), 6, "connections[0].retry.attempts", "must be 1 or more"),
    (under("mapping: {contacts: {role: r}}"), 6, "connections[0].mapping.contacts", "did you mean contact?"),
    (under("mapping: {contact: {rolle: r}}"), 6, "connections[0].mapping.contact.rolle", "did you mean role?"),
    (under("mapping: {contact: {role: {fields: r}}}"), 6, "connections[0].mapping.contact.role.fields", "mean field?"),
    (under("mapping: {contact: {role: ''}}"), 6, "connections[0].mapping.contact.role.field", "name the CRM field"),
    (
        under("mapping: {contact: {stance: {field: s, values: {Ally: friend}}}}"),
        6, "connections[0].mapping.contact.stance.values.Ally", "champion, neutral, opponent",
    ),
    (
        under("mapping: {deal: {probability: {field: p, convert: pct}}}"),
        6, "connections[0].mapping.deal.probability.convert", "did you mean percent?",
    ),
    (under("kpi_fields: {win_rte: x}"), 6, "connections[0].kpi_fields.win_rte", 'did you mean "win_rate"'),
    (under("kpi_fields: {win_rate: x, champions: X}"), 6, "connections[0].kpi_fields.champions", "give each its own"),
    (under("kpi_fields: {win_rate: Win rate}"), 6, "connections[0].kpi_fields.win_rate", "write the name"),
    (under("kpi_fields: {status: null}"), 6, "connections[0].kpi_fields.status", "remove the line or rename it"),
    (under("authority: {role: hubspot}"), 6, "connections[0].authority.role", "must be local, crm or latest"),
    (under("portfolio: {accounts: 12}"), 6, "connections[0].portfolio.accounts", "must be a list"),
    (under("portfolio: {min_potential: -1}"), 6, "connections[0].portfolio.min_potential", "must be 0 or more"),
    (auth('{token: "${TOKEN}"}'), 5, "connections[0].auth.token", "known here: access_token"),
    (auth('"${TOKEN}"'), 5, "connections[0].auth", "must be a mapping"),
    (auth('{access_token: "${NOWHERE}"}'), 5, "connections[0].auth.access_token", "set it before you start"),
    (auth('{access_token: "${EMPTY}"}'), 5, "connections[0].auth.access_token", "set it before you start"),
    (auth('{access_token: "${file:nowhere}"}'), 5, "connections[0].auth.access_token", "create it or correct the path"),
    (auth('{access_token: "${env:TOKEN}"}'), 5, "connections[0].auth.access_token", "write ${NAME}, ${file:/path}"),
    (auth('{access_token: "${TOKEN"}'), 5, "connections[0].auth.access_token", "close it"),
    (auth('{client_id: "${TOKEN}"}'), 5, "connections[0].auth", "hubspot takes access_token or client_id"),
    (
        SALESFORCE.replace(AUTH, '    auth: {client_id: "${TOKEN}", username: "${TOKEN}", private_key: "${WORD}"}\n'),
        6, "connections[0].auth.private_key", "write ${file:/path/to/key.pem}",
    ),
    (auth("{access_token: hunter-2}"), 5, "connections[0].auth.access_token", "write ${NAME} instead, or chmod 600"),
    (top("alerts: {urls: ['slack://hunter-2/b/c']}"), 1, "alerts.urls[0]", "or chmod 600 the file"),
    (top('alerts: {urls: ["${WORD}"]}'), 1, "alerts.urls[0]", "not an address of Apprise"),
    (top("alerts: {conditions: [runs]}"), 1, "alerts.conditions[0]", "must be run, records"),
    (top('database: "postgresql+psycopg://me:hunter-2@db/plays"'), 1, "database", "or chmod 600 the file"),
    (under("schedule: */15 * * * *"), 6, "", "must be in quotes"),
    (HUBSPOT.replace("currency: EUR", "currency: EUR: USD"), 1, "", "needs quotes"),
    (HUBSPOT.replace("    crm", "\tcrm"), 4, "", "use spaces"),
    (f"{HUBSPOT}---\n{HUBSPOT}", 6, "", "remove the line ---"),
]  # fmt: skip


@pytest.fixture
def complain(tmp_path: Path):
    """The lines that a file which others can read is refused with."""

    def complain(text: str, mode: int = 0o644) -> list[str]:
        path = tmp_path / "config.yaml"
        path.write_text(text)
        path.chmod(mode)
        with pytest.raises(ConfigError) as caught:
            load_settings(path, ENVIRON, all_keys())
        return [line.removeprefix(f"{path}:") for line in caught.value.lines]

    return complain


def test_the_list_of_mistakes_is_long():
    assert len({text for text, *_ in MISTAKES}) == len(MISTAKES) >= 60


@pytest.mark.parametrize(("text", "line", "key", "mend"), MISTAKES, ids=[f"{key} {mend}" for *_, key, mend in MISTAKES])
def test_a_mistake_is_one_line_that_names_key_place_and_mend(complain, text: str, line: int, key: str, mend: str):
    (said,) = complain(text)
    assert said.startswith(f"{line}: {key}: " if key else f"{line}: ")
    assert mend in said
    assert "hunter" not in said


def test_a_variable_without_its_braces_is_no_secret(complain):
    (said,) = complain(auth("{access_token: $TOKEN}"), 0o600)
    assert said.startswith("5: connections[0].auth.access_token: ")
    assert "${NAME}" in said


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_secret_in_clear_in_a_file_of_its_owner_alone_is_taken(tmp_path: Path, mode: int):
    path = tmp_path / "config.yaml"
    path.write_text(auth("{access_token: hunter-2}"))
    path.chmod(mode)
    assert load_settings(path, ENVIRON, all_keys()).connections[0].auth.reveal() == {"access_token": "hunter-2"}


def test_two_organisations_of_one_crm_stand_side_by_side(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text(f'{HUBSPOT}  - name: brand-b\n    crm: hubspot\n    auth: {{access_token: "${{OTHER}}"}}\n')
    assert len(load_settings(path, ENVIRON, all_keys()).connections) == 2
