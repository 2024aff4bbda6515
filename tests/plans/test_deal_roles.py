"""What people say of somebody's part in a deal counts beside what the CRM says."""

from __future__ import annotations

import pytest
from acme_mirror import acme, known, put, saved
from sqlalchemy import Engine

from adapters.base import Kind
from connector.config.connection import Authority
from connector.plans.deal_roles import overlay_deal_contacts
from connector.plans.draft import Draft
from connector.plans.overlay import Times, Umpire
from connector.plans.parts import put_part
from mappings.account_plan import AccountPlan
from mappings.entities import DealContact
from mappings.strategy import DealPart, Entity
from mappings.vocabulary import Role, Stance

PLANS = {"a": AccountPlan(deal_parts={"x": DealPart(deal="d", stakeholder="p", role=Role.COACH)})}


def settled(authority: Authority, *links: DealContact) -> list[DealContact]:
    return overlay_deal_contacts(links, PLANS, Umpire({"role": authority}, Times({}, {})))


@pytest.mark.parametrize(
    ("authority", "role"),
    [(Authority.LOCAL, Role.COACH), (Authority.LATEST, Role.COACH), (Authority.CRM, Role.ECONOMIC)],
)
def test_whose_word_on_a_deal_counts_is_the_admins_choice(authority: Authority, role: Role):
    crm = DealContact(deal="d", contact="p", role=Role.ECONOMIC, stance=Stance.CHAMPION)
    assert [(one.role, one.stance) for one in settled(authority, crm)] == [(role, Stance.CHAMPION)]


def test_a_part_that_only_the_plan_knows_counts_and_others_stay_as_they_are():
    other = DealContact(deal="e", contact="p", role=Role.USER)
    assert settled(Authority.CRM, other) == [other, DealContact(deal="d", contact="p", role=Role.COACH)]


def test_a_role_on_a_deal_is_known_with_the_account(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        put_part(draft, Entity.DEAL_PART, {"deal": "d1", "stakeholder": "7", "role": "coach"})
        links = saved(connection, draft).deal_contacts
        assert ("d1", "7", Role.COACH) in {(one.deal, one.contact, one.role) for one in links}


def test_a_conflict_over_a_part_in_a_deal_is_listed(memory: Engine):
    with acme(memory) as connection:
        put(connection, Kind.DEAL_CONTACT, "d1:7", deal="d1", contact="7", role="user", stance="champion")
        draft = Draft(known(connection))
        put_part(draft, Entity.DEAL_PART, {"deal": "d1", "stakeholder": "7", "role": "coach", "stance": "champion"})
        found = [(one.person, one.field, one.local, one.crm, one.holds) for one in saved(connection, draft).conflicts]
        assert found == [("7", "role (deal d1)", Role.COACH, Role.USER, Role.COACH)]
