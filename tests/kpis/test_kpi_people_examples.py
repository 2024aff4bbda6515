"""Worked examples: who is who, who counts, and who has left."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from acme import deal, kpi, on_deal, person, result, won
from companies import EVERYTHING, T

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.compute import compute_orphan_deals
from connector.kpis.facts import Facts, Reference, Terms
from connector.kpis.result import Kpi, Status
from mappings.entities import AccountContact, Contact, Deal, DealContact
from mappings.vocabulary import Role, Stance

KNOWN = {"role": Role.USER, "influence": 3, "stance": Stance.NEUTRAL}


def relation(**fields):
    return AccountContact(account="acme", contact="c1", **fields)


def test_neutral_is_known_and_unknown_is_not_neutral():
    people = [person(**KNOWN), person(**KNOWN | {"stance": None})]
    assert kpi("stakeholder_coverage", contacts=people) == Kpi(Decimal("0.5"), Status.OK, 2, 1, 2)


def test_coverage_of_nobody_is_unknown_and_counts_of_nobody_are_zero():
    assert kpi("stakeholder_coverage").status is Status.NO_DATA
    assert kpi("stakeholders_identified") == Kpi(0, Status.OK, 0)
    assert kpi("role_coverage") == Kpi(Decimal(0), Status.OK, 0, 0, 4)


def test_someone_on_an_open_deal_is_identified_before_the_role_is_known():
    people = {"contacts": [person(), person(), person(role=Role.OTHER)], "deals": [deal(), won("2026-05-01")]}
    links = [on_deal("c1"), on_deal("c2", "d2"), on_deal("c3")]
    assert kpi("stakeholders_identified", deal_contacts=links, **people).value == 1


def test_one_person_counts_once_though_on_two_deals():
    company = {"contacts": [person()], "deals": [deal(), deal()], "deal_contacts": [on_deal("c1"), on_deal("c1", "d2")]}
    assert kpi("stakeholders_identified", **company).value == 1
    assert kpi("threads_per_deal", **company) == Kpi(Decimal(1), Status.OK, 2, 2, 2)


@pytest.mark.parametrize(
    "gone", [{"contacts": [person(**KNOWN, departed=True)]}, {"account_contacts": [relation(active=False)]}]
)
def test_those_who_left_count_nowhere(gone):
    company = {"contacts": [person(**KNOWN)], "deals": [deal()], "deal_contacts": [on_deal("c1")], **gone}
    found = result(**company)
    assert found.kpis["stakeholders_identified"].value == 0
    assert found.deals["d1"]["deal_threads"].value == 0


def test_the_most_recent_deal_that_tells_a_role_tells_the_accounts():
    made = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 2)]
    company = {"contacts": [person()], "deals": [deal(created_at=day) for day in made]}
    links = [on_deal("c1", "d1", role=Role.ECONOMIC), on_deal("c1", "d2"), on_deal("c1", "d3", role=Role.OTHER)]
    assert kpi("role_coverage", deal_contacts=links, **company).value == 0
    assert kpi("role_coverage", deal_contacts=links[:2], **company).value == Decimal("0.25")


def test_of_deals_made_at_once_the_higher_id_is_the_later():
    same = [deal() for _ in range(10)]
    links = [on_deal("c1", "d9", stance=Stance.CHAMPION), on_deal("c1", "d10", stance=Stance.NEUTRAL)]
    assert kpi("champions", contacts=[person()], deals=same, deal_contacts=links).value == 0


def test_what_the_contact_says_goes_before_its_relation_and_its_deals():
    said = {"deals": [deal()], "deal_contacts": [on_deal("c1", stance=Stance.CHAMPION)]}
    assert kpi("champions", contacts=[person(stance=Stance.OPPONENT)], **said).value == 0
    assert kpi("champions", contacts=[person()], account_contacts=[relation(stance=Stance.NEUTRAL)], **said).value == 0
    assert kpi("champions", contacts=[person()], **said).value == 1


def test_of_several_roles_on_one_deal_the_first_in_order_holds():
    links = [on_deal("c1", role=Role.COACH), on_deal("c1", role=Role.TECHNICAL)]
    company = {"contacts": [person()], "deals": [deal()], "settings": {"required_roles": ["technical"]}}
    assert kpi("role_coverage", deal_contacts=links, **company).value == 1


@pytest.mark.parametrize(("influence", "number"), [(None, 0), (3, 0), (4, 1), (5, 1)])
def test_an_opponent_is_influential_from_four_on(influence, number):
    people = [person(stance=Stance.OPPONENT, influence=influence)]
    assert kpi("influential_opponents", contacts=people).value == number


def test_a_deal_with_one_person_hangs_by_a_thread():
    company = {"contacts": [person(), person()], "deals": [deal(), deal(amount="500"), deal(amount=None)]}
    links = [on_deal("c1"), on_deal("c2"), on_deal("c1", "d2"), on_deal("nobody", "d2")]
    found = result(deal_contacts=links, **company)
    assert found.kpis["single_threaded_deals"].value == 2
    assert found.kpis["single_threaded_amount"] == Kpi(Decimal(500), Status.OK, 1)
    assert found.deals["d2"]["deal_threads"] == Kpi(1, Status.OK, 1)


def test_a_guest_from_another_account_counts_on_the_deal_alone():
    guest = Contact(account="elsewhere", role=Role.COACH, stance=Stance.CHAMPION)
    found = result(contacts=[guest], deals=[deal()], deal_contacts=[on_deal("c1")])
    assert found.kpis["champions"].value == 0
    assert found.kpis["stakeholders_identified"].value == 0
    assert found.deals["d1"]["deal_champion"] == Kpi(value=True, status=Status.OK, n=1)
    assert found.deals["d1"]["deal_role_coverage"].value == Decimal("0.25")


def test_on_a_deal_the_part_in_the_deal_goes_first():
    sceptic = [person(stance=Stance.OPPONENT, role=Role.OTHER)]
    links = [on_deal("c1", stance=Stance.CHAMPION, role=Role.ECONOMIC)]
    found = result(contacts=sceptic, deals=[deal()], deal_contacts=links).deals["d1"]
    assert found["deal_champion"].value is True
    assert found["deal_role_coverage"].value == Decimal("0.25")


def test_influence_that_nobody_mapped_is_not_configured_and_leaves_the_rest():
    mapped = EVERYTHING - {(Kind.CONTACT, "influence")}
    found = result(contacts=[person(**KNOWN)], reference={"mapped": mapped}).kpis
    assert found["stakeholder_coverage"] == Kpi(None, Status.NOT_CONFIGURED, 0)
    assert found["stakeholders_identified"].value == 1


def test_one_source_of_roles_is_enough():
    mapped = EVERYTHING - {(Kind.CONTACT, "role"), (Kind.ACCOUNT_CONTACT, "role")}
    assert kpi("stakeholders_identified", reference={"mapped": mapped}).status is Status.OK


def test_a_deal_without_an_account_has_the_figures_of_a_deal():
    facts = Facts(
        contacts={"c": Contact(stance=Stance.CHAMPION)},
        deals={"d": Deal(stage="lead"), "e": Deal(account="deleted", stage="lead")},
        deal_contacts=[DealContact(deal="d", contact="c")],
    )
    terms = Terms(KpiSettings(), "EUR", {}, UTC, T)
    found = compute_orphan_deals(facts, Reference(mapped=EVERYTHING, last_complete_pull=T), terms)
    assert (found.account, found.kpis) == (None, {})
    assert found.deals["d"]["deal_champion"].value is True
    assert found.deals["e"]["deal_threads"] == Kpi(0, Status.OK, 0)
