"""simple-salesforce, used plainly, finds what it expects of an org."""

from __future__ import annotations

from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from salesforce_org import DOMAIN, TOKEN, OrgClient, select, serve_org
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sandbox.salesforce.loading.users import INTEGRATION_USERNAME


@pytest.fixture
def org():
    with serve_org() as served:
        yield served


@pytest.fixture(scope="module")
def key_pair():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def log_in_with_jwt(org: OrgClient, private: str, username: str = INTEGRATION_USERNAME):
    return org.log_in(username=username, consumer_key="sandbox", privatekey=private, domain=DOMAIN)


def test_client_credentials_log_in(org):
    sf = org.log_in(consumer_key="sandbox", consumer_secret=TOKEN, domain=DOMAIN)
    assert sf.query("SELECT COUNT() FROM Account")["totalSize"] == 3


def test_a_wrong_secret_is_refused(org):
    with pytest.raises(SalesforceAuthenticationFailed) as refusal:
        org.log_in(consumer_key="sandbox", consumer_secret="wrong", domain=DOMAIN)
    assert refusal.value.code == "invalid_client"


def test_a_jwt_logs_in_as_the_user_it_names(org, key_pair):
    private, public = key_pair
    org.simulator.token_endpoint.keys.append(public)
    sf = log_in_with_jwt(org, private, username="ada@seller.example")
    sf.Account.update(org.id_of("Account", "a2"), {"Site": "here"})
    changed = sf.query("SELECT LastModifiedBy.Name FROM Account WHERE Site = 'here'")["records"]
    assert [row["LastModifiedBy"]["Name"] for row in changed] == ["Ada Vale"]


def test_a_jwt_signed_with_another_key_is_refused(org, key_pair):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    org.simulator.token_endpoint.keys.append(
        other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    )
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid assertion"):
        log_in_with_jwt(org, key_pair[0])


@pytest.mark.parametrize("username", ["nobody@seller.example", "bo@seller.example"])
def test_a_jwt_for_an_unknown_or_inactive_user_is_refused(org, key_pair, username):
    with (
        pytest.warns(UserWarning, match="authorize this"),
        pytest.raises(SalesforceAuthenticationFailed, match="hasn't approved"),
    ):
        log_in_with_jwt(org, key_pair[0], username=username)


def test_query_all_follows_the_pages(org):
    sf = org.client()
    for number in range(450):
        org.simulator.org.tables["Product2"].add(_product(org, f"Product {number:03}"))
    sf.headers["Sforce-Query-Options"] = "batchSize=200"
    page = sf.query("SELECT Id, Name FROM Product2 ORDER BY Id")
    assert (page["totalSize"], page["done"], len(page["records"])) == (451, False, 200)
    second = sf.query_more(page["nextRecordsUrl"], identifier_is_url=True)
    assert len(second["records"]) == 200
    names = [row["Name"] for row in sf.query_all("SELECT Id, Name FROM Product2 ORDER BY Id")["records"]]
    assert names == ["Anvil", *(f"Product {number:03}" for number in range(450))]


def _product(org: OrgClient, name: str) -> dict[str, object]:
    table = org.simulator.org.tables["Product2"]
    return next(iter(table.rows.values())) | {"Id": org.simulator.org.new_id(table), "Name": name}


def test_describe_lists_objects_and_fields(org):
    sf = org.client()
    names = {one["name"] for one in sf.describe()["sobjects"]}
    assert {"Account", "Contact", "Opportunity", "OpportunityContactRole", "AccountContactRelation"} <= names
    fields = {one["name"]: one for one in sf.Account.describe()["fields"]}
    assert fields["Name"]["nillable"] is False
    assert fields["SystemModstamp"]["updateable"] is False
    assert (fields["Potential_Revenue__c"]["type"], fields["Potential_Revenue__c"]["scale"]) == ("currency", 2)


def test_records_are_created_read_updated_and_deleted(org):
    sf = org.client()
    made = sf.Contact.create({"LastName": "Ünal", "FirstName": "Nur", "AccountId": org.id_of("Account", "a1")})
    assert made["success"]
    assert sf.Contact.get(made["id"])["Name"] == "Nur Ünal"
    assert sf.Contact.update(made["id"], {"Title": "CFO"}) == 204
    assert sf.Contact.get(made["id"])["Title"] == "CFO"
    assert sf.Contact.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound) as gone:
        sf.Contact.get(made["id"])
    assert gone.value.content[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_collections_are_written_with_restful(org):
    sf = org.client()
    records = [
        {"attributes": {"type": "Account"}, "id": org.id_of("Account", key), "Rating": "Hot"} for key in ("a1", "a2")
    ]
    answer = sf.restful("composite/sobjects", method="PATCH", json={"allOrNone": False, "records": records})
    assert [row["success"] for row in answer] == [True, True]
    assert sf.query("SELECT COUNT() FROM Account WHERE Rating = 'Hot'")["totalSize"] == 2


def test_a_malformed_query_raises(org):
    with pytest.raises(SalesforceMalformedRequest) as refusal:
        org.client().query("SELECT Name FROM Account GROUP BY Name")
    assert refusal.value.content[0]["errorCode"] == "MALFORMED_QUERY"


def test_an_expired_session_raises_where_no_login_is_possible(org):
    sf = org.client()
    org.simulator.expire_sessions()
    with pytest.raises(SalesforceExpiredSession):
        sf.query("SELECT Id FROM Account")


def test_an_expired_session_is_renewed_after_client_credentials(org):
    sf = org.log_in(consumer_key="sandbox", consumer_secret=TOKEN, domain=DOMAIN)
    org.simulator.expire_sessions()
    assert sf.query("SELECT COUNT() FROM Account")["totalSize"] == 3


def test_the_client_reads_the_usage_of_the_api(org):
    sf = org.client()
    sf.limits()
    assert sf.api_usage["api-usage"].total == 100_000
    assert sf.api_usage["api-usage"].used == 1
    assert sf.limits()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_998}


def test_the_daily_limit_refuses_the_client(org):
    org.simulator.usage.daily_limit = 1
    sf = org.client()
    sf.query("SELECT Id FROM Account")
    with pytest.raises(SalesforceRefusedRequest) as refusal:
        sf.query("SELECT Id FROM Account")
    assert refusal.value.content[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_a_query_longer_than_the_wire_takes_is_a_general_error(org):
    fields = ", ".join(f"Field_{number:05}__c" for number in range(1_100))
    with pytest.raises(SalesforceGeneralError) as refusal:
        org.client().query(select(fields, "Account"))
    assert refusal.value.status == 414


def test_an_assertion_that_is_too_old_is_refused(org, key_pair):
    stale = {"iss": "sandbox", "sub": INTEGRATION_USERNAME, "aud": "https://login.salesforce.com"}
    stale["exp"] = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    assertion = jwt.encode(stale, key_pair[0], algorithm="RS256")
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    answer = org.http.post(f"{org.url}/services/oauth2/token", data=form, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
