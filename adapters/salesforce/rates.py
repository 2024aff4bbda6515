"""Exchange rates: the current one of each currency and, under advanced currency management, the dated ones.

A rate is the number of units that one unit of the corporate currency buys. Both objects exist only in organisations
that have the feature on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.base import FieldInfo, Kind, Page, Schema
from adapters.salesforce.absence import require_fields
from adapters.salesforce.describe import Described, Describes, read_schema
from adapters.salesforce.objects import CURRENCY, DATED_RATE
from adapters.salesforce.pulling import Puller, make_record
from adapters.salesforce.wire import Row

_DATES = ("StartDate", "NextStartDate")


def describe_rates(describes: Describes) -> Schema:
    """The fields of both objects; the dates are listed even where there are no dated rates (they are empty then)."""
    dated = describes.find(DATED_RATE)
    return {
        **{name: FieldInfo(name, name, "date", writable=False) for name in _DATES},
        **(read_schema(dated) if dated else {}),
        **read_schema(describes.require(CURRENCY)),
    }


def pull_rates(puller: Puller, fields: Sequence[str]) -> Iterator[Page]:
    """All rates in one page."""
    currencies = puller.describes.require(CURRENCY)
    dated = puller.describes.find(DATED_RATE)
    known = {*_DATES, *(dated.fields if dated else ())}
    require_fields(puller.wire, currencies, [name for name in fields if name not in known])
    rows = _read(puller, currencies, fields)
    corporate = {str(row.get("IsoCode")): row.get("IsCorporate") for row in rows}
    dated_rows = _read(puller, dated, fields) if dated else []
    rows += [{**row, "IsCorporate": corporate.get(str(row.get("IsoCode")))} for row in dated_rows]
    yield Page([make_record(Kind.RATE, row, fields) for row in rows])


def _read(puller: Puller, described: Described, fields: Sequence[str]) -> list[Row]:
    """The rows with those of the fields that this object has, and what tells a corporate currency."""
    wanted = dict.fromkeys([*fields, "IsoCode", "IsCorporate"])
    return puller.read_whole(described, [name for name in wanted if name in described.fields])
