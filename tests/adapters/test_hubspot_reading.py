from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from hubspot_fake import FakeWire

from adapters.base import Kind
from adapters.errors import TransientError
from adapters.hubspot.answers import list_pages
from adapters.hubspot.archive import list_archived
from adapters.hubspot.changes import Changes
from adapters.hubspot.objects import OBJECTS
from adapters.hubspot.people import pull_owners
from adapters.hubspot.reading import BATCH, read_records
from adapters.hubspot.search import BEGINNING
from adapters.hubspot.stages import pull_stages

STAGE_FIELDS = ["@pipeline", "@code", "label", "displayOrder", "probability", "@closed", "@won", "@active"]


def test_records_are_read_a_hundred_at_a_time_and_missing_ones_left_out():
    wire = FakeWire(lambda _, body: {"results": [each for each in body["inputs"] if each["id"] != "7"]})
    ids = [str(number) for number in range(BATCH + 1)]
    found = read_records(wire, "deals", ids, ["amount"])
    assert list(found) == [id_ for id_ in ids if id_ != "7"]
    assert [len(body["inputs"]) for _, body in wire.posts] == [BATCH, 1]


def test_a_merged_record_does_not_answer_for_the_id_that_it_replaced():
    wire = FakeWire(lambda *_: {"results": [{"id": "1"}, {"id": "99"}]})
    assert list(read_records(wire, "deals", ["1", "2"], [])) == ["1"]


def test_a_batch_that_could_not_be_read_for_another_reason_is_not_taken_for_missing():
    wire = FakeWire(lambda *_: {"results": [], "errors": [{"category": "VALIDATION_ERROR"}]})
    with pytest.raises(TransientError, match="every one of the deals"):
        read_records(wire, "deals", ["1"], [])


def test_errors_that_are_counted_and_not_named_are_not_taken_for_missing_records():
    wire = FakeWire(lambda *_: {"results": [], "numErrors": 1})
    with pytest.raises(TransientError, match="names none"):
        read_records(wire, "deals", ["1"], [])


class Pages:
    """A listing of several pages."""

    def __init__(self, *pages):
        self.pages = list(pages)

    def __getitem__(self, _path):
        return self.pages.pop(0)


def page(*rows, after=None):
    return {"results": list(rows), **({"paging": {"next": {"after": after}}} if after else {})}


def test_a_listing_that_runs_in_a_circle_is_an_error():
    wire = FakeWire(pages=Pages(page({"id": "1"}, after="A"), page({"id": "2"}, after="A")))
    with pytest.raises(TransientError, match="circle"):
        list(list_pages(wire, "/x", "read"))


@pytest.mark.parametrize(
    "paging", ["more", ["more"], {"next": "more"}, {"next": {}}, {"next": {"link": "/x"}}, {"next": {"after": None}}]
)
def test_a_listing_that_goes_on_but_does_not_say_where_has_no_end(paging):
    wire = FakeWire(pages={"/x": {"results": [{"id": "1"}], "paging": paging}})
    with pytest.raises(TransientError, match="next page"):
        list(list_pages(wire, "/x", "read"))


@pytest.mark.parametrize("paging", [None, {}, {"next": None}])
def test_a_listing_that_names_no_next_page_ends(paging):
    wire = FakeWire(pages={"/x": {"results": [{"id": "1"}], "paging": paging}})
    assert list(list_pages(wire, "/x", "read")) == [[{"id": "1"}]]


@pytest.mark.parametrize("properties", [{}, {"properties": None}, {"properties": ["email"]}])
def test_a_record_without_properties_is_not_one_whose_fields_are_all_empty(properties):
    row = {"id": "1", "updatedAt": "2026-01-01T00:00:00Z"} | properties
    wire = FakeWire(lambda *_: {"total": 1, "results": [row]}, {"/crm/objects/2026-09/contacts": {"results": [row]}})
    contacts = Changes(wire, OBJECTS[Kind.CONTACT], ["email"], timedelta(0))
    for read in (partial(contacts.pages, None), contacts.list_all, partial(contacts.read, ["1"])):
        with pytest.raises(TransientError, match="no properties"):
            list(read())


def test_a_listing_that_breaks_off_is_an_error_and_not_its_end():
    wire = FakeWire(pages=Pages(page({"id": "1"}, after="A"), {"status": "COMPLETE"}))
    with pytest.raises(TransientError, match="results"):
        list(list_pages(wire, "/x", "read"))


def test_only_what_was_archived_since_is_told_and_what_has_no_date_too():
    rows = [{"id": "1", "archivedAt": "1969-01-01T00:00:00Z"}, {"id": "2", "archivedAt": "2026-01-01T00:00:00Z"}]
    wire = FakeWire(pages=Pages(page(*rows, after="A"), page({"id": "3"})))
    records = [each for found in list_archived(wire, OBJECTS[Kind.DEAL], BEGINNING) for each in found]
    assert [(record.id, record.archived) for record in records] == [("2", True), ("3", True)]


def test_owners_who_left_come_too_and_nobody_comes_twice():
    ann = {"id": "1", "firstName": "Ann", "lastName": "Lee", "email": "a@x.example"}
    wire = FakeWire(pages=Pages(page(ann, {"id": "2", "email": "q@x.example"}), page({"id": "1"}, {"id": "3"})))
    records = [each for found in pull_owners(wire, ["@name", "@active"]) for each in found.records]
    assert [(record.id, record.fields["@name"], record.fields["@active"]) for record in records] == [
        ("1", "Ann Lee", True),
        ("2", "q@x.example", True),
        ("3", None, False),
    ]
    assert not any(record.archived for record in records)


def stage(id_, label, probability, closed, **more):
    return {
        "id": id_,
        "label": label,
        "displayOrder": 1,
        "metadata": {"isClosed": closed, "probability": probability},
        **more,
    }


def test_a_stage_is_won_when_it_is_closed_and_certain():
    stages = [
        stage("open", "Open", "0.2", "false"),
        stage("won", "Won", "1.0", "true"),
        stage("lost", "Lost", "0.0", "true"),
        stage("sure", "Sure", "1.0", "false"),
        {"id": "bare", "label": "Bare"},
    ]
    live = {"results": [{"id": "default", "stages": stages}]}
    old = {"results": [{"id": "default", "stages": [*stages, stage("old", "Old", "0.1", "false", archived=True)]}]}
    (found,) = pull_stages(FakeWire(pages=Pages(live, old)), STAGE_FIELDS)

    flags = {r.id: (r.fields["@closed"], r.fields["@won"], r.fields["@active"]) for r in found.records}
    assert flags == {
        "default/open": (False, False, True),
        "default/won": (True, True, True),
        "default/lost": (True, False, True),
        "default/sure": (False, False, True),
        "default/bare": (False, False, True),
        "default/old": (False, False, False),
    }
