"""Which portal the token belongs to."""

from __future__ import annotations

from adapters.base import Organisation
from adapters.hubspot.answers import read_id
from adapters.hubspot.wire import Json, Wire


def read_organisation(wire: Wire) -> Organisation:
    """The portal behind the token, with its home currency and time zone."""
    path = wire.paths.account
    details = wire.get(path, "check")
    portal = read_id(wire, path, details, "portalId")
    wire.account = f"portal {portal}"
    return Organisation(
        id=portal,
        name=f"HubSpot portal {portal}",
        currency=_text(details, "companyCurrency"),
        multi_currency=bool(details.get("additionalCurrencies")),
        time_zone=_text(details, "timeZone"),
    )


def _text(details: Json, name: str) -> str | None:
    value = details.get(name)
    return value if isinstance(value, str) else None
