"""Worked examples: how alive a relationship is, who has left, and what people answer. Today is 30 June 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from acme import T, kpi, person
from companies import EVERYTHING

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.result import Kpi, Status
from connector.kpis.titles import Rank, rank_of
from mappings.account_plan import AccountPlan, Turn
from mappings.strategy import Answer, Stakeholder
from mappings.vocabulary import Role, Survey


def ago(days):
    return T - timedelta(days=days)


CEO = person(title="CEO", influence=5, last_activity_at=ago(105))
USER = person(
    influence=1, last_activity_at=ago(1), last_answer_at=ago(89), activities_90d=6, meetings_90d=2, title="Engineer"
)


def test_a_relationship_is_the_mean_of_its_people_by_influence():
    strength = kpi("relationship_strength", contacts=[CEO, USER])
    assert strength.value.quantize(Decimal("0.000001")) == Decimal("39.916667")
    assert (strength.status, strength.n) == (Status.OK, 2)


def test_somebody_without_any_activity_counts_nothing_however_high():
    assert kpi("relationship_strength", contacts=[person(title="CEO")]).value == 0
    assert kpi("relationship_strength").status is Status.NO_DATA


def test_inputs_that_no_field_feeds_leave_the_mean():
    only = {(Kind.CONTACT, "account"), (Kind.CONTACT, "last_activity_at")}
    strength = kpi("relationship_strength", contacts=[CEO], reference={"mapped": frozenset(only)})
    assert strength.value == 50


def test_without_any_activity_mapped_nothing_is_configured():
    names = ("last_activity_at", "last_answer_at", "activities_90d", "meetings_90d")
    mapped = EVERYTHING - {(Kind.CONTACT, name) for name in names}
    for key in ("relationship_strength", "c_level_access"):
        assert kpi(key, contacts=[CEO], reference={"mapped": mapped}).status is Status.NOT_CONFIGURED


def test_access_is_the_share_of_chiefs_seen_in_90_days():
    chiefs = [person(title="CEO", last_activity_at=ago(7)), person(title="CFO", last_activity_at=ago(365))]
    others = [person(title="Buyer", last_activity_at=ago(1)), person(title="CTO", departed=True)]
    assert kpi("c_level_access", contacts=chiefs + others) == Kpi(Decimal("0.5"), Status.OK, 2, 1, 2)
    assert kpi("c_level_access", contacts=others).status is Status.NO_DATA


def test_the_crms_own_word_on_the_c_level_goes_before_the_title():
    people = [person(title="Buyer", c_level=True, last_activity_at=ago(1)), person(title="CEO", c_level=False)]
    assert kpi("c_level_access", contacts=people) == Kpi(Decimal(1), Status.OK, 1, 1, 1)


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("CEO", Rank.C_LEVEL),
        ("Chief Information Security Officer", Rank.C_LEVEL),
        ("Président-directeur général", Rank.C_LEVEL),
        ("Directrice générale", Rank.C_LEVEL),
        ("Directeur administratif et financier", Rank.C_LEVEL),
        ("DSI", Rank.C_LEVEL),
        ("Co-Founder & CTO", Rank.C_LEVEL),
        ("Gérante", Rank.C_LEVEL),
        ("Directeur général adjoint", Rank.DIRECTOR),
        ("Deputy CFO", Rank.DIRECTOR),
        ("Vice President Sales", Rank.DIRECTOR),
        ("Vice-présidente", Rank.DIRECTOR),
        ("Directeur des achats", Rank.DIRECTOR),
        ("Head of Procurement", Rank.DIRECTOR),
        ("Assistante du directeur général", Rank.OTHER),
        ("Executive Assistant to the CEO", Rank.OTHER),
        ("Product Owner", Rank.OTHER),
        ("Chief Engineer", Rank.OTHER),
        ("", Rank.OTHER),
        (None, Rank.OTHER),
    ],
)
def test_titles_tell_the_rank_in_english_and_in_french(title, rank):
    assert rank_of(title) is rank


def test_a_companys_own_patterns_are_of_c_level_too():
    assert rank_of("Grand Argentier", ("argentier$",)) is Rank.C_LEVEL
    chief = [person(title="Grand Argentier", last_activity_at=ago(1))]
    assert kpi("c_level_access", contacts=chief, settings={"c_level_patterns": ["argentier$"]}).value == 1


def test_a_pattern_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not a regular expression"):
        KpiSettings(c_level_patterns=("(",))


LONG_AGO, LATELY = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


def turnover(*turns, **plan):
    plans = {"acme": AccountPlan(turns=[Turn(*turn) for turn in turns], **plan)}
    return kpi("contact_turnover", plans=plans)


THREE = [
    ("p1", "role", Role.ECONOMIC, LONG_AGO),
    ("p2", "role", Role.USER, LONG_AGO),
    ("p3", "role", Role.OTHER, LONG_AGO),
    ("p3", "influence", 4, LONG_AGO),
    ("p4", "role", Role.OTHER, LONG_AGO),
]


def test_turnover_is_the_share_of_key_people_who_left():
    assert turnover(*THREE, ("p1", "departed", True, LATELY)) == Kpi(Decimal(1) / 3, Status.OK, 3, 1, 3)


@pytest.mark.parametrize("home", ["other", None])
def test_whoever_is_at_another_account_or_at_none_has_left(home):
    turns = [*THREE, ("p2", "account", "acme", LONG_AGO), ("p2", "account", home, LATELY)]
    assert turnover(*turns).numerator == 1


def test_whoever_came_later_was_not_there_and_who_came_back_has_not_left():
    came = [("p1", "role", Role.USER, LONG_AGO), ("p1", "account", "acme", LATELY)]
    assert turnover(*came) == Kpi(None, Status.NO_DATA, 0, 0, 0)
    back = [("p1", "departed", True, LATELY), ("p1", "departed", False, LATELY + timedelta(days=1))]
    assert turnover(*THREE, *back).value == 0


def test_without_history_of_the_time_nobody_knows():
    assert turnover(("p1", "role", Role.USER, LATELY)).status is Status.NO_DATA


def test_people_of_partners_are_nobodys_turnover():
    external = {"p1": Stakeholder(external="Partner")}
    left = turnover(*THREE, ("p1", "departed", True, LATELY), stakeholders=external)
    assert (left.numerator, left.denominator) == (0, 2)


def answer(score, who, on="2026-05-01", survey=Survey.NPS):
    return Answer(person=who, survey=survey, score=score, answered_on=date.fromisoformat(on))


def asked(key, *answers, crm=(), settings=None):
    plans = {"acme": AccountPlan(answers={str(n): one for n, one in enumerate(answers)})}
    return kpi(key, plans=plans, answers=list(crm), contacts=[person()], settings=settings or {"min_sample": 0})


def test_the_net_promoter_score_is_promoters_minus_detractors():
    answers = [answer(score, f"p{score}") for score in (10, 9, 8, 3)]
    assert asked("nps", *answers) == Kpi(Decimal(25), Status.OK, 4, 1, 4)
    assert asked("nps", *answers, settings={"min_sample": 5}).status is Status.LOW_SAMPLE


def test_only_the_latest_answer_of_each_person_counts():
    answers = [answer(10, "p"), answer(0, "p", "2026-05-02"), answer(10, "p", "2025-06-30")]
    assert asked("nps", *answers).value == -100


def test_an_answer_of_the_crm_and_an_imported_one_of_the_same_person_are_one_persons():
    assert asked("nps", answer(0, "c1"), crm=[answer(10, "c1", "2026-06-01"), answer(10, "stranger")]).value == 100


def test_satisfaction_is_the_share_of_four_and_five():
    answers = [answer(score, f"p{n}", survey=Survey.CSAT) for n, score in enumerate((5, 4, 4, 2, 0, 6))]
    assert asked("csat", *answers) == Kpi(Decimal("0.75"), Status.OK, 4, 3, 4)
    assert asked("csat", answer(10, "p")).status is Status.NO_DATA
