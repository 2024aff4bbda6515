"""One exchange as it was recorded; delete the cassette to have it recorded anew against the simulated organisation."""

from __future__ import annotations

import re
from copy import copy
from decimal import Decimal
from pathlib import Path

import pytest
import vcr
from sandbox_org import APP, BY_NAME, SPECS, SandboxOrg

from adapters.base import Kind, Outcome, Update
from adapters.salesforce.adapter import SalesforceCRM
from adapters.settings import ConnectionSettings

CASSETTE = Path(__file__).parent / "cassettes" / "salesforce.yaml"
HOST = "http://127.0.0.1:8700"


def hide_secret(request):
    """Not vcr's own filter: it would write the JSON of other bodies anew, and 62.50 as 62.5."""
    hidden = copy(request)
    hidden.uri = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8700", request.uri)
    hidden.body = re.sub(rb"client_secret=[^&]+", b"", request.body) if request.body else None
    return hidden


def hide_token(response):
    body = re.sub(rb'("(?:access_token|signature)": *")[^"]+', rb"\1REDACTED", response["body"]["string"])
    response["body"]["string"] = re.sub(rb"127\.0\.0\.1:\d+", b"127.0.0.1:8700", body)
    response["headers"]["Content-Length"] = [str(len(response["body"]["string"]))]
    return response


RECORDER = vcr.VCR(
    match_on=("method", "path", "query", "raw_body"),
    record_mode="once",
    filter_headers=["Authorization", "User-Agent"],
    before_record_request=hide_secret,
    before_record_response=hide_token,
)


@pytest.fixture
def url():
    if CASSETTE.exists():
        yield HOST
        return
    org = SandboxOrg()
    org.connect().ensure_fields(SPECS)
    yield org.url
    org.close()


def test_a_recorded_login_pull_and_push_is_read_as_it_was_meant(url):
    with RECORDER.use_cassette(str(CASSETTE)):
        crm = SalesforceCRM(ConnectionSettings("us", base_url=url, auth=APP), sleep=lambda _: None)
        assert crm.check().currency == "EUR"
        (page,) = crm.pull(Kind.ACCOUNT, ["Name"])
        update = Update(Kind.ACCOUNT, page.records[0].id, {SPECS[1].name: Decimal("0.625")})
        (result,) = crm.push([update], BY_NAME)
        crm.close()
    assert [record.fields["Name"] for record in page.records] == ["Account 0", "Account 1", "Account 2"]
    assert result.outcome is Outcome.WRITTEN
    assert crm.limits().calls == {"auth": 1, "describe": 3, "read": 2, "write": 1}


def test_the_cassette_holds_no_secret():
    text = CASSETTE.read_text()
    assert not [word for word in ("sandbox-token", "Bearer ", "Authorization", "client_secret") if word in text]
    assert set(re.findall(r'"(?:access_token|signature)":"([^"]*)', text)) == {"REDACTED"}
