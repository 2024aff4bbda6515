"""Compound addresses: nested objects in answers, made of single fields that alone can be written and filtered."""

from __future__ import annotations

from sandbox.salesforce.state.table import Row

PARTS = {
    "city": "City",
    "country": "Country",
    "geocodeAccuracy": "GeocodeAccuracy",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "postalCode": "PostalCode",
    "state": "State",
    "street": "Street",
}


def compose_address(row: Row, name: str) -> dict[str, object] | None:
    """The nested object of an address field such as BillingAddress; null when none of its parts is set."""
    prefix = name.removesuffix("Address")
    address = {key: row.get(prefix + part) for key, part in PARTS.items()}
    return address if any(value is not None for value in address.values()) else None
