from __future__ import annotations

import json

import pytest

from adapters.errors import FatalError, LimitReachedError, SchemaError, TransientError
from adapters.hubspot.refusals import RequestRefusedError, complaint, refusal
from adapters.hubspot.transport import Answer


def refused(status: int, body: object = None, headers: dict[str, str] | None = None) -> Exception:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal(Answer(status, headers or {}, raw), "emea", "POST crm/objects")


def test_a_daily_limit_ends_the_run_and_is_not_tried_again():
    error = refused(429, {"message": "You have reached your daily limit.", "policyName": "DAILY"})
    assert isinstance(error, LimitReachedError)


def test_the_recorded_search_limit_passes_and_says_nothing_of_waiting():
    body = {"status": "error", "message": "You have reached your secondly limit.", "category": "RATE_LIMITS"}
    error = refused(429, body)
    assert isinstance(error, TransientError)
    assert error.retry_after is None


@pytest.mark.parametrize("status", [408, 423, 429, 477, 500, 502, 503, 504, 521, 526])
def test_what_may_pass_is_transient_and_waits_as_asked(status):
    error = refused(status, b"<html>", {"Retry-After": "7"})
    assert isinstance(error, TransientError)
    assert error.retry_after == 7.0


def test_a_locked_record_waits_two_seconds_at_least():
    assert refused(423).retry_after == 2.0


def test_a_retry_after_that_is_no_number_is_none():
    assert refused(503, b"", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}).retry_after is None


def test_missing_scopes_are_named():
    body = {
        "category": "MISSING_SCOPES",
        "errors": [{"context": {"requiredGranularScopes": ["crm.objects.deals.read", "crm.objects.deals.write"]}}],
    }
    error = refused(403, body)
    assert type(error) is FatalError
    assert "crm.objects.deals.read, crm.objects.deals.write" in error.message
    assert "emea" in error.message


def test_scopes_beside_the_message_are_named_too():
    assert "crm.x" in refused(403, {"context": {"requiredGranularScopes": ["crm.x"]}}).message


@pytest.mark.parametrize("body", [{"message": "This app hasn't been granted all required scopes"}, b"<html>", [1]])
def test_a_forbidden_without_category_is_fatal_all_the_same(body):
    assert type(refused(403, body)) is FatalError


def test_a_refused_token_names_the_connection_and_the_remedy():
    error = refused(401, {"category": "INVALID_AUTHENTICATION"})
    assert type(error) is FatalError
    assert "emea" in error.message
    assert "`auth`" in error.message


def test_an_unknown_property_is_a_fault_of_the_schema():
    detail = [{"isValid": False, "message": "no", "error": "PROPERTY_DOESNT_EXIST", "name": "my_field"}]
    error = refused(400, {"message": f"Property values were not valid: {json.dumps(detail)}"})
    assert isinstance(error, SchemaError)
    assert "my_field" in error.message


def test_a_redirect_is_not_followed_but_reported():
    assert "base_url" in refused(301, b"", {"Location": "https://elsewhere.example"}).message


def test_a_complaint_nested_beyond_all_bounds_is_a_refusal_like_others():
    body = {"category": "VALIDATION_ERROR", "message": '[{"a":' + "[" * 100_000}
    assert isinstance(refused(400, body), RequestRefusedError)


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_is_one_line_however_long_its_words(status):
    long = "A\nB " * 20_000
    body = {"category": long, "correlationId": long, "context": {"propertyName": [long], "requiredScopes": [long]}}
    error = refused(status, body)
    assert "\n" not in error.message
    assert len(error.message) + len(error.code) < 1_000


def test_the_line_for_people_quotes_no_values():
    error = refused(400, {"category": "VALIDATION_ERROR", "message": "jane@example.com is bad", "correlationId": "c-1"})
    assert isinstance(error, RequestRefusedError)
    assert "jane" not in error.message
    assert "c-1" in error.message
    assert error.complaint.message == "jane@example.com is bad"


@pytest.mark.parametrize("status", [400, 404, 409, 414])
def test_an_html_page_in_place_of_a_refusal_is_a_refusal(status):
    error = refused(status, b"\xff<html>")
    assert isinstance(error, RequestRefusedError)
    assert error.absent is (status == 404)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "REFUSED", None),
        ({"category": "CONFLICT", "message": "Contact already exists."}, "CONFLICT", None),
        ({"category": "VALIDATION_ERROR", "context": {"propertyName": ["x"]}}, "VALIDATION_ERROR", "x"),
        ({"errors": [{"code": "TOO_LONG", "message": "m", "context": {"propertyName": ["y"]}}]}, "TOO_LONG", "y"),
        ({"category": "VALIDATION_ERROR", "message": "broken: [{not json"}, "VALIDATION_ERROR", None),
        ({"category": 5, "message": 6, "errors": "many"}, "REFUSED", None),
    ],
)
def test_a_complaint_is_read_whatever_is_missing(body, code, field):
    found = complaint(body)
    assert (found.code, found.field) == (code, field)
    assert found.message
