from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import CRMError, FatalError, LimitReachedError, SchemaError, SkippableError, TransientError
from adapters.retry import ATTEMPTS, TOTAL_SECONDS, retrying


class Flaky:
    """Raises the errors it was given, one per call, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def outages(count: int) -> list[TransientError]:
    return [TransientError(f"outage {n}") for n in range(count)]


def test_a_call_that_works_is_made_once():
    fetch, waits = Flaky(), []
    assert retrying(sleep=waits.append)(fetch) == "answer"
    assert (fetch.calls, waits) == (1, [])


def test_arguments_reach_the_function():
    assert retrying()(lambda a, *, b: (a, b), 1, b=2) == (1, 2)


def test_a_transient_error_is_tried_again_until_it_works():
    fetch, waits = Flaky(*outages(3)), []
    assert retrying(sleep=waits.append)(fetch) == "answer"
    assert fetch.calls == 4
    assert len(waits) == 3


def test_waits_grow_and_carry_jitter():
    waits: list[float] = []
    retrying(sleep=waits.append)(Flaky(*outages(4)))
    assert [2**n <= wait <= 2**n + 1 for n, wait in enumerate(waits)] == [True] * 4
    again: list[float] = []
    retrying(sleep=again.append)(Flaky(*outages(4)))
    assert waits != again


def test_the_last_error_comes_out_when_all_attempts_fail():
    fetch = Flaky(*outages(ATTEMPTS + 3))
    with pytest.raises(TransientError, match=f"outage {ATTEMPTS - 1}"):
        retrying(sleep=lambda _: None)(fetch)
    assert fetch.calls == ATTEMPTS


@pytest.mark.parametrize(
    "error",
    [
        FatalError("wrong key"),
        SchemaError("no such field"),
        LimitReachedError("daily limit"),
        SkippableError("bad row"),
        CRMError("anything else of ours"),
        ValueError("a fault of ours"),
    ],
)
def test_nothing_but_a_transient_error_is_tried_again(error):
    fetch, waits = Flaky(error), []
    with pytest.raises(type(error)):
        retrying(sleep=waits.append)(fetch)
    assert (fetch.calls, waits) == (1, [])


@given(asked=st.floats(min_value=0, max_value=TOTAL_SECONDS - 1))
def test_a_wait_is_never_shorter_than_the_crm_asked_for(asked):
    waits: list[float] = []
    retrying(sleep=waits.append)(Flaky(TransientError("429", retry_after=asked)))
    assert waits[0] >= asked


def test_a_very_long_retry_after_is_raised_at_once():
    fetch, waits = Flaky(TransientError("come back tomorrow", retry_after=3600)), []
    with pytest.raises(TransientError, match="tomorrow"):
        retrying(sleep=waits.append)(fetch)
    assert (fetch.calls, waits) == (1, [])


def test_a_policy_can_be_used_again():
    policy = retrying(sleep=lambda _: None)
    for _ in range(2):
        fetch = Flaky(*outages(ATTEMPTS - 1))
        assert policy(fetch) == "answer"
