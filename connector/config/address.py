"""Checks the address of a CRM: encrypted unless it never leaves this machine, and nothing but scheme, host and port."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from connector.languages.speech import _, mark

_MY_DOMAIN = mark("serves no data of an organisation: write its My Domain, like https://example.my.salesforce.com")
_WRONG_HOSTS = {
    "hubspot": (r"app(-\w+)?\.hubspot\.com|www\.hubspot\.com", mark("is for people: write https://api.hubapi.com")),
    "salesforce": (r"(login|test)\.salesforce\.com|.*\.lightning\.force\.com|.*\.salesforce-setup\.com", _MY_DOMAIN),
}
"""Per CRM the hosts that people see in their browser and that serve no API."""

_VERSIONS = {
    "hubspot": (r"v3|\d{4}-\d{2}", mark('must be "2026-09" or "v3": correct it or remove the line')),
    "salesforce": (r"v?\d{2,3}(\.0)?", mark('must look like "64.0": correct it or remove the line')),
}

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def normalise_address(text: str) -> str:
    """The address without trailing slashes and in lower case; ValueError says what is wrong, without quoting it."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError:
        raise ValueError(_("not an address: write it like https://api.example.com")) from None
    _require_bare(text, parts)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise ValueError(_("http:// is accepted for loopback addresses only (127.0.0.1, localhost): write https://"))
    return f"{parts.scheme}://{parts.netloc.lower()}"


def find_wrong_host(crm: str, address: str) -> str | None:
    """What is wrong with an address at which this CRM serves no API."""
    pattern, message = _WRONG_HOSTS.get(crm, ("", ""))
    return _(message) if pattern and re.fullmatch(pattern, urlsplit(address).hostname or "") else None


def find_wrong_version(crm: str, version: str | None) -> str | None:
    """What is wrong with an API version that this CRM cannot have."""
    pattern, message = _VERSIONS.get(crm, ("", ""))
    return _(message) if pattern and version is not None and not re.fullmatch(pattern, version) else None


def _require_bare(text: str, parts: SplitResult) -> None:
    if parts.scheme not in {"http", "https"} or not _is_host(parts.hostname or ""):
        raise ValueError(_("not an address: write it like https://api.example.com"))
    if "@" in parts.netloc:
        raise ValueError(_("must not hold a user or a password: they belong under auth"))
    if parts.path.strip("/") or "?" in text or "#" in text:
        raise ValueError(_("must end with the host: remove what follows it"))


def _is_host(host: str) -> bool:
    return bool(_HOST.fullmatch(host)) or _is_ip(host)


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
