"""SOQL that the org refuses, or that the sandbox does not simulate: an error, and never a wrong answer."""

from __future__ import annotations

import pytest
from salesforce_org import one_currency_world, select, serve_org

from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.soql.parse import parse


@pytest.fixture(scope="module")
def org():
    with serve_org() as served:
        yield served


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT",
        "SELECT Id",
        "SELECT Id FROM",
        "SELECT FROM Account",
        "SELECT * FROM Account",
        "SELECT Id FROM Account WHERE",
        "SELECT Id FROM Account a WHERE a.Name = 'x'",
        "SELECT Id FROM Account, Contact",
        "SELECT Id FROM Account GROUP BY Id",
        "SELECT COUNT(Id) FROM Account",
        "SELECT MAX(AnnualRevenue) FROM Account",
        "SELECT FIELDS(ALL) FROM Account LIMIT 200",
        "SELECT TYPEOF Owner WHEN User THEN Name END FROM Account",
        "SELECT toLabel(Industry) FROM Account",
        "SELECT Id FROM Account FOR VIEW",
        "SELECT Id FROM Account WHERE CreatedDate = TODAY",
        "SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:30",
        "SELECT Id FROM Account WHERE Name = unquoted",
        'SELECT Id FROM Account WHERE Name = "double"',
        "SELECT Id FROM Account WHERE Name = 'open",
        r"SELECT Id FROM Account WHERE Name = 'bad \q escape'",
        r"SELECT Id FROM Account WHERE Name = 'only like knows \% this'",
        "SELECT Id FROM Account WHERE Name LIKE 5",
        "SELECT Id FROM Account WHERE Name IN ()",
        "SELECT Id FROM Account WHERE Name IN 'x'",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)",
        "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
        "SELECT Id FROM Account WHERE Name = 'a' AND NOT Name = 'b'",
        "SELECT Id FROM Account WHERE AnnualRevenue > USD5000",
        "SELECT Id FROM Account WHERE CreatedDate > 2026-02-30T00:00:00Z",
        "SELECT Id FROM Account WHERE CreatedDate > 2026-02-03T00:00:00",
        "SELECT Id FROM Account LIMIT -1",
        "SELECT Id FROM Account LIMIT x",
        "SELECT Id FROM Account OFFSET 1 LIMIT 1",
        "SELECT Id FROM Account; SELECT Id FROM Contact",
        "SELECT Id, (SELECT Id FROM Nothings) FROM Account",
        "SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account",
        "SELECT Id, id FROM Account",
        "UPDATE Account SET Name = 'x'",
        "",
    ],
)
def test_what_is_no_soql_here_is_malformed(org, soql):
    assert org.refusal(soql) == "MALFORMED_QUERY"


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Nothing FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Nothing = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Account ORDER BY Nothing", "INVALID_FIELD"),
        ("SELECT Nobody.Name FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id FROM Account WHERE AnnualRevenue = '5'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Strategic_Account__c = 'true'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE NumberOfEmployees = 1.5", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-01", "INVALID_FIELD"),
        ("SELECT Id FROM Opportunity WHERE CloseDate > 2026-01-01T00:00:00Z", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE CreatedDate > '2026-01-01T00:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Description = 'long'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE BillingAddress = null", "INVALID_FIELD"),
        ("SELECT Id FROM Account ORDER BY Description", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Id = 'no id'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account WHERE Id > ''", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account WHERE Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account WHERE AnnualRevenue > null", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account WHERE Strategic_Account__c > true", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ],
)
def test_what_the_org_does_not_have_or_cannot_compare_is_named(org, soql, code):
    assert org.refusal(soql) == code


def test_an_error_shows_its_place_in_the_statement(org):
    message = org.get("/query", q="SELECT Id, Nme FROM Account").json()[0]["message"]
    assert message.startswith(
        "\nSELECT Id, Nme FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Nme'"
    )


def test_an_error_after_a_line_break_still_names_the_token(org):
    message = org.get("/query", q="SELECT Id\nFROM Account\nGROUP BY Id").json()[0]["message"]
    assert message.endswith("unexpected token: 'GROUP'")
    strange = org.get("/query", q="SELECT Id\nFROM Account ? Id").json()[0]["message"]
    assert strange.endswith("Column:24\nunexpected token: '?'")


def test_a_statement_of_more_than_100000_characters_is_malformed():
    with pytest.raises(ApiError, match="cannot be longer"):
        parse(select("Id", "Account", " " * 100_000))
    assert parse(select("Id", "Account", " " * 90_000)).object == "Account"


def test_currencies_exist_only_where_there_are_several(org):
    rows = org.query("SELECT IsoCode, ConversionRate, IsCorporate FROM CurrencyType ORDER BY IsoCode")
    assert [(row["IsoCode"], row["ConversionRate"], row["IsCorporate"]) for row in rows] == [
        ("EUR", 1.0, True),
        ("USD", 1.25, False),
    ]
    assert org.refusal("SELECT Amount FROM Opportunity ORDER BY Amount") == "MALFORMED_QUERY"
    with serve_org(one_currency_world()) as single:
        assert single.refusal("SELECT IsoCode FROM CurrencyType") == "INVALID_TYPE"
        assert single.refusal("SELECT StartDate FROM DatedConversionRate") == "INVALID_TYPE"
        assert single.refusal("SELECT CurrencyIsoCode FROM Opportunity") == "INVALID_FIELD"
        amounts = [row["Amount"] for row in single.query("SELECT Amount FROM Opportunity ORDER BY Amount")]
        assert amounts == [None, 300.0, 1000.25]


def test_relations_exist_only_with_the_feature():
    with serve_org(contacts_to_multiple_accounts=False) as plain:
        assert plain.refusal("SELECT Id FROM AccountContactRelation") == "INVALID_TYPE"
        assert plain.get("/sobjects/AccountContactRelation/describe").status_code == 404
