"""Which portal the token belongs to."""

from __future__ import annotations

from adapters.base import Organisation
from adapters.hubspot.wire import Wire


def read_organisation(wire: Wire) -> Organisation:
    """The portal behind the token, with its home currency and time zone."""
    path = wire.paths.account
    details = wire.get(path, "check")
    if "portalId" not in details:
        raise wire.garbled(path, "it names no portal")
    portal = str(details["portalId"])
    wire.account = f"portal {portal}"
    return Organisation(
        id=portal,
        name=f"HubSpot portal {portal}",
        currency=details.get("companyCurrency"),
        multi_currency=bool(details.get("additionalCurrencies")),
        time_zone=details.get("timeZone"),
    )
