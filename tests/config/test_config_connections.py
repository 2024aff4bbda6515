"""Connections that do not fit, and the one line that each is refused with."""

from __future__ import annotations

import pytest

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
def test_a_connection_that_does_not_fit_is_refused_with_one_line(refuse, text, line):
    assert refuse(text, kpis={"win_rate", "revenue"}) == [line]
