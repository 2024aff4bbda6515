from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.config.address import normalise_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://api.hubapi.com", "https://api.hubapi.com"),
        ("https://api.hubapi.com/", "https://api.hubapi.com"),
        ("HTTPS://Example.My.Salesforce.com//", "https://example.my.salesforce.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://127.8.0.1", "http://127.8.0.1"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_made_plain(text, address):
    assert normalise_address(text) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://example.com", "loopback"),
        ("http://0.0.0.0", "loopback"),
        ("http://localhost.example.com", "loopback"),
        ("http://127.0.0.1.example.com", "loopback"),
        ("http://2130706433", "loopback"),
        ("http://[::]", "loopback"),
        ("https://me:pw@example.com", "under auth"),
        ("http://127.0.0.1@example.com", "under auth"),
        ("http://127.0.0.1\\@example.com", "under auth"),
        ("https://example.com/lightning/page", "end with the host"),
        ("https://example.com?a=b", "end with the host"),
        ("https://example.com/#", "end with the host"),
        ("ftp://example.com", "not an address"),
        ("example.com", "not an address"),
        ("https://", "not an address"),
        ("https://:443", "not an address"),
        ("https://exa mple.com", "not an address"),
        ("https://example.com:port", "not an address"),
        ("https://example.com:99999", "not an address"),
        ("https://[::1", "not an address"),
        ("", "not an address"),
    ],
)
def test_an_address_that_could_lead_elsewhere_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        normalise_address(text)


@given(st.text())
def test_whatever_is_accepted_is_encrypted_or_stays_here(text):
    try:
        address = normalise_address(f"http://{text}")
    except ValueError:
        return
    assert address.startswith(("http://127.", "http://localhost", "http://[::1"))
