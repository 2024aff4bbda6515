"""Paths that lead nowhere, versions, requests too long, and the org's own words for faults."""

from __future__ import annotations

import json

import pytest
import requests
from salesforce_org import serve_org


@pytest.fixture(scope="module")
def org():
    with serve_org() as served:
        yield served


def test_versions_are_listed_without_a_token_and_others_refused(org):
    versions = requests.get(f"{org.url}/services/data/", timeout=10).json()
    assert versions[-1] == {"label": "v68", "url": "/services/data/v68.0", "version": "68.0"}
    for version, status, code in (("v99.0", 404, "NOT_FOUND"), ("v20.0", 410, "UNSUPPORTED_API_VERSION")):
        answer = org.http.get(f"{org.url}/services/data/{version}/limits", timeout=10)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "NOT_FOUND"),
        ("GET", "/sobjects/Nothing/describe", 404, "NOT_FOUND"),
        ("GET", "/sobjects/Account/nonsense", 404, "NOT_FOUND"),
        ("PATCH", "/sobjects/Account/001Hs000000zzzz", 404, "NOT_FOUND"),
        ("PUT", "/query", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/sobjects/Account", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_in_a_list(org, method, path, status, code):
    answer = org.send(method, path, {})
    assert answer.status_code == status
    assert [error["errorCode"] for error in answer.json()] == [code]


def test_a_path_outside_the_api_is_not_found(org):
    assert org.http.get(f"{org.url}/crm/v3/objects", timeout=10).json()[0]["errorCode"] == "NOT_FOUND"


def test_uri_and_headers_beyond_16384_bytes_are_answered_with_414(org):
    assert org.http.get(org.root + "/limits", headers={"X-Long": "x" * 15_000}, timeout=10).status_code == 200
    answer = org.http.get(org.root + "/limits", headers={"X-Long": "x" * 16_300}, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (414, "text/html")


@pytest.mark.parametrize(
    ("status", "policy", "code", "word"),
    [
        (401, None, "INVALID_SESSION_ID", "expired"),
        (403, None, "REQUEST_LIMIT_EXCEEDED", "TotalRequests"),
        (403, "ConcurrentRequests", "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests"),
        (403, "API_DISABLED_FOR_ORG", "API_DISABLED_FOR_ORG", ""),
        (429, None, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests"),
        (500, None, "UNKNOWN_EXCEPTION", ""),
        (503, None, "SERVER_UNAVAILABLE", ""),
    ],
)
def test_a_fault_speaks_as_the_org_does(org, status, policy, code, word):
    body, headers, content_type = org.simulator.fault_body(status, policy)
    (error,) = json.loads(body)
    assert error["errorCode"] == code
    assert word in error["message"]
    assert "Retry-After" not in headers
    assert content_type.startswith("application/json")
