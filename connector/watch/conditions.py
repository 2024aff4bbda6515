"""What is bad about a connection, in words for whoever is alerted: figures and commands, never names or records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from connector.config.service import Condition
from connector.config.settings import Settings
from connector.languages.speech import _, mark, ngettext
from connector.pipeline.report import RunStatus
from connector.watch.vitals import Vitals

IN_A_ROW = 3
"""A run that ends incomplete is made up for by the next one; so many in a row are not."""

TITLES: Mapping[Condition, str] = {
    Condition.RUN: mark("runs fail"),
    Condition.RECORDS: mark("records are refused"),
    Condition.BUDGET: mark("the API budget is spent"),
    Condition.RECONCILIATION: mark("records differ from the CRM"),
    Condition.REVIEWS: mark("plan reviews are overdue"),
    Condition.TOKEN: mark("credentials are about to expire"),
}


def find_bad(vitals: Vitals, settings: Settings, now: datetime) -> dict[Condition, str]:
    """What holds now of the conditions that are watched, each with its sentence."""
    found = {condition: text for condition, judge in _JUDGES.items() for text in judge(vitals, settings, now) if text}
    return {condition: text for condition, text in found.items() if condition in settings.alerts.conditions}


def _judge_run(vitals: Vitals, _settings: Settings, _now: datetime) -> Iterator[str]:
    last = [sync.status for sync in vitals.syncs[:IN_A_ROW]]
    if last and last[0] in {RunStatus.FAILED, RunStatus.KILLED}:
        yield _("the last run failed; `playmaker runs` and `playmaker check` say why")
    elif last == [RunStatus.INCOMPLETE] * IN_A_ROW:
        yield _("the last {number} runs ended incomplete; `playmaker runs` says why", number=IN_A_ROW)


def _judge_records(vitals: Vitals, _settings: Settings, _now: datetime) -> Iterator[str]:
    if vitals.refused:
        parked = ngettext("{number} of them is parked", "{number} of them are parked", vitals.parked)
        refused = ngettext(
            "the CRM refuses {number} record ({parked}); `playmaker errors` says why",
            "the CRM refuses {number} records ({parked}); `playmaker errors` says why",
            vitals.refused,
            parked=parked,
        )
        yield refused


def _judge_budget(vitals: Vitals, _settings: Settings, _now: datetime) -> Iterator[str]:
    calls, budget = vitals.calls, vitals.connection.budget
    if calls.limit is None:
        return
    if calls.ours >= calls.limit * budget.share_of_daily_limit:
        yield _(
            "{ours} API calls in 24 hours reach our share of the daily limit of {limit}; runs stop until there is room",
            ours=calls.ours,
            limit=calls.limit,
        )
    elif calls.everyone is not None and calls.everyone >= calls.limit * (1 - budget.reserve_of_daily_limit):
        yield _(
            "all apps together have made {used} of {limit} API calls of the day; runs stop until there is room",
            used=calls.everyone,
            limit=calls.limit,
        )


def _judge_reconciliation(vitals: Vitals, _settings: Settings, _now: datetime) -> Iterator[str]:
    if vitals.differences:
        yield ngettext(
            "the last reconciliation left {number} record that differs; `playmaker reconcile --repair` repairs it",
            "the last reconciliation left {number} records that differ; `playmaker reconcile --repair` repairs them",
            vitals.differences,
        )


def _judge_reviews(vitals: Vitals, settings: Settings, _now: datetime) -> Iterator[str]:
    if vitals.reviews_overdue:
        yield ngettext(
            "the review of {number} account plan is overdue by {days} days or more; `playmaker kpis` says which",
            "the reviews of {number} account plans are overdue by {days} days or more; `playmaker kpis` says which",
            vitals.reviews_overdue,
            days=settings.alerts.review_days,
        )


def _judge_token(vitals: Vitals, settings: Settings, now: datetime) -> Iterator[str]:
    expires_at = vitals.expires_at
    if expires_at is not None and expires_at <= now + timedelta(days=settings.alerts.token_days):
        yield _("its credentials expire on {day}: replace them before", day=expires_at.date().isoformat())


_JUDGES: Mapping[Condition, Callable[[Vitals, Settings, datetime], Iterator[str]]] = {
    Condition.RUN: _judge_run,
    Condition.RECORDS: _judge_records,
    Condition.BUDGET: _judge_budget,
    Condition.RECONCILIATION: _judge_reconciliation,
    Condition.REVIEWS: _judge_reviews,
    Condition.TOKEN: _judge_token,
}
