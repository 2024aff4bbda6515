"""Settings that do not fit, and the one line that each is refused with."""

from __future__ import annotations

import pytest

HEAD = "currency: EUR\nconnections:\n  - name: emea\n    crm: hubspot\n"
TOKEN = "    auth: {access_token: t}\n"
GOOD = HEAD + TOKEN

REFUSED = {
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
        (
            "config.yaml:6: connections[0].budget.zzz: unknown key; known here: reserve_of_daily_limit, "
            "searches_per_second, share_of_daily_limit"
        ),
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
    "another language": ("language: de\n" + GOOD, "config.yaml:1: language: must be en or fr"),
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
}


@pytest.mark.parametrize(("text", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_configuration_is_refused_with_one_line(refuse, text, line):
    assert refuse(text) == [line]


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
