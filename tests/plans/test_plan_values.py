"""What people say of an account is kept with who said it and when, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from connector.plans.book import read_plans
from connector.plans.pen import Pen
from connector.plans.values import PlanError, decode_value, encode
from connector.store.plan_values import PlanValue, Source, read_changes, read_part, save_values
from connector.store.store import open_store
from mappings.strategy import LOCAL_MARK, Entity, Plan, Stakeholder
from mappings.vocabulary import Role, Stance

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = Pen("emea", "anna", NOW)
LATER = Pen("emea", "ben", NOW + timedelta(days=1))
MAP = {"role": "economic", "influence": "4", "stance": "champion"}


def test_a_plan_is_read_back_as_it_was_written(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        ANNA.write(connection, "a", Entity.PLAN, "a", {"potential_revenue": "1200.50", "started_on": date(2026, 1, 3)})
        ANNA.write(connection, "a", Entity.STAKEHOLDER, "7", MAP)
        (plan,) = read_plans(connection, "emea", ["a", "b"]).values()
    assert plan.plan == Plan(potential_revenue=Decimal("1200.50"), started_on=date(2026, 1, 3))
    assert plan.stakeholders == {"7": Stakeholder(role=Role.ECONOMIC, influence=4, stance=Stance.CHAMPION)}
    assert {(touch.author, touch.at) for touch in plan.touches} == {("anna", NOW)}


def test_a_change_keeps_what_was_before_with_its_author(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        ANNA.write(connection, "a", Entity.STAKEHOLDER, "7", {"stance": "champion"})
        LATER.write(connection, "a", Entity.STAKEHOLDER, "7", {"stance": "opponent"})
        changes = read_changes(connection, "emea", ["a"])
        (now,) = read_part(connection, "emea", Entity.STAKEHOLDER, "7")
    assert [(change.old, change.now.value, change.now.author) for change in changes] == [
        (None, '"champion"', "anna"),
        ('"champion"', '"opponent"', "ben"),
    ]
    assert (now.value, now.author, now.at) == ('"opponent"', "ben", LATER.at)


def test_saying_the_same_again_changes_nothing(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        assert len(ANNA.write(connection, "a", Entity.STAKEHOLDER, "7", MAP)) == 3
        assert LATER.write(connection, "a", Entity.STAKEHOLDER, "7", MAP) == []
        assert len(read_changes(connection, "emea", ["a"])) == 3


def test_a_part_that_was_taken_out_leaves_its_history(engine: Engine):
    with open_store(engine) as store, store.transaction() as connection:
        ANNA.write(connection, "a", Entity.ACTION, "x", {"title": "Call"})
        LATER.remove(connection, "a", Entity.ACTION, "x")
        (plan,) = read_plans(connection, "emea", ["a"]).values()
        assert len(read_changes(connection, "emea", ["a"])) == 2
    assert plan.actions == {}


def test_what_a_sync_found_at_first_sight_is_no_persons_touch(engine: Engine):
    found = PlanValue(Entity.STAKEHOLDER, "7", "role", "a", '"user"', Source.CRM_FOUND, "crm", NOW)
    with open_store(engine) as store, store.transaction() as connection:
        save_values(connection, "emea", [found])
        (plan,) = read_plans(connection, "emea", ["a"]).values()
    assert plan.touches == ()
    assert [(turn.person, turn.field, turn.value) for turn in plan.turns] == [("7", "role", Role.USER)]


@pytest.mark.parametrize(
    ("entity", "field", "value"),
    [
        (Entity.PLAN, "alignment", "9"),
        (Entity.PLAN, "potential_revenue", "NaN"),
        (Entity.PLAN, "currency", "euro"),
        (Entity.PLAN, "potential_revenue", "1E+400"),
        (Entity.CELL, "potential", "1000000000000000000"),
        (Entity.PLAN, "potentail", "3"),
        (Entity.STAKEHOLDER, "role", "boss"),
        (Entity.ACTION, "due", "31/02/2026"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_the_name_of_its_field(entity: Entity, field: str, value: str):
    with pytest.raises(PlanError, match=field):
        encode(entity, field, value)


@given(st.decimals(min_value=0, max_value=10**17, allow_nan=False, allow_infinity=False))
def test_money_keeps_every_digit(amount: Decimal):
    assert decode_value(Entity.PLAN, "potential_revenue", encode(Entity.PLAN, "potential_revenue", amount)) == amount


def test_local_ids_cannot_be_a_crms():
    assert not LOCAL_MARK.isalnum()


@pytest.mark.parametrize(
    ("entity", "field", "text", "advice"),
    [
        (Entity.PLAN, "alignment", "6", "at most 5"),
        (Entity.PLAN, "alignment", "much", "a whole number"),
        (Entity.PLAN, "potential_revenue", "1.200.000,00", "like 1200.50"),
        (Entity.PLAN, "started_on", "31/12/2026", "like 2027-06-30"),
        (Entity.STAKEHOLDER, "role", "boss", "one of economic, technical, user, coach, other"),
        (Entity.STAKEHOLDER, "departed", "perhaps", "yes or no"),
    ],
)
def test_what_does_not_fit_is_answered_with_what_would(entity: Entity, field: str, text: str, advice: str):
    with pytest.raises(PlanError, match=f"write .*{advice}"):
        encode(entity, field, text)


def test_a_word_that_is_then_refused_is_not_offered():
    with pytest.raises(PlanError) as refused:
        encode(Entity.PLAN, "colour", "red")
    assert "removed" not in str(refused.value)
