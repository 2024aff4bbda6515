"""Records a small sync against the simulated portal; `python tests/adapters/hubspot_cassette.py` records it anew.

The cassette is kept as if it came from HubSpot's own address, so that playing it exercises the default settings. It
holds no token, and the people in it are made up.
"""

from __future__ import annotations

from pathlib import Path

import vcr
from hubspot_portal_bench import serving_portal
from vcr.request import Request

from adapters.base import Kind, Page
from adapters.hubspot.adapter import HubSpot
from adapters.hubspot.address import DEFAULT

CASSETTES = Path(__file__).parent / "cassettes"
NAME = "hubspot_small_sync.yaml"
FIELDS = ["dealname", "amount", "dealstage", "@company"]


def sync(crm: HubSpot) -> tuple[str, list[Page], list[Page]]:
    """What the cassette holds: who is there, the deals, and their histories."""
    portal = crm.check().id
    deals = list(crm.pull(Kind.DEAL, FIELDS))
    ids = [record.id for page in deals for record in page.records]
    return portal, deals, list(crm.children(Kind.DEAL_HISTORY, ["@deal", "@at", "dealstage"], ids))


def recorder(record_mode: str) -> vcr.VCR:
    return vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode=record_mode,
        match_on=["method", "scheme", "host", "path", "query", "body"],
        filter_headers=["authorization", "host", "user-agent"],
        before_record_request=_as_if_from_hubspot,
        decode_compressed_response=True,
    )


def _as_if_from_hubspot(request: Request) -> Request | None:
    if "/_sandbox/" in request.path:
        return None
    request.uri = f"{DEFAULT}{request.path}" + (f"?{request.uri.partition('?')[2]}" if "?" in request.uri else "")
    return request


if __name__ == "__main__":
    (CASSETTES / NAME).unlink(missing_ok=True)
    with serving_portal((2, 2, 3)) as bench, recorder("all").use_cassette(NAME):
        sync(bench.connect())
