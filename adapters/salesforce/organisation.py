"""Whom we are connected to, and as whom."""

from __future__ import annotations

from adapters.base import Organisation
from adapters.errors import FatalError
from adapters.salesforce.describe import Describes
from adapters.salesforce.failures import garbled
from adapters.salesforce.ids import keep_ids
from adapters.salesforce.keyset import select
from adapters.salesforce.objects import CURRENCY
from adapters.salesforce.query import read_rows
from adapters.salesforce.wire import Row, Wire

_COLUMNS = ("Id", "Name", "DefaultCurrencyIsoCode", "TimeZoneSidKey")


def read_organisation(wire: Wire, describes: Describes) -> Organisation:
    """The organisation behind the address. It has several currencies when it knows the object CurrencyType."""
    described = describes.find("Organization")
    if described is None:
        raise FatalError(
            f"{wire.host} serves no Salesforce API of version {wire.version}; check base_url and api_version",
            code="NOT_FOUND",
        )
    columns = [name for name in _COLUMNS if name in described.fields]
    rows = read_rows(wire, select(columns, "Organization"), "Organization")
    if not rows:
        raise FatalError(f"Salesforce at {wire.host} does not let the running user read its Organization")
    organisation = _text(rows[0], "Id") or ""
    # Another organisation than before is refused for good; what is no id at all is only a bad answer.
    if not keep_ids([organisation]):
        raise garbled("reading Organization", wire.host)
    has_currencies = describes.find(CURRENCY) is not None
    return Organisation(
        id=organisation,
        name=str(rows[0].get("Name") or ""),
        currency=_read_corporate(wire) if has_currencies else _text(rows[0], "DefaultCurrencyIsoCode"),
        multi_currency=has_currencies,
        time_zone=_text(rows[0], "TimeZoneSidKey"),
    )


def identify_user(wire: Wire) -> str:
    """The running user's id. The list of the API's resources gives `identity`: …/id/<organisation>/<user>."""
    what = "asking who the running user is"
    identity = wire.get("", what).get("identity")
    if not isinstance(identity, str) or not identity.rpartition("/")[2]:
        raise garbled(what, wire.host)
    return identity.rpartition("/")[2]


def _read_corporate(wire: Wire) -> str | None:
    rows = read_rows(wire, f"{select(['IsoCode'], CURRENCY)} WHERE IsCorporate = true", CURRENCY)
    return _text(rows[0], "IsoCode") if rows else None


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) else None
