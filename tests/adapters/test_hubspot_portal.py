from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hubspot_portal_bench import serving_portal

from adapters.base import FieldAction, FieldSpec, FieldType, Kind, Outcome, Reading, Update
from adapters.catalogue import connect, list_crms
from adapters.errors import FatalError, LimitReachedError
from adapters.settings import ConnectionSettings
from sandbox.hubspot.portal.settings import Settings

TYPES = {
    FieldType.COUNT: 3,
    FieldType.NUMBER: Decimal("1.50"),
    FieldType.FRACTION: Decimal("0.625"),
    FieldType.MONEY: Decimal("1000000.00"),
    FieldType.DATE: date(2026, 3, 1),
    FieldType.MOMENT: datetime(2026, 3, 1, 1, 2, 3, tzinfo=UTC),
    FieldType.TEXT: "ça va 🙂",
    FieldType.YES_NO: False,
}
SPECS = [
    FieldSpec(kind, type_.value, f"playmaker_{type_.value}", type_.value.title(), "What it is", type_, 2, "EUR")
    for kind in (Kind.ACCOUNT, Kind.DEAL)
    for type_ in TYPES
]
BY_NAME = {spec.name: spec for spec in SPECS}
OAUTH = {"client_id": "sandbox-client", "client_secret": "sandbox-token", "refresh_token": "sandbox-refresh-token"}


@pytest.fixture
def portal():
    with serving_portal() as bench:
        yield bench


def actions(changes):
    return {change.action for change in changes}


def test_hubspot_is_found_by_the_name_of_its_folder():
    assert "hubspot" in list_crms()
    crm = connect("hubspot", ConnectionSettings("emea", auth={"access_token": "pat"}))
    assert crm.field_name("win_rate") == "playmaker_win_rate"
    assert crm.source(Kind.RATE) is None
    assert crm.source(Kind.DEAL_HISTORY).reading is Reading.CHILDREN
    assert sum(crm.limits().calls.values()) == 0


def test_the_portal_says_who_it_is(portal):
    crm = portal.connect()
    organisation = crm.check()
    assert (organisation.id, organisation.currency, organisation.multi_currency) == ("147258369", "EUR", True)
    assert crm.limits().daily_limit == 650_000
    assert crm.limits().daily_used == 1


def test_a_wrong_token_is_fatal_and_asked_about_once(portal):
    with pytest.raises(FatalError, match="emea"):
        portal.connect({"access_token": "wrong"}).check()
    assert len(portal.log()) == 1


@pytest.mark.parametrize("family", ["2026-09", "v3"])
def test_fields_are_planned_created_and_left_alone_the_second_time(portal, family):
    crm = portal.connect(api_version=family)
    assert actions(crm.plan_fields(SPECS)) == {FieldAction.CREATE}
    assert not any(line.startswith("POST /crm") for line in portal.log())

    assert actions(crm.ensure_fields(SPECS)) == {FieldAction.CREATE}
    assert actions(crm.ensure_fields(SPECS)) == actions(portal.connect().plan_fields(SPECS)) == {FieldAction.KEEP}
    assert {change.spec for change in crm.plan_fields(SPECS)} == set(SPECS)
    assert crm.describe(Kind.ACCOUNT)["playmaker_text"].help == "What it is"


def test_a_fraction_is_shown_as_a_percentage_where_the_family_can_say_so(portal):
    portal.connect(api_version="v3").ensure_fields(SPECS)
    definition = portal.call("GET", "/crm/v3/properties/companies/playmaker_fraction")
    assert (definition["numberDisplayHint"], definition["groupName"]) == ("percentage", "playmaker")


def test_fields_whose_creation_was_answered_by_silence_are_there_all_the_same(portal):
    portal.break_down(
        "reset_after", method="POST", path="/crm/properties/2026-09/(companies|deals)(/groups)?$", times=4
    )
    changes = portal.connect().ensure_fields(SPECS)
    assert actions(changes) <= {FieldAction.CREATE, FieldAction.KEEP}
    assert actions(portal.connect().plan_fields(SPECS)) == {FieldAction.KEEP}


def test_a_field_of_another_type_is_a_conflict_and_is_not_touched(portal):
    crm = portal.connect()
    crm.ensure_fields(SPECS)
    other = FieldSpec(Kind.ACCOUNT, "text", "playmaker_text", "Text", "Other", FieldType.NUMBER)
    (change,) = crm.ensure_fields([other])
    assert (change.action, "string" in change.detail) == (FieldAction.CONFLICT, True)
    assert portal.connect().describe(Kind.ACCOUNT)["playmaker_text"].help == "What it is"


def test_values_of_every_type_arrive_and_none_clears_them(portal):
    crm = portal.connect()
    crm.ensure_fields(SPECS)
    id_ = next(iter(portal.live("companies")))
    values = {f"playmaker_{type_.value}": value for type_, value in TYPES.items()}
    (written,) = crm.push([Update(Kind.ACCOUNT, id_, values)], BY_NAME)
    assert written.outcome is Outcome.WRITTEN
    properties = portal.live("companies")[id_]["properties"]
    assert Decimal(properties["playmaker_money"]) == Decimal(1000000)
    assert (properties["playmaker_yes_no"], properties["playmaker_text"]) == ("false", "ça va 🙂")
    assert properties["playmaker_date"] == "2026-03-01"

    (cleared,) = crm.push([Update(Kind.ACCOUNT, id_, dict.fromkeys(values))], BY_NAME)
    assert cleared.outcome is Outcome.WRITTEN
    assert not any(portal.live("companies")[id_]["properties"].get(name) for name in values)


@pytest.mark.parametrize("action", ["reset_before", "reset_after", "truncate"])
def test_a_write_whose_answer_is_lost_is_repeated_without_harm(portal, action):
    crm = portal.connect()
    crm.ensure_fields(SPECS)
    ids = list(portal.live("companies"))
    portal.break_down(action, path="batch/update")
    results = crm.push([Update(Kind.ACCOUNT, id_, {"playmaker_count": 5}) for id_ in ids], BY_NAME)
    assert [(result.id, result.outcome) for result in results] == [(id_, Outcome.WRITTEN) for id_ in ids]


def test_a_write_touches_only_the_fields_that_it_names(portal):
    crm = portal.connect()
    crm.ensure_fields(SPECS)
    id_ = next(iter(portal.live("companies")))
    before = portal.live("companies")[id_]["properties"]
    list(crm.push([Update(Kind.ACCOUNT, id_, {"playmaker_count": 5})], BY_NAME))
    after = portal.live("companies")[id_]["properties"]
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == {"playmaker_count", "hs_lastmodifieddate"}


@pytest.mark.parametrize("takes_writes", [True, False])
def test_a_survivor_keeps_its_value_when_only_the_merged_record_is_pushed(takes_writes):
    with serving_portal(settings=Settings(old_ids_take_writes=takes_writes)) as bench:
        crm = bench.connect()
        crm.ensure_fields(SPECS)
        winner, loser = list(bench.live("companies"))[:2]
        survivor = bench.sandbox.merge("companies", winner, loser)
        list(crm.push([Update(Kind.ACCOUNT, survivor, {"playmaker_count": 1})], BY_NAME))

        (result,) = crm.push([Update(Kind.ACCOUNT, loser, {"playmaker_count": 2})], BY_NAME)
        assert result.outcome is Outcome.GONE
        assert bench.live("companies")[survivor]["properties"]["playmaker_count"] == "1"


def test_a_spent_daily_limit_stops_at_once(portal):
    portal.break_down("status", status=429, policy="DAILY", times=9)
    with pytest.raises(LimitReachedError):
        portal.connect().check()
    assert len(portal.log()) == 1


def test_permissions_are_all_granted_by_a_token_with_every_scope_and_change_nothing():
    with serving_portal(settings=Settings(service_hub=True)) as portal:
        before = portal.sandbox.state()
        crm = portal.connect()
        findings = [*crm.permissions(), *crm.setup_permissions(), *crm.surroundings([])]
        assert {finding.level for finding in findings} == {"ok"}
        assert portal.sandbox.state() == before


def test_a_portal_without_feedback_has_no_answers_and_lacks_nothing(portal):
    before = len(portal.log())
    crm = portal.connect()
    assert [crm.source(Kind.NPS_ANSWER) for _ in range(3)] == [None] * 3
    assert crm.describe(Kind.NPS_ANSWER) == {}
    asked = [path for path in portal.log()[before:] if "feedback" in path]
    assert len(asked) == 1, "it is asked once"
    (feedback,) = [one for one in crm.permissions() if one.subject == "read feedback_submissions"]
    assert feedback.level == "note"
    assert "crm.objects.feedback_submissions.read" in feedback.message


def test_missing_scopes_are_found_and_named():
    granted = frozenset({"crm.objects.companies.read", "crm.schemas.companies.read", "crm.objects.owners.read"})
    with serving_portal(settings=Settings(scopes=granted)) as bench:
        asked = bench.connect()
        findings = {finding.subject: finding for finding in [*asked.permissions(), *asked.setup_permissions()]}
    assert findings["read companies"].level == "ok"
    assert findings["read owners"].level == "ok"
    assert findings["read contacts"].level == "failing"
    assert "crm.objects.contacts.read" in findings["read contacts"].message
    assert findings["write companies"].level == "failing"
    assert "crm.objects.companies.write" in findings["write companies"].message
    assert findings["create companies properties"].level == "warning"
    assert findings["read contacts"].mend


def test_a_missing_scope_stops_a_pull_by_name():
    granted = frozenset({"crm.objects.companies.read", "crm.schemas.companies.read", "crm.schemas.contacts.read"})
    with (
        serving_portal(settings=Settings(scopes=granted)) as bench,
        pytest.raises(FatalError, match=r"crm\.objects\.contacts\.read"),
    ):
        list(bench.connect().pull(Kind.CONTACT, ["email"]))


def test_an_oauth_app_survives_the_end_of_its_sessions_and_keeps_its_rotated_token():
    with serving_portal(settings=Settings(rotate_refresh_tokens=True)) as bench:
        saved = []
        crm = bench.connect(OAUTH, save_refresh_token=saved.append)
        first = crm.check()
        bench.sandbox.expire_sessions()
        assert crm.check() == first
        assert len(saved) == len(set(saved)) == 2
        assert bench.connect({**OAUTH, "refresh_token": saved[-1]}).check() == first


def test_a_dead_refresh_token_is_fatal(portal):
    with pytest.raises(FatalError, match="install the app anew"):
        portal.connect({**OAUTH, "refresh_token": "dead"}).check()
