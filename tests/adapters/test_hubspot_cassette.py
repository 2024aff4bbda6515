from __future__ import annotations

from hubspot_cassette import CASSETTES, NAME, recorder, sync

from adapters.hubspot.adapter import HubSpot
from adapters.retry import retrying
from adapters.settings import ConnectionSettings


def test_a_recorded_sync_plays_back_from_hubspots_own_address_without_the_network():
    settings = ConnectionSettings("emea", auth={"access_token": "not-the-recorded-one"})
    with recorder("none").use_cassette(NAME) as cassette:
        portal, deals, histories = sync(HubSpot(settings, retrying(attempts=1)))
    assert cassette.all_played
    assert portal == "147258369"
    records = [record for page in deals for record in page.records]
    assert len(records) == 3
    assert [page.cursor for page in deals][-1].modified_at == max(record.modified_at for record in records)
    stages = {record.fields["@deal"]: record.fields["dealstage"] for page in histories for record in page.records}
    assert stages == {record.id: record.fields["dealstage"] for record in records}


def test_the_recording_holds_no_token():
    text = (CASSETTES / NAME).read_text().lower()
    assert "bearer" not in text
    assert "authorization" not in text
    assert "sandbox-token" not in text
