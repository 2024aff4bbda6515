"""Bad configurations, and the one line that each is refused with."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.faults import ConfigError
from connector.config.load import load_settings

HEAD = "currency: EUR\nconnections:\n  - name: emea\n    crm: hubspot\n"
TOKEN = "    auth: {access_token: t}\n"
GOOD = HEAD + TOKEN
SALESFORCE = "currency: EUR\nconnections:\n  - name: us\n    crm: salesforce\n"
WAYS = (
    "salesforce takes client_id + client_secret, client_id + private_key + username, client_id + refresh_token, "
    "client_id + client_secret + refresh_token or access_token"
)
HUBSPOT_WAYS = "hubspot takes access_token or client_id + client_secret + refresh_token"

REFUSED = {
    "empty file": ("", "config.yaml: is empty: copy config.example.yaml and change it"),
    "only a comment": ("# nothing\n", "config.yaml: is empty: copy config.example.yaml and change it"),
    "a list where a mapping is expected": ("- a\n", "config.yaml:1: must be a mapping, one `key: value` per line"),
    "a word where a mapping is expected": ("hello\n", "config.yaml:1: must be a mapping, one `key: value` per line"),
    "not YAML": (
        "currency: [EUR\n",
        "config.yaml:2: not YAML: check the indentation, the brackets and the quotes around here",
    ),
    "a colon too many": ("currency: a: b\n", "config.yaml:1: not YAML: mapping values are not allowed here"),
    "a tab": ("kpis:\n\twindow_days: 3\n", "config.yaml:2: a tab cannot indent YAML: use spaces"),
    "a bare star": (
        GOOD + "    schedule: */5 * * * *\n",
        "config.yaml:6: a value that starts with * must be in quotes (a schedule too)",
    ),
    "two documents": (
        GOOD + "---\na: 1\n",
        "config.yaml:6: only one document belongs in the file: remove the line ---",
    ),
    "a control character": ("currency: EUR\nkpis: \x01\n", "config.yaml:2: holds a control character: remove it"),
    "a tag": (
        "currency: !!python/name:os.system x\n",
        "config.yaml:1: currency: tags (!) are not used here: put the value in quotes",
    ),
    "a duplicate key": (
        "currency: EUR\n" + GOOD,
        "config.yaml:2: currency: given twice, first on line 1: remove one",
    ),
    "a duplicate key further in": (
        GOOD + "    api_version: a\n    api_version: b\n",
        "config.yaml:7: connections[0].api_version: given twice, first on line 6: remove one",
    ),
    "an alias inside its anchor": (
        "currency: &a [*a]\n",
        "config.yaml:1: currency[0]: an alias (*) inside its own anchor (&) has no end: write it out",
    ),
    "a list as a key": ("? [a]\n: b\n", "config.yaml:1: a key must be one word"),
    "nested without end": ("[" * 5000, "config.yaml: holds something that YAML cannot read as a value"),
    "an unknown key": (
        GOOD + "    schedul: x\n",
        'config.yaml:6: connections[0].schedul: unknown key, did you mean "schedule"?',
    ),
    "an unknown key at the top": (
        "curency: EUR\n" + GOOD,
        'config.yaml:1: curency: unknown key, did you mean "currency"?',
    ),
    "an unknown key under kpis.deals": (
        "kpis:\n  deals:\n    pipeline: [a]\n" + GOOD,
        'config.yaml:3: kpis.deals.pipeline: unknown key, did you mean "pipelines"?',
    ),
    "an unknown key near nothing": (
        GOOD + "    budget: {zzz: 1}\n",
        "config.yaml:6: connections[0].budget.zzz: unknown key; known here: share_of_daily_limit",
    ),
    "an unknown key under auth": (
        HEAD + "    auth:\n      acces_token: t\n",
        'config.yaml:6: connections[0].auth.acces_token: unknown key, did you mean "access_token"?',
    ),
    "an unknown kind under mapping": (
        GOOD + "    mapping:\n      contacts: {role: r}\n",
        "config.yaml:7: connections[0].mapping.contacts: there is no such kind of record; did you mean contact?",
    ),
    "an unknown field under mapping": (
        GOOD + "    mapping:\n      contact:\n        rolle: r\n",
        "config.yaml:8: connections[0].mapping.contact.rolle: there is no such field; did you mean role?",
    ),
    "no currency": (GOOD.removeprefix("currency: EUR\n"), "config.yaml:1: currency: missing: add it"),
    "a currency of no shape": (
        GOOD.replace("EUR", "euro"),
        "config.yaml:1: currency: must be an ISO 4217 code in capitals, like EUR",
    ),
    "a language to come": (
        "language: fr\n" + GOOD,
        "config.yaml:1: language: French (fr) is not there yet: only en for now",
    ),
    "another language": ("language: de\n" + GOOD, "config.yaml:1: language: must be en"),
    "a bad zone": (
        "timezone: Europe/Pariss\n" + GOOD,
        'config.yaml:1: timezone: no such time zone, did you mean "Europe/Paris"?',
    ),
    "a zone that is a folder": (
        "timezone: ../etc\n" + GOOD,
        "config.yaml:1: timezone: no such time zone: write it like Europe/Paris",
    ),
    "another database": (
        "database: mysql://me:pw@h/x\n" + GOOD,
        "config.yaml:1: database: only sqlite:///FILE and postgresql+psycopg://USER@HOST/NAME are known",
    ),
    "another PostgreSQL driver": (
        "database: postgresql://h/x\n" + GOOD,
        "config.yaml:1: database: only sqlite:///FILE and postgresql+psycopg://USER@HOST/NAME are known",
    ),
    "a database that is no address": (
        "database: playmaker.db\n" + GOOD,
        "config.yaml:1: database: not a database address: write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
    ),
    "a database that forgets": (
        'database: "sqlite://"\n' + GOOD,
        "config.yaml:1: database: SQLite needs a file, or every run would begin anew: write sqlite:///FILE",
    ),
    "a rate of nothing": ("rates: {USD: 0}\n" + GOOD, "config.yaml:1: rates.USD: must be greater than 0"),
    "a rate without end": ("rates: {USD: .inf}\n" + GOOD, "config.yaml:1: rates.USD: must be a number"),
    "a rate of no currency": (
        "rates:\n  usd: 1\n" + GOOD,
        "config.yaml:2: rates.usd: must be an ISO 4217 code in capitals, like EUR",
    ),
    "a rate of the reporting currency": (
        "rates:\n  EUR: 2\n" + GOOD,
        "config.yaml:2: rates.EUR: the reporting currency itself needs no rate: remove it",
    ),
    "text for a number": (
        "kpis: {window_days: a year}\n" + GOOD,
        "config.yaml:1: kpis.window_days: must be a whole number",
    ),
    "a number out of range": ("kpis: {window_days: 0}\n" + GOOD, "config.yaml:1: kpis.window_days: must be 1 or more"),
    "a word that is no choice": (
        "kpis: {rollup: all}\n" + GOOD,
        "config.yaml:1: kpis.rollup: must be self or hierarchy",
    ),
    "a section left empty": (
        "kpis:\n" + GOOD,
        "config.yaml:1: kpis: empty: give it a value or remove the line",
    ),
    "no connections": ("currency: EUR\n", "config.yaml:1: connections: missing: add it"),
    "an empty list of connections": (
        "currency: EUR\nconnections: []\n",
        "config.yaml:2: connections: must hold at least one entry",
    ),
    "a mapping where a list is expected": (
        "currency: EUR\nconnections:\n  name: emea\n",
        "config.yaml:2: connections: must be a list, one `- item` per line",
    ),
    "a list where a connection is expected": (
        "currency: EUR\nconnections:\n  - [a]\n",
        "config.yaml:3: connections[0]: must be a mapping, one `key: value` per line",
    ),
    "a list where auth is expected": (
        HEAD + "    auth: [access_token]\n",
        "config.yaml:5: connections[0].auth: must be a mapping, one `key: value` per line",
    ),
    "duplicate names": (
        GOOD + "  - name: emea\n    crm: hubspot\n" + TOKEN,
        "config.yaml:6: connections[1].name: connections[0] has this name already",
    ),
    "a name with blanks": (
        GOOD.replace("emea", "EMEA North"),
        "config.yaml:3: connections[0].name: must be lower-case letters, digits, - and _ only",
    ),
    "a name that YAML takes for no": (
        GOOD.replace("emea", "no"),
        "config.yaml:3: connections[0].name: must be text: put it in quotes",
    ),
    "a version that YAML takes for a number": (
        GOOD + "    api_version: 64.0\n",
        "config.yaml:6: connections[0].api_version: must be text: put it in quotes",
    ),
    "a bad cron": (
        GOOD + '    schedule: "61 * * * *"\n',
        (
            "config.yaml:6: connections[0].schedule: "
            "not a cron expression: minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7"
        ),
    ),
    "a cron of six fields": (
        GOOD + '    schedule: "0 0 0 * * *"\n',
        (
            "config.yaml:6: connections[0].schedule: "
            'not a cron expression: write minute, hour, day, month, weekday, like "*/15 * * * *"'
        ),
    ),
    "a cron that never comes": (
        GOOD + '    schedule: "0 0 30 2 *"\n',
        "config.yaml:6: connections[0].schedule: never comes due: no month has that day",
    ),
    "http to another machine": (
        GOOD + "    base_url: http://example.com\n",
        (
            "config.yaml:6: connections[0].base_url: "
            "http:// is accepted for loopback addresses only (127.0.0.1, localhost): write https://"
        ),
    ),
    "Salesforce without its address": (
        SALESFORCE + TOKEN,
        "config.yaml:3: connections[0].base_url: missing: add your My Domain, like https://example.my.salesforce.com",
    ),
    "a wrong auth combination": (
        SALESFORCE + "    base_url: https://x.my.salesforce.com\n    auth: {client_id: a, username: b}\n",
        f"config.yaml:6: connections[0].auth: {WAYS}; given: client_id + username",
    ),
    "a Salesforce way of logging in to HubSpot": (
        HEAD + "    auth: {client_id: a, client_secret: b}\n",
        (f"config.yaml:5: connections[0].auth: {HUBSPOT_WAYS}; given: client_id + client_secret"),
    ),
    "no auth at all": (
        HEAD,
        (f"config.yaml:3: connections[0].auth: {HUBSPOT_WAYS}; given: nothing"),
    ),
    "a secret that is a number": (
        HEAD + "    auth: {access_token: 123}\n",
        "config.yaml:5: connections[0].auth.access_token: must be text: put it in quotes",
    ),
    "a secret with a line break": (
        HEAD + '    auth: {access_token: "a\\nb"}\n',
        (
            "config.yaml:5: connections[0].auth.access_token: "
            "holds a blank, a line break or an accent, which no such key has: copy it again"
        ),
    ),
    "a budget above all": (
        GOOD + "    budget: {share_of_daily_limit: 25}\n",
        "config.yaml:6: connections[0].budget.share_of_daily_limit: must be 1 or less",
    ),
    "a budget of nothing": (
        GOOD + "    budget: {share_of_daily_limit: 0}\n",
        "config.yaml:6: connections[0].budget.share_of_daily_limit: must be greater than 0",
    ),
    "an overlap of nothing": (
        GOOD + "    overlap_minutes: 0\n",
        "config.yaml:6: connections[0].overlap_minutes: must be 1 or more",
    ),
    "an unknown KPI": (
        GOOD + "    kpi_fields:\n      win_rat: x\n",
        'config.yaml:7: connections[0].kpi_fields.win_rat: no such KPI, did you mean "win_rate"?',
    ),
    "a KPI field that is neither name nor true": (
        GOOD + "    kpi_fields: {win_rate: false}\n",
        (
            "config.yaml:6: connections[0].kpi_fields.win_rate: "
            "give the name of a CRM field, true (its default name) or null (never write it)"
        ),
    ),
    "two KPIs in one field": (
        GOOD + "    kpi_fields:\n      win_rate: f\n      revenue: F\n",
        "config.yaml:8: connections[0].kpi_fields.revenue: another KPI has this CRM field already: give each its own",
    ),
    "all but not true": (
        GOOD + "    kpi_fields: {all: null}\n",
        "config.yaml:6: connections[0].kpi_fields.all: takes true only: leave it out to write the usual KPIs",
    ),
    "a missing variable": (
        HEAD + '    auth: {access_token: "${NOWHERE}"}\n',
        (
            "config.yaml:5: connections[0].auth.access_token: "
            "the environment variable NOWHERE is not set: set it before you start"
        ),
    ),
}


@pytest.mark.parametrize(("text", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_configuration_is_refused_with_one_line(refuse, text, line):
    assert refuse(text, kpis={"win_rate", "revenue"}) == [line]


def test_every_fault_is_listed_in_the_order_of_the_file(refuse):
    lines = refuse(
        "timezone: X\ncurrency: x\nconnections:\n  - crm: sugar\n    auth: {access_token: '${A}'}\n    x: 1\n"
    )
    assert [line.split(":")[1] for line in lines] == ["1", "2", "4", "4", "5", "6"]


def test_an_unresolved_reference_is_reported_once(refuse):
    assert len(refuse("currency: '${A}'\n" + GOOD.removeprefix("currency: EUR\n"))) == 1


def test_an_unknown_crm_is_answered_with_the_nearest_one(refuse):
    assert refuse(GOOD.replace("hubspot", "hubspott")) == [
        'config.yaml:4: connections[0].crm: no such CRM, did you mean "hubspot"?'
    ]


@pytest.mark.parametrize(
    "text",
    [
        'database: "${DB}"\n' + GOOD,
        GOOD.replace("EUR", "${DB}"),
        'timezone: "${DB}"\n' + GOOD,
        GOOD + '    base_url: "https://x/${DB}"\n',
        GOOD + '    schedule: "${DB}"\n',
        GOOD.replace("hubspot", '"${DB}"'),
        GOOD.replace("emea", '"${DB}"'),
    ],
)
def test_no_line_shows_what_a_reference_held(refuse, text):
    assert "hunter" not in " ".join(refuse(text, {"DB": "mysql://me:hunter-2@h/Hunter"}))


@pytest.mark.parametrize("text", ["password: *hunter2\n", "password: !hunter2 x\n", "password: !hunter2!x y\n"])
def test_no_line_shows_a_password_that_yaml_misreads(refuse, text):
    assert "hunter2" not in " ".join(refuse(text))


def _refused_at(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})
    (line,) = caught.value.lines
    return line.replace(str(path), "config.yaml")


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    line = _refused_at(tmp_path / "nothing.yaml")
    assert line == "config.yaml: no such file: copy config.example.yaml there, or name another with --config"


def test_a_folder_is_no_configuration(tmp_path):
    assert _refused_at(tmp_path) == "config.yaml: is a folder: name the file in it"


def test_a_file_below_a_file_cannot_be_read(tmp_path):
    (tmp_path / "file").touch()
    assert _refused_at(tmp_path / "file" / "config.yaml") == "config.yaml: cannot be read: not a directory"


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes(b"currency: EUR\nname: caf\xe9\n")
    assert _refused_at(path) == "config.yaml:2: not UTF-8 text: save the file as UTF-8"
