from __future__ import annotations

import pytest
from hubspot_fake import FakeWire

from adapters.base import Kind
from adapters.errors import TransientError
from adapters.hubspot.associations import Link, choose, read_links, to_record
from adapters.hubspot.objects import LINKS

PLAIN = {"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}
PRIMARY = {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}
BUYER = {"category": "USER_DEFINED", "typeId": 5, "label": "Economic Buyer"}


def row(origin: str, *targets: tuple[int, list[dict]], after: str | None = None) -> dict:
    to = [{"toObjectId": id_, "associationTypes": types} for id_, types in targets]
    paging = {"paging": {"next": {"after": after}}} if after else {}
    return {"from": {"id": origin}, "to": to, **paging}


def read(*answers: dict, ids: tuple[str, ...] = ("1", "2")):
    waiting = list(answers)
    wire = FakeWire(lambda *_: waiting.pop(0))
    return read_links(wire, "deals", "contacts", ids), wire


def test_labels_of_people_are_kept_and_hubspots_own_primary_is_none():
    links, _ = read({"results": [row("1", (10, [PLAIN, BUYER]), (11, [PRIMARY]))]})
    assert links == {"1": [Link("10", ("Economic Buyer",), primary=False), Link("11", (), primary=True)]}


def test_an_association_with_several_pages_is_read_whole():
    links, wire = read(
        {"results": [row("1", (10, [PLAIN]), after="A"), row("2", (20, [PLAIN]))]},
        {"results": [row("1", (11, [PLAIN]), after="B")]},
        {"results": [row("1", (12, [BUYER]))]},
    )
    assert {origin: [link.id for link in found] for origin, found in links.items()} == {
        "1": ["10", "11", "12"],
        "2": ["20"],
    }
    assert [body["inputs"] for _, body in wire.posts] == [
        [{"id": "1"}, {"id": "2"}],
        [{"id": "1", "after": "A"}],
        [{"id": "1", "after": "B"}],
    ]


def test_pages_that_run_in_a_wider_circle_end_in_an_error():
    def answer(_path, body):
        after = "B" if body["inputs"][0].get("after") == "A" else "A"
        return {"results": [{"from": {"id": "1"}, "to": [], "paging": {"next": {"after": after}}}]}

    with pytest.raises(TransientError, match="circle"):
        read_links(FakeWire(answer), "deals", "contacts", ["1"])


def test_pages_that_run_in_a_circle_end_in_an_error():
    same = {"results": [row("1", (10, [PLAIN]), after="A")]}
    with pytest.raises(TransientError, match="circle"):
        read(same, same, same)


@pytest.mark.parametrize(
    "error", [{"subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"}, {"category": "OBJECT_NOT_FOUND"}]
)
def test_a_record_without_associations_or_gone_simply_has_none(error):
    links, _ = read({"results": [row("1", (10, [PLAIN]))], "numErrors": 1, "errors": [error]})
    assert list(links) == ["1"]


def test_any_other_error_of_the_batch_is_not_taken_for_none():
    with pytest.raises(TransientError, match="every record"):
        read({"results": [], "errors": [{"category": "VALIDATION_ERROR", "message": "no"}]})


@pytest.mark.parametrize("answer", [{}, {"results": [{"to": []}]}, {"results": [{"from": {"id": "1"}}]}])
def test_an_answer_of_the_wrong_shape_is_never_no_association(answer):
    with pytest.raises(TransientError, match="cannot be read"):
        read(answer)


@pytest.mark.parametrize(
    ("links", "chosen"),
    [
        ([], None),
        ([Link("1", (), primary=False)], "1"),
        ([Link("1", (), primary=False), Link("2", (), primary=True)], "2"),
        ([Link("1", (), primary=False), Link("2", (), primary=False)], None),
    ],
)
def test_the_primary_company_counts_else_the_only_one_else_none(links, chosen):
    assert choose(links) == chosen


@pytest.mark.parametrize(("kind", "id_"), [(Kind.DEAL_CONTACT, "1:10"), (Kind.ACCOUNT_CONTACT, "10:1")])
def test_a_pair_is_known_by_both_ids_company_or_deal_first(kind, id_):
    link_type = LINKS[kind]
    record = to_record(link_type, "1", Link("10", ("Coach",), primary=False), [link_type.left, "@contact", "@labels"])
    assert record.id == id_
    assert record.fields["@labels"] == ["Coach"]
    assert (record.fields[link_type.left], record.fields["@contact"]) == tuple(id_.split(":"))
