"""The one host that a connection talks to, and the version of the API it asks for there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from adapters.errors import FatalError

DEFAULT_VERSION = "64.0"
_SHARED_HOSTS = {"login.salesforce.com", "test.salesforce.com"}
_MEND = "set base_url to the organisation's My Domain address, such as https://example.my.salesforce.com"


@dataclass(frozen=True, slots=True)
class Address:
    """Scheme and host (with its port) of one organisation."""

    scheme: str
    host: str

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"{self.scheme}://{self.host}"


def read_address(base_url: str | None) -> Address:
    """The address in a `base_url`. FatalError unless it is https, or http to this machine, and nothing but a host."""
    if not base_url:
        raise FatalError(f"Salesforce needs a base_url: {_MEND}")
    parts = _split(base_url)
    if parts.username or parts.password or parts.path.strip("/") or parts.query or parts.fragment:
        raise FatalError(f"base_url may hold nothing but a scheme and a host: {_MEND}")
    if not _is_allowed(parts):
        raise FatalError(f"base_url must begin with https:// (http:// only for a loopback address): {_MEND}")
    if parts.hostname in _SHARED_HOSTS:
        raise FatalError(f"base_url names Salesforce's shared login host, which serves no data: {_MEND}")
    return Address(parts.scheme, parts.netloc.lower())


def read_version(version: str | None) -> str:
    """The API version in the form that paths use ("64.0"); "v64.0" and "64" are understood."""
    match = re.fullmatch(r"v?(\d{2,3})(?:\.0)?", version or DEFAULT_VERSION)
    if not match:
        raise FatalError(f"api_version must look like {DEFAULT_VERSION} for Salesforce")
    return f"{match[1]}.0"


def _split(base_url: str) -> SplitResult:
    try:
        parts = urlsplit(base_url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        has_host = False
    if not has_host:
        raise FatalError(f"base_url is not an address: {_MEND}")
    return parts


def _is_allowed(parts: SplitResult) -> bool:
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
