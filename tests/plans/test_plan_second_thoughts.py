"""Plans whose parts were renamed, taken out or said again: nothing is mistaken for what it once was."""

from __future__ import annotations

from datetime import UTC, timedelta

from acme_mirror import NAME, NOW, PEN, TODAY, acme, known, saved
from sqlalchemy import Connection, Engine

from adapters.base import Kind
from connector.config.connection import Authority
from connector.config.kpis import Cadence
from connector.kpis.stages import Stages
from connector.plans.actions import actions_of, add_action, change_action
from connector.plans.agenda import make_agenda
from connector.plans.draft import Draft
from connector.plans.gaps import find_gaps
from connector.plans.known import KnownAccount, read_known
from connector.plans.parts import put_part
from connector.plans.pen import Pen
from connector.plans.people import add_person, change_person
from connector.plans.reviews import add_review, hold_review, put_review, reviews_of
from connector.plans.suggestions import suggest_values
from connector.store.accounts import read_all
from connector.store.mirror_tables import TABLES
from connector.store.plan_values import PlanValue, Side, Source, read_changes, save_values
from mappings.strategy import Entity, Objective, ReviewKind
from mappings.vocabulary import Role, Stance

DAY = timedelta(days=1)


def entered(connection: Connection, person: str, stance: str, source: Source = Source.CRM, days: int = 0) -> None:
    """What somebody entered in the CRM, or a pull found there."""
    value = PlanValue(
        Entity.STAKEHOLDER, person, "stance", "a", f'"{stance}"', source, "crm", NOW + days * DAY, Side.CRM
    )
    save_values(connection, NAME, [value])


def latest(connection: Connection) -> KnownAccount:
    return read_known(connection, NAME, ["a"], {"stance": Authority.LATEST})["a"]


def in_crm(connection: Connection, person: str, **values: object) -> None:
    table = TABLES[Kind.CONTACT]
    connection.execute(table.update().where(table.c.id == person).values(**values))


def test_a_role_held_by_an_outsider_or_somebody_who_left_is_missing(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        change_person(draft, "8", {"departed": True})
        change_person(
            draft, add_person(draft, "Paul Roe", placeholder=False), {"external": "Rival", "role": "economic"}
        )
        now = saved(connection, draft)
        stages = Stages(read_all(connection, NAME, Kind.STAGE).values())
        suggested = suggest_values(now, stages, [Role.ECONOMIC], TODAY, UTC)
        assert [line for line in find_gaps(now, [Role.ECONOMIC]) if "economic" in line]
        assert [one.field for one in suggested if one.person is None] == ["role"]


def test_the_name_that_a_person_had_before_leads_to_somebody_new(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        first = add_person(draft, "Head of IT", placeholder=True)
        change_person(draft, first, {"name": "Paul Roe", "placeholder": None})
        second = add_person(draft, "Head of IT", placeholder=True)
        assert second != first
        assert add_person(draft, "Head of IT", placeholder=True) == second
        assert saved(connection, draft).called(first) == "Paul Roe"


def test_the_title_that_an_action_had_before_leads_to_a_new_one(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        first = add_action(draft, {"title": "Call Zoe"}, TODAY)
        change_action(draft, first, {"title": "Call Zoe and Ben"}, TODAY)
        add_action(draft, {"title": "Call Zoe"}, TODAY)
        assert sorted(str(one.title) for one in actions_of(draft).values()) == ["Call Zoe", "Call Zoe and Ben"]


def test_the_text_that_a_part_had_before_leads_to_a_new_one(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        first = put_part(draft, Entity.OBJECTIVE, {"text": "Grow in Spain"})
        put_part(draft, Entity.OBJECTIVE, {"text": "Grow in Iberia"}, first)
        put_part(draft, Entity.OBJECTIVE, {"text": "Grow in Spain"})
        texts = [one.text for one in draft.shelf(Entity.OBJECTIVE).values() if isinstance(one, Objective)]
        assert sorted(str(text) for text in texts) == ["Grow in Iberia", "Grow in Spain"]


def test_the_day_for_which_a_review_was_planned_before_leads_to_a_new_one(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        first = add_review(draft, ReviewKind.DEEP, TODAY, [])
        put_review(draft, {"due": TODAY + DAY}, TODAY, first)
        add_review(draft, ReviewKind.DEEP, TODAY, [])
        put_review(draft, {"kind": "deep", "due": TODAY, "decisions": "none"}, TODAY)
        assert sorted(str(one.due) for one in reviews_of(draft).values()) == [str(TODAY), str(TODAY + DAY)]


def test_what_a_person_says_again_is_the_latest_word(memory: Engine):
    with acme(memory) as connection:
        in_crm(connection, "7", stance="opponent")
        draft = Draft(latest(connection), restating=True)
        change_person(draft, "7", {"stance": "champion"})
        draft.save(connection, PEN)
        entered(connection, "7", "opponent", days=1)
        assert latest(connection).people["7"].stance is Stance.OPPONENT
        again = Draft(latest(connection), restating=True)
        change_person(again, "7", {"stance": "champion"})
        again.save(connection, Pen(NAME, "anna", NOW + 2 * DAY))
        assert latest(connection).people["7"].stance is Stance.CHAMPION


def test_what_is_found_in_the_crm_is_of_unknown_age_and_no_later_word(memory: Engine):
    with acme(memory) as connection:
        in_crm(connection, "7", stance="opponent")
        draft = Draft(latest(connection), restating=True)
        change_person(draft, "7", {"stance": "champion"})
        draft.save(connection, PEN)
        entered(connection, "7", "opponent", Source.CRM_FOUND, days=1)
        assert latest(connection).people["7"].stance is Stance.CHAMPION


def test_the_agenda_tells_what_counts_of_people(memory: Engine):
    with acme(memory) as connection:
        in_crm(connection, "7", stance="neutral")
        draft = Draft(known(connection))
        hold_review(draft, add_review(draft, ReviewKind.LIGHT, TODAY, []), TODAY, TODAY, {})
        change_person(draft, "7", {"stance": "champion"})
        now = saved(connection, draft)
        entered(connection, "7", "opponent", days=1)
        entered(connection, "7", "neutral", days=2)
        now = known(connection)
        agenda = make_agenda(now, read_changes(connection, NAME, ["a"]), Cadence(months=1), TODAY, UTC)
        (people,) = [section.points for section in agenda.sections if section.title.startswith("People")]
        assert [line for line in people if "stance" in line] == ["Zoé Martin: stance unknown → champion (anna)"]


def test_the_agenda_calls_people_and_parts_by_name(memory: Engine):
    with acme(memory) as connection:
        draft = Draft(known(connection))
        change_person(draft, "7", {"reports_to": "8"})
        put_part(draft, Entity.RISK, {"text": "Merger", "owner": "ben"})
        now = saved(connection, draft)
        agenda = make_agenda(now, read_changes(connection, NAME, ["a"]), Cadence(months=1), TODAY, UTC)
        points = [point for section in agenda.sections for point in section.points]
        assert "Zoé Martin: reports to unknown → Ben Smith (anna)" in points
        assert "risk Merger, owner: ben (anna)" in points
