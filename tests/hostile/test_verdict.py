"""What would be wrong is seen: each comparison finds the fault that it is there for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from admin import CRMS
from expected_fields import compare_fields
from expected_mirror import compare_mirror
from expected_rows import read_rows
from hostile_site import SYNC, Site, differing, foreign
from rep import Rep
from special_edits import hire

LOSE = "DELETE FROM crm_account WHERE id = (SELECT min(id) FROM crm_account)"
RENAME = "UPDATE crm_account SET name = 'Other' WHERE id = (SELECT min(id) FROM crm_account)"
DOUBLE = """INSERT INTO crm_deal_contact (connection, id, deal, contact)
SELECT 'x', 'y', deal, contact FROM crm_deal_contact LIMIT 1"""


@pytest.fixture(params=CRMS)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with Site(request.param, company=3) as opened:
        assert opened.run(*SYNC).code == 0
        yield opened


@pytest.fixture
def rep(site: Site) -> Rep:
    return hire(site)


def spoilt(site: Site, statement: str) -> tuple[list[str], list[str], list[str]]:
    """What is found after a change of the mirror behind the program's back."""
    file = site.folder / "playmaker.db"
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(statement)
    connection.close()
    return compare_mirror(file, read_rows(site))


def test_untouched_mirror_and_fields_are_in_order(site: Site):
    rows = read_rows(site)
    assert compare_mirror(site.folder / "playmaker.db", rows) == ([], [], [])
    assert compare_fields(site, rows, set()) == []


def test_lost_record_is_seen(site: Site):
    lost, doubled, wrong = spoilt(site, LOSE)
    assert (len(lost), doubled, wrong) == (1, [], [])


def test_record_that_is_no_longer_in_the_crm_is_seen(site: Site):
    lost, doubled, wrong = spoilt(site, "INSERT INTO crm_account (connection, id) VALUES ('x', 'y')")
    assert (lost, doubled, wrong) == ([], ["account y: in the mirror only"], [])


def test_wrong_name_is_seen(site: Site):
    lost, doubled, wrong = spoilt(site, RENAME)
    assert (lost, doubled, len(wrong)) == ([], [], 1)


def test_doubled_link_is_seen(site: Site):
    lost, doubled, wrong = spoilt(site, DOUBLE)
    assert (lost, len(doubled), wrong) == ([], 1, [])


@pytest.mark.parametrize("key", ["champions", "weighted_pipeline"])
def test_wrong_kpi_field_is_seen(site: Site, rep: Rep, key: str):
    account = rep.ids("account")[0]
    rep.tamper("account", account, key, 77)
    assert [line.split()[:3] for line in compare_fields(site, read_rows(site), set())] == [
        ["account", account, key + ":"]
    ]


def test_write_outside_our_fields_is_seen(site: Site, rep: Rep):
    before = foreign(site.state())
    rep.tamper("account", rep.ids("account")[0], "champions", 77)
    assert differing(before, foreign(site.state())) == []
    rep.change("account", rep.ids("account")[0], {"name": "Stray"})
    assert len(differing(before, foreign(site.state()))) == 1
