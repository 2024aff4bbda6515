"""Checks the address of a CRM: encrypted unless it never leaves this machine, and nothing but scheme, host and port."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from connector.languages.speech import _

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
