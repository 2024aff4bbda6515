"""The API budget: what a run may spend, what it says of it, and what the next one will cost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from company import Company

from adapters.base import Kind
from connector.cli.status import status_line
from connector.pipeline.forecast import forecast, forecast_rehearsed, say_calls
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.store.ledger import read_runs
from connector.wiring.jobs import open_ledger, read_clock

PAGE = 500


def kept_runs(company: Company):
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return read_runs(ledger, company.name, 100)


def add_contacts(company: Company, count: int) -> None:
    company.organisation.advance(timedelta(hours=1))
    for number in range(count):
        company.organisation.advance(timedelta(seconds=1))
        company.organisation.put(Kind.CONTACT, f"many-{number:05}", {"account": "a", "role": "user"})


def test_run_stops_between_two_pages_when_our_share_is_spent_and_the_next_one_goes_on(company: Company):
    company.sync()
    idle = company.sync().api_calls
    add_contacts(company, 6 * PAGE)
    company.organisation.daily_limit = 1000
    spent = sum(json.loads(run.counts)["api_calls"] for run in kept_runs(company))
    company.options = {"budget": {"share_of_daily_limit": (spent + idle - 6) / 1000}}
    cut = company.sync()
    assert (cut.status, cut.error["kind"]) == (RunStatus.INCOMPLETE, "incomplete")
    assert PAGE <= cut.pulled["contact"] < 6 * PAGE
    company.options = {"budget": {"share_of_daily_limit": 1}}
    rest = company.sync()
    assert rest.status is RunStatus.DONE
    assert rest.pulled["contact"] < 6 * PAGE, "what was committed is not read again"
    assert company.account_field("a", "stakeholders_identified") == 2 + 6 * PAGE


def test_run_stops_when_other_apps_have_left_no_more_than_the_reserve(company: Company):
    company.sync()
    company.organisation.daily_limit, company.organisation.daily_used = 1000, 899
    report = company.sync()
    assert report.status is RunStatus.INCOMPLETE
    assert "reserve" in report.error["message"]
    assert report.api_calls == 1, "it asks who is there, learns what is left, and asks nothing more"
    company.options = {"budget": {"reserve_of_daily_limit": 0}}
    assert company.sync().status is RunStatus.DONE


def test_calls_are_kept_with_their_run_by_kind(company: Company):
    report = company.sync()
    kept = json.loads(kept_runs(company)[0].counts)
    assert kept["api_calls_by_kind"] == report.calls_by_kind
    assert sum(kept["api_calls_by_kind"].values()) == kept["api_calls"] == report.api_calls
    assert {"auth", "describe", "read", "write"} <= kept["api_calls_by_kind"].keys()


def test_forecast_tells_runs_that_read_changes_from_runs_that_read_everything(company: Company):
    first = company.sync()
    idle = [company.sync().api_calls for _ in range(3)]
    said = forecast(kept_runs(company))
    assert (said.changes, said.everything) == (sorted(idle)[1], first.api_calls)
    assert "last 3 runs" in said.why
    full = company.sync(full=True)
    assert forecast(kept_runs(company)).everything == full.api_calls


def test_runs_that_did_not_come_to_their_end_foretell_nothing(company: Company):
    company.organisation.reachable = False
    company.sync()
    said = forecast(kept_runs(company))
    assert (said.changes, said.everything) == (None, None)
    assert said.why == "no run has come to its end yet"


def test_status_forecasts_the_next_run(company: Company):
    first = company.sync()
    settings = company.settings()
    with open_ledger(settings) as store:
        line = status_line(settings, settings.connections[0], store, read_clock())
    assert line["forecast"]["everything"] == first.api_calls
    assert line["last_run"]["api_calls_by_kind"] == first.calls_by_kind


def test_dry_run_forecasts_the_run_that_it_rehearses(company: Company):
    rehearsed = company.sync(dry=True)
    said = int(forecast_rehearsed(rehearsed).split()[1])
    assert 0 <= said - company.sync().api_calls <= 2


@pytest.mark.parametrize(
    ("calls", "said"), [({"read": 2, "auth": 1, "search": 9}, "9 search, 2 read, 1 auth"), ({"read": 1}, "1 read")]
)
def test_calls_are_told_by_kind_the_most_frequent_first(calls: dict[str, int], said: str):
    assert say_calls(calls) == said


def test_report_keeps_the_json_of_sync_and_adds_to_it():
    report = ConnectionReport("emea")
    assert report.counts().items() <= report.kept().items()
