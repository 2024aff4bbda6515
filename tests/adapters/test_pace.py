"""Calls leave no faster than an account allows, whoever makes them."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from adapters import pace
from adapters.hubspot.searches import SearchPace
from adapters.pace import Pace
from adapters.settings import ConnectionSettings

SECOND = 1.0


def leave(pace_of_mine: Pace, times: int) -> list[float]:
    left = []
    for _ in range(times):
        pace_of_mine.wait()
        left.append(time.time())
    return left


def most_within_a_second(moments: list[float]) -> int:
    return max(sum(start <= moment < start + SECOND for moment in moments) for start in moments)


def test_threads_that_search_together_keep_the_pace_together():
    with ThreadPoolExecutor(3) as threads:
        left = [at for one in threads.map(lambda _: leave(Pace(5, "together"), 4), range(3)) for at in one]
    assert most_within_a_second(left) <= 5
    assert max(left) - min(left) >= 2


def test_accounts_do_not_wait_for_each_other():
    begun = time.monotonic()
    for account in "abcd":
        leave(Pace(5, account), 5)
    assert time.monotonic() - begun < SECOND


def test_processes_that_search_together_keep_the_pace_together(tmp_path: Path):
    code = (
        "import sys, time; from pathlib import Path; from adapters.pace import Pace\n"
        "pace = Pace(5, 'portal 1', Path(sys.argv[1]))\n"
        "for _ in range(5): pace.wait(); print(time.time(), flush=True)\n"
        "pace.close()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "pace")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]  # noqa: S603 - our own command
    left = [float(line) for one in running for line in one.communicate(timeout=30)[0].split()]
    assert len(left) == 15
    assert most_within_a_second(left) <= 5


def test_pace_file_is_for_its_owner_alone(tmp_path: Path):
    one = Pace(5, "portal 1", tmp_path / "pace")
    one.wait()
    one.close()
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_file_that_cannot_be_written_is_no_reason_not_to_call(tmp_path: Path):
    (tmp_path / "pace").mkdir()
    assert leave(Pace(5, "portal 2", tmp_path / "pace"), 2)


def test_clock_that_was_set_back_holds_no_call_up_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pace, "PATIENCE", 0.3)
    mine = Pace(1, "portal 3", tmp_path / "pace")
    with monkeypatch.context() as fast:
        fast.setattr("pyrate_limiter.buckets.sqlite_bucket.time_ns", lambda: time.time_ns() + 600 * 10**9)
        mine.wait()
    begun = time.monotonic()
    mine.wait()
    assert time.monotonic() - begun < SECOND
    mine.close()


def test_process_that_was_stopped_while_it_counted_holds_no_call_up_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pace, "PATIENCE", 0.3)
    early = Pace(5, "portal 7", tmp_path / "pace")
    with FileLock(tmp_path / "pace.lock"), ThreadPoolExecutor(1) as threads:
        begun = time.monotonic()
        early.wait()
        late = threads.submit(Pace, 5, "portal 7", tmp_path / "pace").result(timeout=5)
        late.wait()
        assert time.monotonic() - begun < SECOND
    early.close()
    late.close()


def search_settings(**more: object) -> ConnectionSettings:
    return ConnectionSettings("emea", **more)


def seconds_for_searches(searches: SearchPace, account: str) -> float:
    begun = time.monotonic()
    for _ in range(7):
        searches.wait(account)
    return time.monotonic() - begun


def test_hubspot_is_asked_five_searches_a_second():
    assert seconds_for_searches(SearchPace(search_settings()), "portal 4") >= SECOND


def test_admin_who_shares_the_limit_with_other_apps_sets_a_lower_one():
    searches = SearchPace(search_settings(base_url="http://127.0.0.1:1", searches_per_second=6))
    assert seconds_for_searches(searches, "portal 5") >= SECOND


def test_simulated_hubspot_is_paced_once_it_has_refused_a_search():
    searches = SearchPace(search_settings(base_url="http://127.0.0.1:1"))
    assert seconds_for_searches(searches, "portal 6") < SECOND / 2
    searches.refused()
    assert seconds_for_searches(searches, "portal 6") >= SECOND
