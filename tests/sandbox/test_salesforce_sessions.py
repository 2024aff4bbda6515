"""Logging in, staying in, and what ends with a session; limits, faults and paths that lead nowhere."""

from __future__ import annotations

import pytest
import requests
from salesforce_org import TOKEN, VERSION, OrgClient, serve_org

from sandbox.options import Options
from sandbox.salesforce.api.oauth import first_refresh_token

PAGED = "SELECT Id FROM Contact"


@pytest.fixture
def org():
    with serve_org() as served:
        yield served


def ask_token(org: OrgClient, **form: str) -> requests.Response:
    return requests.post(f"{org.url}/services/oauth2/token", data=form, timeout=10)


def log_in(org: OrgClient) -> str:
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": TOKEN}
    return ask_token(org, **form).json()["access_token"]


def ask(org: OrgClient, token: str, path: str = "/limits") -> requests.Response:
    return requests.get(org.root + path, headers={"Authorization": f"Bearer {token}"}, timeout=10)


def add_contacts(org: OrgClient, number: int) -> None:
    table = org.simulator.org.tables["Contact"]
    first = next(iter(table.rows.values()))
    for _ in range(number):
        table.add(first | {"Id": org.simulator.org.new_id(table)})


def first_page(org: OrgClient, token: str, size: int = 200) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {token}", "Sforce-Query-Options": f"batchSize={size}"}
    return requests.get(org.root + "/query/", params={"q": PAGED}, headers=headers, timeout=10).json()


def test_a_token_names_the_org_and_the_user(org):
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": TOKEN}
    answer = ask_token(org, **form).json()
    assert answer["instance_url"] == org.url
    identity = requests.get(
        answer["id"], headers={"Authorization": f"Bearer {answer['access_token']}"}, timeout=10
    ).json()
    assert answer["id"].endswith(f"/id/{identity['organization_id']}/{identity['user_id']}")
    (row,) = org.query("SELECT Id, Name, DefaultCurrencyIsoCode, TimeZoneSidKey FROM Organization")
    assert (row["Id"], row["DefaultCurrencyIsoCode"]) == (identity["organization_id"], "EUR")
    assert org.get("/").json()["identity"] == answer["id"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "password", "client_id": "sandbox", "client_secret": TOKEN}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "invalid_client_id"),
        ({"grant_type": "client_credentials", "client_id": "sandbox"}, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "no"}, "invalid_client"),
        ({"grant_type": "refresh_token", "client_id": "sandbox"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "client_id": "sandbox", "refresh_token": "old"}, "invalid_grant"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"}, "invalid_grant"),
    ],
)
def test_the_token_endpoint_refuses_in_its_own_shape(org, form, error):
    answer = ask_token(org, **form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]


def test_a_refresh_token_is_good_again_and_again(org):
    form = {"grant_type": "refresh_token", "client_id": "sandbox", "refresh_token": first_refresh_token(TOKEN)}
    for _ in range(2):
        answer = ask_token(org, **form).json()
        assert "refresh_token" not in answer
        assert ask(org, answer["access_token"]).status_code == 200


def test_a_rotated_refresh_token_is_good_once(org):
    org.simulator.token_endpoint.rotates = True
    form = {"grant_type": "refresh_token", "client_id": "sandbox", "refresh_token": first_refresh_token(TOKEN)}
    fresh = ask_token(org, **form).json()["refresh_token"]
    assert ask_token(org, **form).json()["error"] == "invalid_grant"
    assert ask_token(org, **form | {"refresh_token": fresh}).status_code == 200


def test_expiring_the_sessions_ends_every_token_until_the_next_login(org):
    token = log_in(org)
    org.simulator.expire_sessions()
    for old in (token, TOKEN, "nonsense"):
        answer = ask(org, old)
        assert answer.status_code == 401
        assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    assert ask(org, log_in(org)).status_code == 200


def test_a_session_ends_by_itself_after_two_hours_and_the_given_token_does_not(org):
    token = log_in(org)
    org.simulator.options.clock.advance(2 * 3600 - 60)
    assert ask(org, token).status_code == 200
    org.simulator.options.clock.advance(120)
    assert ask(org, token).status_code == 401
    assert ask(org, TOKEN).status_code == 200


def test_a_query_goes_on_by_its_locator(org):
    add_contacts(org, 496)
    page = first_page(org, TOKEN)
    assert (page["totalSize"], page["done"], len(page["records"])) == (500, False, 200)
    assert page["nextRecordsUrl"].startswith(f"/services/data/v{VERSION}/query/01g")
    assert page["nextRecordsUrl"].endswith("-200")
    seen = [row["Id"] for row in page["records"]]
    while not page["done"]:
        page = org.http.get(org.url + page["nextRecordsUrl"], timeout=10).json()
        assert page["totalSize"] == 500
        seen += [row["Id"] for row in page["records"]]
    assert seen == org.simulator.org.tables["Contact"].ids


def test_query_all_goes_on_with_deleted_rows_under_the_path_of_query(org):
    add_contacts(org, 300)
    last = org.simulator.org.tables["Contact"].ids[-1]
    assert org.send("DELETE", f"/sobjects/Contact/{last}").status_code == 204
    headers = {"Sforce-Query-Options": "batchSize=200"}
    page = org.http.get(org.root + "/queryAll", params={"q": PAGED}, headers=headers, timeout=10).json()
    assert "/query/01g" in page["nextRecordsUrl"]
    rest = org.http.get(org.url + page["nextRecordsUrl"], timeout=10).json()["records"]
    assert rest[-1]["Id"] == last
    assert org.get("/query", q=PAGED).json()["totalSize"] == page["totalSize"] - 1


@pytest.mark.parametrize(("asked", "given"), [("1", 200), ("200", 200), ("250", 250), ("9999", 2000)])
def test_a_page_holds_200_to_2000_records(org, asked, given):
    add_contacts(org, 2_500)
    assert len(first_page(org, TOKEN, int(asked))["records"]) == given


def test_a_locator_dies_with_its_session(org):
    add_contacts(org, 500)
    token = log_in(org)
    page = first_page(org, token)
    other = requests.get(
        org.url + page["nextRecordsUrl"], headers={"Authorization": f"Bearer {log_in(org)}"}, timeout=10
    )
    assert (other.status_code, other.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")
    own = requests.get(org.url + page["nextRecordsUrl"], headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert own.status_code == 200


def test_a_locator_lives_for_two_days_and_ten_are_open_at_once(org):
    add_contacts(org, 500)
    pages = [first_page(org, TOKEN)["nextRecordsUrl"] for _ in range(11)]
    codes = [org.http.get(org.url + page, timeout=10).status_code for page in pages]
    assert codes == [400] + [200] * 10
    org.simulator.options.clock.advance(2 * 86_400)
    assert org.http.get(org.url + pages[-1], timeout=10).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize("locator", ["01gHs0000000009-2000", "nonsense", "01gHs0000000001IAA-x"])
def test_a_locator_that_does_not_exist_is_refused(org, locator):
    answer = org.get(f"/query/{locator}")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_every_answer_tells_the_usage_and_refused_ones_count(org):
    for path in ("/limits", "/nothing", "/query"):
        org.get(path)
    assert org.get("/limits").headers["Sforce-Limit-Info"] == "api-usage=4/100000"


def test_the_allowance_comes_back_after_24_hours(org):
    org.simulator.usage.daily_limit = 2
    codes = [org.get("/sobjects").status_code for _ in range(3)]
    refused = org.get("/sobjects")
    assert codes == [200, 200, 403]
    assert refused.json()[0] == {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    assert refused.headers["Sforce-Limit-Info"] == "api-usage=2/2"
    org.simulator.options.clock.advance(86_400)
    assert org.get("/sobjects").status_code == 200


def test_without_limits_nothing_is_refused():
    with serve_org(options=Options(limits=False)) as org:
        org.simulator.usage.daily_limit = 1
        assert [org.get("/limits").status_code for _ in range(3)] == [200, 200, 200]
