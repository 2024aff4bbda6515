from __future__ import annotations

import pytest

from adapters.base import Cursor, Kind, Reading
from adapters.errors import FatalError, SchemaError, TransientError


def test_the_check_says_which_organisation_is_there(crm):
    organisation = crm.check()
    assert organisation.id
    assert organisation.currency == "EUR"
    assert crm.check() == organisation


def test_a_wrong_token_is_fatal_and_its_message_does_not_repeat_it(bench):
    crm = bench.connect_with_wrong_token()
    with pytest.raises(FatalError) as error:
        crm.check()
    assert not isinstance(error.value, SchemaError)
    assert "0815" not in f"{error.value.message} {error.value!r}"
    crm.close()


def test_a_host_that_does_not_answer_is_transient(bench):
    crm = bench.connect_to_nowhere()
    with pytest.raises(TransientError):
        crm.check()
    crm.close()


def test_connecting_makes_no_request(bench):
    before = bench.requests()
    bench.connect().close()
    assert bench.requests() == before


def test_every_request_is_counted_once(bench, mapping):
    other = bench.connect()
    before = bench.requests()
    other.check()
    other.permissions()
    for kind in (Kind.ACCOUNT, Kind.DEAL, Kind.USER, Kind.STAGE):
        list(other.pull(kind, mapping.fields(kind)))
    list(other.ids(Kind.CONTACT))
    assert sum(other.limits().calls.values()) == bench.requests() - before
    other.close()


def test_a_call_that_was_answered_with_no_counts_too(bench):
    crm = bench.connect_with_wrong_token()
    with pytest.raises(FatalError):
        crm.check()
    assert sum(crm.limits().calls.values()) >= 1
    crm.close()


def test_asking_for_the_limits_makes_no_request(bench, crm):
    crm.check()
    before = bench.requests()
    crm.limits()
    assert bench.requests() == before


def test_a_user_with_every_permission_finds_no_fault(crm):
    findings = crm.permissions()
    assert findings
    assert [finding for finding in findings if finding.level == "failing"] == []


def test_every_kind_is_read_in_a_way_that_can_be_followed(crm):
    sources = {kind: source for kind in Kind if (source := crm.source(kind))}
    needed = {Kind.USER, Kind.STAGE, Kind.PRODUCT, Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL, Kind.DEAL_CONTACT}
    assert needed <= set(sources)
    for source in sources.values():
        assert (source.reading is Reading.CHILDREN) == (source.parent is not None)
        if source.parent:
            assert sources[source.parent].reading is Reading.INCREMENTAL


def test_describe_lists_what_a_pull_accepts(crm):
    for kind in (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL, Kind.USER, Kind.STAGE):
        assert list(crm.pull(kind, sorted(crm.describe(kind))))


def test_described_fields_bear_their_own_names_and_say_what_they_are(crm):
    for kind in (Kind.ACCOUNT, Kind.DEAL):
        schema = crm.describe(kind)
        assert {name: info.name for name, info in schema.items()} == {name: name for name in schema}
        assert all(info.type and info.label for info in schema.values())


def test_describing_twice_asks_once(bench, crm):
    crm.describe(Kind.ACCOUNT)
    before = bench.requests()
    crm.describe(Kind.ACCOUNT)
    assert bench.requests() == before


@pytest.mark.parametrize("since", [None, "cursor"])
def test_an_unknown_field_is_a_schema_error_before_the_first_page(crm, mapping, since):
    if since:
        since = max(page.cursor or Cursor.min for page in crm.pull(Kind.ACCOUNT, mapping.fields(Kind.ACCOUNT)))
    with pytest.raises(SchemaError, match="no_such_field"):
        next(iter(crm.pull(Kind.ACCOUNT, [*mapping.fields(Kind.ACCOUNT), "no_such_field"], since)))


@pytest.mark.parametrize("kind", [Kind.ACCOUNT, Kind.STAGE])
def test_a_kind_that_has_no_parent_is_not_read_as_children(crm, kind):
    with pytest.raises(SchemaError):
        list(crm.children(kind, [], ["1"]))


def test_closing_twice_does_no_harm(bench):
    crm = bench.connect()
    crm.check()
    crm.close()
    crm.close()
