"""Where HubSpot is: the one address that this adapter ever contacts."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from adapters.errors import SchemaError

DEFAULT = "https://api.hubapi.com"


def check_base_url(connection: str, base_url: str | None) -> str:
    """The address without a trailing slash. Raises SchemaError for one that is no plain https:// (or loopback http://)."""
    address = (base_url or DEFAULT).strip().rstrip("/")
    parts = _split(connection, address)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SchemaError(f"{connection}: base_url must be a plain address without user, query or fragment.")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise SchemaError(
            f"{connection}: base_url is http:// to {parts.hostname}; the token would travel unencrypted. Use https://."
        )
    return address


def host_of(address: str) -> str:
    """The host, with its port where it names one, for messages."""
    return urlsplit(address).netloc


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split(connection: str, address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        valid = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise SchemaError(f"{connection}: base_url is no http(s) address. HubSpot's is {DEFAULT}.")
    return parts
