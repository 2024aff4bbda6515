"""The rules of a plan hold whoever changes it; what is written is the same on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from acme_mirror import NAME, NOW, PEN, TODAY, acme, known, saved
from sqlalchemy import Engine

from connector.plans.actions import add_action, change_action, find_action
from connector.plans.any_part import change_part
from connector.plans.draft import ASSUMED, CONFIRMED, Draft
from connector.plans.exchange.forms import FormName
from connector.plans.exchange.lines import Applying, apply_line
from connector.plans.finding import UnknownNameError
from connector.plans.gaps import find_gaps
from connector.plans.identity import identify
from connector.plans.ids import person_id
from connector.plans.parts import find_part, put_part
from connector.plans.pen import Pen
from connector.plans.people import add_person, change_person, find_person, remove_person
from connector.plans.reviews import add_review, find_review, hold_review
from connector.plans.values import PlanError
from connector.store.erasures import mark_erased
from mappings.strategy import ActionStatus, Entity, ReviewKind
from mappings.vocabulary import Stance


def test_a_person_is_found_by_id_address_or_name_whatever_the_case(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        found = [find_person(draft, text) for text in ("7", "ZOE@acme.test", "zoé martin", "Martin  Zoe\u0301")]
    assert found == ["7", "7", "7", "7"]


def test_two_people_of_one_name_are_not_guessed_between(memory: Engine):
    with acme(memory) as connection, pytest.raises(PlanError, match="one of 8, 9"):
        find_person(Draft(known(connection)), "Ben Smith")


def test_an_unknown_person_is_refused_with_the_nearest_name(memory: Engine):
    with acme(memory) as connection, pytest.raises(UnknownNameError, match='did you mean "Zoé Martin"'):
        find_person(Draft(known(connection)), "Zoe Martain")


def test_people_of_other_accounts_are_unknown_here(memory: Engine):
    with acme(memory) as connection, pytest.raises(UnknownNameError):
        find_person(Draft(known(connection)), "cleo@borealis.test")


def test_a_circle_of_bosses_is_refused_and_changes_nothing(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        change_person(draft, "7", {"reports_to": "8"})
        change_person(draft, "8", {"reports_to": "9"})
        edits = list(draft.edits)
        with pytest.raises(PlanError, match=r"Ben Smith → Zoé Martin → Ben Smith → Ben Smith is a circle"):
            change_person(draft, "9", {"reports_to": "7", "role": "user"})
        with pytest.raises(PlanError, match="circle"):
            change_person(draft, "9", {"reports_to": "9"})
        assert draft.edits == edits


def test_somebody_known_to_exist_has_the_same_id_each_time(engine: Engine):
    with acme(engine) as connection:
        draft = Draft(known(connection))
        first = add_person(draft, "Head of IT", placeholder=True)
        again = add_person(draft, "head  of it", placeholder=True)
        after = saved(connection, draft)
    assert first == again == person_id("a", "Head of IT") != person_id("b", "Head of IT")
    assert first.startswith("~")
    assert after.called(first) == "Head of IT"
    assert after.plan.stakeholders[first].placeholder is True


def test_what_the_crm_says_of_its_contacts_is_not_changed_here(memory: Engine):
    with acme(memory) as connection, pytest.raises(PlanError, match="title"):
        change_person(Draft(known(connection)), "7", {"title": "CEO"})


def test_a_judgement_is_assumed_until_somebody_says_it_was_confirmed(engine: Engine):
    evidence = []
    with acme(engine) as connection:
        for said in (None, CONFIRMED, None):
            draft = Draft(known(connection))
            change_person(draft, "7", {"stance": "champion", "personal_stakes": "A promotion"}, said)
            after = saved(connection, draft)
            evidence.append(after.said[Entity.STAKEHOLDER, "7", "stance"].evidence)
    assert evidence == [ASSUMED, CONFIRMED, CONFIRMED]
    assert after.said[Entity.STAKEHOLDER, "7", "personal_stakes"].evidence is None


def test_somebody_to_whom_others_point_stays_until_they_do_not(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        boss = add_person(draft, "Head of IT", placeholder=True)
        change_person(draft, "7", {"reports_to": boss})
        with pytest.raises(PlanError, match="stakeholder 7"):
            remove_person(draft, boss)
        change_person(draft, "7", {"reports_to": None})
        remove_person(draft, boss)
        assert boss not in saved(connection, draft).people


def test_the_date_first_promised_stays_when_the_due_date_moves(engine: Engine):
    with acme(engine) as connection:
        draft = Draft(known(connection))
        id_ = add_action(draft, {"title": "Call Zoé", "due": "2026-12-01", "stakeholder": "zoe@acme.test"}, TODAY)
        change_action(draft, id_, {"due": "2026-12-15"}, TODAY)
        with pytest.raises(PlanError, match="2026-12-01 was promised first"):
            change_action(draft, id_, {"first_due": "2026-12-15"}, TODAY)
        action = saved(connection, draft).plan.actions[id_]
    assert (action.first_due, action.due) == (date(2026, 12, 1), date(2026, 12, 15))
    assert (action.status, action.stakeholder) == (ActionStatus.OPEN, "7")


def test_a_date_set_later_is_the_date_first_promised(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        id_ = add_action(draft, {"title": "Call Zoé"}, TODAY)
        change_action(draft, id_, {"due": "2026-12-15"}, TODAY)
        assert saved(connection, draft).plan.actions[id_].first_due == date(2026, 12, 15)


def test_done_sets_the_day_and_opening_again_takes_it_back(engine: Engine):
    with acme(engine) as connection:
        draft = Draft(known(connection))
        id_ = add_action(draft, {"title": "Call Zoé"}, TODAY)
        change_action(draft, id_, {"status": "done"}, TODAY)
        done = saved(connection, draft).plan.actions[id_]
        again = Draft(known(connection))
        change_action(again, id_, {"status": "open"}, TODAY)
        reopened = saved(connection, again).plan.actions[id_]
    assert (done.status, done.done_on) == (ActionStatus.DONE, TODAY)
    assert (reopened.status, reopened.done_on) == (ActionStatus.OPEN, None)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"done_on": "2030-01-01"}, "has not come yet"),
        ({"status": "cancelled", "done_on": "2026-01-01"}, "has none"),
        ({"stakeholder": "Nobody"}, "no person"),
        ({"deal": "Nothing"}, "no deal"),
        ({"objective": "Nothing"}, "no objective"),
    ],
)
def test_an_action_that_makes_no_sense_is_refused(memory: Engine, values: dict[str, str], reason: str):
    with acme(memory) as connection, pytest.raises(PlanError, match=reason):
        add_action(Draft(known(connection)), {"title": "Call"} | values, TODAY)


def test_a_title_may_come_again_once_the_action_is_over(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        first = add_action(draft, {"title": "Call"}, TODAY)
        with pytest.raises(PlanError, match="is open"):
            add_action(draft, {"title": "call"}, TODAY)
        change_action(draft, first, {"status": "done"}, TODAY)
        second = add_action(draft, {"title": "Call"}, TODAY)
        assert first != second
        assert find_action(draft, second[:6]) == second


def test_a_part_said_again_is_the_same_part(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        first = put_part(draft, Entity.CELL, {"line": "radar", "potential": "1000"})
        second = put_part(draft, Entity.CELL, {"line": "Radar", "blocked": "no budget"})
        cell = saved(connection, draft).plan.cells[first]
    assert first == second
    assert (cell.unit, cell.line, str(cell.potential), cell.blocked) == ("a", "Radar", "1000", "no budget")


def test_a_part_taken_out_comes_back_without_what_was_said_of_it(engine: Engine):
    with acme(engine) as connection:
        draft = Draft(known(connection))
        id_ = put_part(draft, Entity.COMPETITOR, {"name": "Rival", "strength": "4"})
        draft.remove(Entity.COMPETITOR, id_)
        assert saved(connection, draft).plan.competitors == {}
        again = Draft(known(connection))
        put_part(again, Entity.COMPETITOR, {"name": "rival"})
        (competitor,) = saved(connection, again).plan.competitors.values()
    assert (competitor.name, competitor.strength) == ("rival", None)


@pytest.mark.parametrize(
    ("entity", "values", "reason"),
    [
        (Entity.CELL, {"line": "Radra"}, 'did you mean "Radar"'),
        (Entity.CELL, {"line": "Radar", "unit": "Borealis"}, "no unit"),
        (Entity.INFLUENCE_LINE, {"source": "7", "target": "zoe@acme.test"}, "to themselves"),
        (Entity.DEAL_PART, {"deal": "Radar fleet", "stakeholder": "Ben Smith"}, "one of 8, 9"),
        (Entity.ANSWER, {"survey": "csat", "score": "9", "answered_on": "2026-01-01"}, "1 to 5"),
        (Entity.RISK, {"owner": "anna"}, "needs text"),
        (Entity.OBJECTIVE, {"text": "x", "due": "soon"}, "due"),
    ],
)
def test_a_part_that_makes_no_sense_is_refused(memory: Engine, entity: Entity, values: dict[str, str], reason: str):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        with pytest.raises(PlanError, match=reason):
            put_part(draft, entity, values)
        assert draft.edits == []


def test_a_unit_below_the_account_has_cells_of_its_own(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        id_ = put_part(draft, Entity.CELL, {"unit": "acme iberia", "line": "Lidar"})
        cell = saved(connection, draft).plan.cells[id_]
        assert find_part(draft, Entity.CELL, id_[:5]) == id_
    assert (cell.unit, cell.line) == ("a2", "p2")


def test_a_review_is_due_once_and_held_on_a_day_that_has_come(engine: Engine):
    with acme(engine) as connection:
        draft = Draft(known(connection))
        id_ = add_review(draft, ReviewKind.DEEP, date(2026, 11, 20), ["account_manager", "sales_direction"])
        with pytest.raises(PlanError, match="already"):
            add_review(draft, ReviewKind.DEEP, date(2026, 11, 20), [])
        assert find_review(draft, "deep") == id_
        with pytest.raises(PlanError, match="has not come yet"):
            hold_review(draft, id_, date(2027, 1, 1), TODAY, {})
        hold_review(draft, id_, TODAY, TODAY, {"attended": "Anna; Ben", "decisions": ""})
        review = saved(connection, draft).plan.reviews[id_]
        with pytest.raises(PlanError, match="no deep review is waiting"):
            find_review(draft, "deep")
    assert (review.required, review.attended, review.decisions) == (
        "account_manager; sales_direction",
        "Anna; Ben",
        None,
    )


def add_a_friend(draft: Draft) -> None:
    with draft.all_or_none():
        add_person(draft, "Head of IT", placeholder=True)
        change_person(draft, "7", {"stance": "friend"})


def test_a_block_that_fails_leaves_the_draft_as_it_was(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        with pytest.raises(PlanError):
            add_a_friend(draft)
        assert (draft.edits, dict(draft.shelf(Entity.STAKEHOLDER))) == ([], {})
        with pytest.raises(UnknownNameError):
            find_person(draft, "Head of IT")


def test_the_same_amount_written_otherwise_is_no_change(engine: Engine):
    with acme(engine) as connection:
        draft = Draft(known(connection))
        draft.write(Entity.PLAN, "a", {"potential_revenue": "1200.50"})
        saved(connection, draft)
        again = Draft(known(connection))
        again.write(Entity.PLAN, "a", {"potential_revenue": "1200.5"})
        assert again.edits == []


def test_half_a_character_is_refused(memory: Engine):
    with acme(memory) as connection, pytest.raises(PlanError, match="half a character"):
        Draft(known(connection)).write(Entity.PLAN, "a", {"objective": "a\ud800"})


def test_stances_of_people_here_count_over_the_crms(engine: Engine):
    with acme(engine) as connection:
        draft = Draft(known(connection))
        change_person(draft, "8", {"stance": "opponent", "role": "user"})
        after = saved(connection, draft)
    assert (after.people["8"].stance, after.people["8"].role) == (Stance.OPPONENT, "user")
    assert [(one.field, one.crm) for one in after.conflicts] == [("role", "economic")]


def test_a_placeholder_that_turns_out_to_be_a_contact_takes_all_that_was_said_along(engine: Engine):
    with acme(engine) as connection:
        draft = Draft(known(connection))
        head = add_person(draft, "Head of IT", placeholder=True)
        change_person(draft, head, {"role": "technical", "stance": "champion", "influence": "4"}, CONFIRMED)
        change_person(draft, "8", {"reports_to": head})
        put_part(draft, Entity.INFLUENCE_LINE, {"source": head, "target": "9", "strength": "3"})
        add_action(draft, {"title": "Call", "stakeholder": head}, TODAY)
        saved(connection, draft)
        ben = Pen(NAME, "ben", NOW + timedelta(days=1))
        after = identify(connection, ben, Draft(known(connection)), ("head of it", "7"), {})
    zoe = after.plan.stakeholders["7"]
    said = after.said[Entity.STAKEHOLDER, "7", "stance"]
    assert head not in after.people
    assert (zoe.role, zoe.stance, zoe.name, zoe.placeholder) == ("technical", "champion", None, None)
    assert (said.author, said.at, said.evidence) == ("anna", NOW, CONFIRMED)
    assert after.plan.stakeholders["8"].reports_to == "7"
    assert [line.source for line in after.plan.influence_lines.values()] == ["7"]
    assert [action.stakeholder for action in after.plan.actions.values()] == ["7"]


def test_a_contact_is_not_made_its_own_boss_by_being_identified(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        head = add_person(draft, "Head of IT", placeholder=True)
        change_person(draft, head, {"reports_to": "8"})
        change_person(draft, "8", {"reports_to": "7"})
        saved(connection, draft)
        for people, reason in ((("7", "8"), "already"), ((head, head), "no contact"), ((head, "7"), "circle")):
            with pytest.raises(PlanError, match=reason):
                identify(connection, PEN, Draft(known(connection)), people, {})


@pytest.mark.parametrize("person", ["9", person_id("a", "Paul Roe")])
def test_of_somebody_who_was_erased_nothing_is_said_again(memory: Engine, person: str):
    with acme(memory) as connection:
        mark_erased(connection, NAME, [person], NOW)
        draft = Draft(known(connection))
        for say in (
            lambda: find_person(draft, person),
            lambda: change_person(draft, "7", {"reports_to": person}),
            lambda: add_action(draft, {"title": "Call", "stakeholder": person}, TODAY),
            lambda: put_part(draft, Entity.DEAL_PART, {"deal": "d1", "stakeholder": person, "role": "coach"}),
            lambda: apply_line(FormName.STAKEHOLDERS, draft, {"person": person, "name": "Paul Roe"}, Applying(TODAY)),
            lambda: apply_line(FormName.NPS, draft, {"person": person, "score": 9}, Applying(TODAY)),
        ):
            with pytest.raises(PlanError, match="was erased"):
                say()
        assert draft.edits == []


def test_any_part_is_changed_by_its_id_and_stays_the_same_part(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        risk = put_part(draft, Entity.RISK, {"text": "Merger", "owner": "anna"})
        review = add_review(draft, ReviewKind.DEEP, TODAY, [])
        change_part(draft, risk[:6], {"text": "Takeover", "owner": ""}, TODAY)
        change_part(draft, review, {"decisions": "Go on", "held_on": str(TODAY)}, TODAY)
        after = saved(connection, draft)
        assert (after.plan.risks[risk].text, after.plan.risks[risk].owner) == ("Takeover", None)
        assert put_part(Draft(after), Entity.RISK, {"text": "takeover"}) == risk
        assert after.plan.reviews[review].held_on == TODAY
        for values, reason in (({}, "nothing to set"), ({"text": ""}, "needs"), ({"txet": "x"}, "did you mean")):
            with pytest.raises(PlanError, match=reason):
                change_part(Draft(after), risk, values, TODAY)


def test_somebody_known_here_alone_whom_the_crm_has_by_now_is_a_gap(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        add_person(draft, "zoé  MARTIN", placeholder=False)
        add_person(draft, "Paul Roe", placeholder=False)
        gaps = find_gaps(saved(connection, draft), [])
    assert [gap for gap in gaps if "identify" in gap] == ["zoé  MARTIN: is it contact 7 of the CRM? (identify)"]
