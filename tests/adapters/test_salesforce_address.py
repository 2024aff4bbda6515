from __future__ import annotations

import pytest

from adapters.errors import FatalError
from adapters.salesforce.address import read_address, read_version


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("https://acme.my.salesforce.com", "acme.my.salesforce.com"),
        ("https://ACME.my.salesforce.com/", "acme.my.salesforce.com"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://localhost:8080", "localhost:8080"),
    ],
)
def test_an_address_is_a_scheme_and_a_host(base_url, host):
    assert read_address(base_url).host == host


@pytest.mark.parametrize(
    "base_url",
    [
        None,
        "",
        "acme.my.salesforce.com",
        "ftp://acme.my.salesforce.com",
        "http://acme.my.salesforce.com",
        "http://127.0.0.1.evil.example",
        "https://login.salesforce.com",
        "https://user:hunter2@acme.my.salesforce.com",
        "https://acme.my.salesforce.com/services",
        "https://acme.my.salesforce.com?x=1",
        "https://acme.my.salesforce.com:port",
        "https://[::1",
    ],
)
def test_any_other_address_is_refused_with_an_example(base_url):
    with pytest.raises(FatalError, match=r"https://example\.my\.salesforce\.com") as caught:
        read_address(base_url)
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("version", ["64.0", "64", "v64.0", None])
def test_a_version_may_be_written_in_several_ways(version):
    assert read_version(version) == "64.0"


@pytest.mark.parametrize("version", ["2026-09", "latest", "6", "64.1", "64.0/../sobjects"])
def test_a_version_that_is_none_is_refused(version):
    with pytest.raises(FatalError, match=r"64\.0"):
        read_version(version)
