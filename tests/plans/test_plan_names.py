"""People and parts are looked up in a plan while it changes, and in files of many lines."""

from __future__ import annotations

from time import process_time

import pytest

from connector.plans.draft import Draft
from connector.plans.finding import UnknownNameError
from connector.plans.known import KnownAccount
from connector.plans.parts import put_part
from connector.plans.people import add_person, change_person, find_person
from connector.plans.values import PlanError
from mappings.account_plan import AccountPlan
from mappings.entities import Account, Contact
from mappings.strategy import Entity


def draft_of(contacts: dict[str, Contact]) -> Draft:
    nothing: dict[str, str | None] = {}
    empty = ((), (), nothing, nothing, {}, {}, ())
    return Draft(KnownAccount("crm", "a", Account(name="Acme"), AccountPlan(), contacts, contacts, {}, *empty))


def add_in_vain(draft: Draft, name: str) -> None:
    with draft.all_or_none():
        find_person(draft, add_person(draft, name, placeholder=True))
        add_person(draft, " ", placeholder=True)


def test_who_is_added_is_found_until_the_line_is_taken_back():
    draft = draft_of({"1": Contact(first_name="Ada", last_name="Byron")})
    assert find_person(draft, "ada byron") == "1"
    made = add_person(draft, "Head of purchasing", placeholder=True)
    assert find_person(draft, "head of purchasing") == made
    with pytest.raises(PlanError):
        add_in_vain(draft, "Bo Li")
    with pytest.raises(UnknownNameError):
        find_person(draft, "Bo Li")


def test_who_is_renamed_is_not_found_by_the_former_name():
    draft = draft_of({})
    made = add_person(draft, "Bo Li", placeholder=False)
    assert find_person(draft, "bo li") == made
    change_person(draft, made, {"name": "Bo Berg"})
    assert find_person(draft, "bo berg") == made
    with pytest.raises(UnknownNameError):
        find_person(draft, "Bo Li")


def test_finding_everybody_of_a_large_account_takes_no_longer_than_reading_their_names_some_times():
    people = {
        str(one): Contact(first_name="P", last_name=f"N{one}", email=f"p{one}@acme.example") for one in range(3000)
    }
    draft, began = draft_of(people), process_time()
    assert [find_person(draft, f"p{one}@acme.example") for one in range(3000)] == list(people)
    assert process_time() - began < 5


def test_answers_of_many_people_at_one_account_are_told_apart_in_seconds():
    people = {str(one): Contact(account="a") for one in range(400)}
    draft, began = draft_of(people), process_time()
    for _again in range(2):
        for one in people:
            put_part(draft, Entity.ANSWER, {"person": one, "survey": "nps", "score": 9, "answered_on": "2026-01-01"})
    assert len(draft.shelf(Entity.ANSWER)) == len(people)
    assert process_time() - began < 8
