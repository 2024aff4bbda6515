"""Cursors: late commits, index lag, equal stamps, edits while we read, wrong clocks and time zones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from garbler import Garbler
from trap_place import OpenPlace, Place, connect, standing_in
from watched import Watched
from werkzeug import Request, Response

from adapters.base import CRM, Cursor, Kind, Record
from sandbox.world.model import Account, Contact, World

ONE_MOMENT = datetime(2026, 3, 1, 8, 0, 0, tzinfo=UTC)
FIELDS = {"hubspot": "lastname", "salesforce": "LastName"}
READS = {"hubspot": ("contacts/search",), "salesforce": ("FROM+Contact+", "FROM%20Contact%20")}


def people(count: int, apart: timedelta = timedelta(0)) -> World:
    contacts = [
        Contact(f"c{n}", ONE_MOMENT, ONE_MOMENT + n * apart, "a", last_name=f"Person {n}") for n in range(count)
    ]
    return World("EUR", accounts=[Account("a", "Acme", ONE_MOMENT, ONE_MOMENT)], contacts=contacts)


def pull_contacts(crm: CRM, place: Place, since: Cursor | None = None) -> tuple[list[Record], Cursor | None]:
    records: list[Record] = []
    for page in crm.pull(Kind.CONTACT, [FIELDS[place.crm]], since):
        records += page.records
        since = page.cursor or since
    return records, since


def commit_late(salesforce: Place, record: str, minutes: int) -> None:
    """A long transaction ends: its row shows up with the stamp of when it was begun."""
    table = salesforce.simulator.org.tables["Account"]
    row = table.rows[record]
    begun = datetime.fromisoformat(row["SystemModstamp"]) - timedelta(minutes=minutes)
    table.replace(row | {"SystemModstamp": begun.strftime("%Y-%m-%dT%H:%M:%S.000+0000")})


@pytest.mark.parametrize(("overlap", "minutes", "is_read"), [("", 14, True), (45, 44, True), (5, 14, False)])
def test_a_row_committed_late_is_still_pulled_within_the_overlap(
    salesforce: Place, overlap: int | str, minutes: int, *, is_read: bool
):
    salesforce.configure(extra=f"    overlap_minutes: {overlap}\n" if overlap else "")
    salesforce.sync()
    salesforce.pass_time(hours=2)
    first, second = (each["id"] for each in salesforce.records("account")[:2])
    salesforce.rename("account", first, "Seen")
    salesforce.sync("--no-push")
    salesforce.rename("account", second, "Late")
    commit_late(salesforce, second, minutes)
    salesforce.sync("--no-push")
    assert (salesforce.stored_name("account", second) == "Late") is is_read


def test_rows_of_one_stamp_on_both_sides_of_a_page_and_of_a_run_are_all_stored(open_place: OpenPlace, crm: str):
    place = open_place(crm, people(2_300 if crm == "salesforce" else 500))
    pages, after = {"hubspot": ("contacts/search", 3), "salesforce": (r"/query/\w+-\d+", 0)}[crm]
    place.fault("status", status=503, path=pages, after=after, times=None)
    place.sync(code=4)
    assert 0 < len(place.stored("contact")) < len(place.records("contact"))
    place.mend()
    place.sync()
    assert place.live("contact").keys() == {each["id"] for each in place.records("contact")}


def test_more_than_ten_thousand_rows_of_one_millisecond_are_each_read_once_and_the_pull_ends(open_place: OpenPlace):
    place = open_place("hubspot", people(10_001))
    records, cursor = pull_contacts(connect(place), place)
    assert len(records) == len({record.id for record in records}) == 10_001
    assert cursor is not None
    assert cursor.modified_at == ONE_MOMENT
    place.forget_requests()
    again, _ = pull_contacts(connect(place), place, cursor)
    assert len({record.id for record in again}) == 10_001
    assert len(place.requests("/search")) < 10_001 / 200 + 5, "no page is read twice"


def test_a_row_edited_between_two_pages_comes_with_its_new_value_and_makes_no_other_slip(
    open_place: OpenPlace, crm: str
):
    count = 4_500 if crm == "salesforce" else 900
    place = open_place(crm, people(count, apart=timedelta(seconds=1)))
    ids = [each["id"] for each in place.records("contact")]
    names: dict[str, object] = {}
    edited: list[str] = []
    cursor = None
    for page in connect(place).pull(Kind.CONTACT, [FIELDS[crm]]):
        names |= {record.id: record.fields[FIELDS[crm]] for record in page.records}
        cursor = page.cursor or cursor
        ahead = [each for each in ids if each not in names]
        if ahead:
            edited.append(ahead[len(ahead) // 2])
            place.rename("contact", edited[-1], "Edited")
    assert edited
    assert names.keys() == set(ids)
    later, _ = pull_contacts(connect(place), place, cursor)
    names |= {record.id: record.fields[FIELDS[crm]] for record in later}
    assert {names[each] for each in edited} == {"Edited"}
    assert list(names.values()).count("Edited") == len(set(edited))


def test_a_row_that_appears_in_the_search_index_minutes_late_is_stored_by_the_following_run(hubspot: Place):
    """Also when newer rows were in the index, and read, before it."""
    hubspot.pass_time(minutes=5)
    hubspot.sync("--no-push")
    account, other = (each["id"] for each in hubspot.records("account")[:2])
    hubspot.simulator.options.index_lag_ms = 4 * 60_000
    hubspot.rename("account", account, "Not in the index")
    hubspot.pass_time(minutes=3)
    hubspot.simulator.options.index_lag_ms = 0
    hubspot.rename("account", other, "In the index at once")
    hubspot.sync("--no-push")
    assert hubspot.stored_name("account", account) != "Not in the index"
    assert hubspot.stored_name("account", other) == "In the index at once"
    hubspot.pass_time(minutes=2)
    hubspot.sync("--no-push")
    assert hubspot.stored_name("account", account) == "Not in the index"


def test_a_search_that_finds_nothing_at_all_is_not_read_as_no_changes(open_place: OpenPlace, few: World):
    """So it is with a filter on the modified property of another type of record."""
    place = open_place("hubspot", few, garble=Garbler)

    def find_nothing(body: bytes) -> bytes:
        return b'{"total": 0, "results": []}' if b'"total"' in body else body

    place.served.spoil(dict.fromkeys(range(500), find_nothing))
    outcome = place.run("sync")
    assert outcome.code == 4
    assert "search finds none of the" in outcome.err
    place.served.spoil({})
    place.sync()
    assert place.live("contact").keys() == {each["id"] for each in place.records("contact")}


def test_the_upper_bound_is_made_for_each_pull_and_not_when_the_process_starts(open_place: OpenPlace, crm: str):
    place = open_place(crm, people(3))
    crm_object = connect(place, timedelta(minutes=1))
    _, cursor = pull_contacts(crm_object, place)
    for name in ("Hours later", "Days later"):
        place.pass_time(hours=30)
        contact = place.records("contact")[0]["id"]
        place.rename("contact", contact, name)
        records, cursor = pull_contacts(crm_object, place, cursor)
        assert [record.fields[FIELDS[crm]] for record in records if record.id == contact] == [name]
        assert cursor is not None
        assert cursor.modified_at > datetime.now(UTC) + timedelta(hours=29)


@pytest.mark.parametrize("minutes", [-40, 40])
def test_a_host_clock_that_is_wrong_loses_nothing(place: Place, minutes: int):
    """By more than any overlap makes good."""
    place.ahead = timedelta(minutes=minutes)
    place.sync()
    place.sync()
    place.pass_time(minutes=1)
    contact = place.records("contact")[0]["id"]
    place.rename("contact", contact, "Edited")
    place.sync()
    place.sync()
    assert place.stored_name("contact", contact) == "Edited"
    place.ahead = timedelta(0)
    place.rename("contact", contact, "Edited after the clock was set right")
    place.sync()
    assert place.stored_name("contact", contact) == "Edited after the clock was set right"


def test_an_empty_run_makes_no_cursor_of_its_own(place: Place):
    place.sync("--no-push")
    before = place.cursors()
    place.pass_time(days=3)
    place.sync("--no-push")
    assert place.cursors() == before


def mirror(place: Place) -> dict[str, dict[str, dict[str, Any]]]:
    return {kind: place.stored(kind) for kind in ("account", "contact", "deal", "deal_history", "line_item")}


def timeless(place: Place) -> list[dict[str, Any]]:
    """The mirror without the stamps that edits and our own writes move."""
    rows = [row for table in mirror(place).values() for row in table.values()]
    return [{name: value for name, value in row.items() if name != "modified_at"} for row in rows]


@pytest.mark.parametrize(("crm", "zone"), [("hubspot", "America/New_York"), ("salesforce", "Asia/Kathmandu")])
def test_the_time_zone_of_the_host_shifts_neither_cursors_nor_values(
    open_place: OpenPlace, few: World, crm: str, zone: str
):
    """A host elsewhere goes on from the cursor of another one, and what it reads itself is the same."""
    at_home, place = open_place(crm, few), open_place(crm, few)
    contact, other = (each["id"] for each in place.records("contact")[:2])
    for one in (at_home, place):
        one.rename("contact", other, "Edited")
        one.sync("--no-push")
        one.pass_time(minutes=20)
        one.rename("contact", contact, "Edited later")
    with standing_in(zone):
        place.sync("--no-push")
        assert place.stored_name("contact", contact) == "Edited later"
        place.sync("--full")
    at_home.sync("--full")
    assert timeless(place) == timeless(at_home)
    assert place.kpis() == at_home.kpis()


CHANGES_OF_CLOCK = [datetime(2027, 3, 28, 0, 50, tzinfo=UTC), datetime(2027, 10, 31, 0, 50, tzinfo=UTC)]


@pytest.mark.parametrize("begins", CHANGES_OF_CLOCK, ids=["to summer time", "to winter time"])
def test_a_change_to_or_from_summer_time_in_the_middle_of_a_run_loses_nothing(
    open_place: OpenPlace, crm: str, begins: datetime
):
    """Host and company stand in Paris, whose clocks are changed at one o'clock UTC; somebody edits all the time."""
    place = open_place(crm, people(4), garble=Watched)
    path = place.admin.folder / "config.yaml"
    path.write_text("timezone: Europe/Paris\n" + path.read_text())
    first, during, *later = (each["id"] for each in place.records("contact"))

    def change_the_clocks() -> None:
        """Twenty minutes pass while we read, and an edit is made after them."""
        place.passed += timedelta(minutes=20)
        place.simulator.options.clock.advance(timedelta(minutes=20).total_seconds())
        body = {FIELDS[crm]: "During"}
        path = place.path("contact", during)
        place.served.ask("PATCH", path, {"properties": body} if crm == "hubspot" else body)

    with standing_in("Europe/Paris"):
        place.pass_time(seconds=(begins - datetime.now(UTC)).total_seconds())
        place.rename("contact", first, "Before")
        place.sync("--no-push")
        place.served.when = READS[crm]
        place.served.before = change_the_clocks
        place.sync("--no-push")
        place.sync("--no-push")
        assert place.stored_name("contact", during) == "During"
        for number, contact in enumerate(later):
            place.pass_time(minutes=16)
            place.rename("contact", contact, f"After {number}")
            place.sync("--no-push")
            assert place.stored_name("contact", contact) == f"After {number}"
    assert place.stored_name("contact", first) == "Before"


class Onlooker:
    """Stands before a simulated CRM and looks at our cursors each time that it is asked something."""

    def __init__(self, simulator: Any) -> None:
        self.simulator = simulator
        self.look: Callable[[], None] = lambda: None

    def handle(self, request: Request) -> Response:
        self.look()
        return self.simulator.handle(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.simulator, name)


def test_a_cursor_never_leads_the_rows_that_are_committed(open_place: OpenPlace, few: World, crm: str):
    """Whenever a run is killed, what its cursors have passed is there; killed runs: tests/acceptance/test_kill.py."""
    place = open_place(crm, few, garble=Onlooker)
    ahead: list[object] = []
    looked: list[str] = []

    def look() -> None:
        for kind, at in place.cursors().items() if (place.admin.folder / "playmaker.db").exists() else ():
            newest = max((str(row["modified_at"]) for row in place.stored(kind).values()), default="")
            looked.append(kind)
            ahead.extend([(kind, at, newest)] if str(at) > newest else [])

    place.sync("--no-push")
    place.pass_time(hours=1)
    for kind in ("account", "contact", "deal"):
        place.rename(kind, place.records(kind)[0]["id"], "Edited")
    place.served.look = look
    place.sync("--no-push")
    assert {"account", "contact", "deal"} <= set(looked)
    assert ahead == []


def test_an_idle_run_leaves_the_tables_as_they_are(place: Place):
    place.sync()
    place.sync()
    before = mirror(place)
    place.sync()
    assert mirror(place) == before


def test_an_object_that_the_organisation_gets_later_is_read_from_its_beginning(open_place: OpenPlace, few: World):
    place = open_place("salesforce", few)
    tables = place.simulator.org.tables
    hidden = tables.pop("OpportunityLineItem")
    place.sync()
    assert place.stored("line_item") == {}
    place.pass_time(days=30)
    tables["OpportunityLineItem"] = hidden
    place.sync()
    assert len(place.live("line_item")) == len(few.line_items) > 0
