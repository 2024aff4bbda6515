"""How often to sync, by what there is to read and what is allowed."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connector.config.cron import require_cron
from connector.pipeline.rhythm import RHYTHMS, choose_rhythm

QUARTER = Decimal("0.25")


def test_a_small_company_is_synced_every_quarter_of_an_hour():
    assert choose_rhythm(1000, 100_000, QUARTER).schedule == "*/15 * * * *"


def test_a_tight_limit_makes_syncs_rarer_until_it_says_that_nothing_fits():
    assert choose_rhythm(1000, 15_000, QUARTER).schedule == "0 * * * *"
    rarest = choose_rhythm(1_000_000, 15_000, QUARTER)
    assert (rarest.schedule, rarest.fits) == ("0 2 * * *", False)


def test_without_a_known_limit_the_usual_rhythm_is_taken():
    assert (choose_rhythm(10, None, QUARTER).schedule, choose_rhythm(10, None, QUARTER).allowed) == (
        "*/15 * * * *",
        None,
    )


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_what_is_chosen_stays_within_what_is_allowed_or_says_so(records: int, limit: int):
    chosen = choose_rhythm(records, limit, QUARTER)
    assert chosen.fits == (chosen.a_day <= limit * QUARTER // 1)
    assert chosen.schedule in RHYTHMS.values()


def test_every_rhythm_is_a_schedule():
    assert [require_cron(schedule) for schedule in RHYTHMS.values()] == list(RHYTHMS.values())
