"""The HTML pages that HubSpot (or the proxy before it) sends where one expects JSON."""

from __future__ import annotations

from sandbox.hubspot.answers.errors import ApiError


def page(title: str) -> str:
    """A bare HTML page as web servers make them."""
    return f"<html>\n<head><title>{title}</title></head>\n<body>\n<center><h1>{title}</h1></center>\n</body>\n</html>\n"


def uri_too_long() -> ApiError:
    """414, recorded as an HTML page at URLs of 8 to 16 kB."""
    return _as_page(414, "414 Request-URI Too Large")


def record_gone() -> ApiError:
    """Recorded for GET of an archived or deleted company: 404 with an HTML body."""
    return _as_page(404, "Error 404 Not Found")


def _as_page(status: int, title: str) -> ApiError:
    return ApiError(status, {"message": title}, page=page(title))
