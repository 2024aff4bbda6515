"""The metrics of `/metrics`, read from the database for each answer: runs of every process are in them.

Labels name connections, commands, statuses and conditions; nothing of the CRM's own, hence nobody's data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector, CollectorRegistry

from connector.config.service import Condition
from connector.config.settings import Settings
from connector.pipeline.report import RunStatus
from connector.store.errors import StoreError
from connector.watch.conditions import find_bad
from connector.watch.vitals import Vitals, read_vitals
from connector.wiring.jobs import open_ledger
from connector.wiring.versions import read_program_version

Samples: TypeAlias = Mapping[tuple[str, ...], float | None]
"""Values by their labels beside the connection; None: no sample."""

Bad: TypeAlias = Mapping[Condition, str]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a connection; `labels`: beside `connection`."""

    name: str
    help: str
    read: Callable[[Vitals, Bad], Samples]
    labels: tuple[str, ...] = ()
    is_counter: bool = False

    @property
    def family(self) -> Family:
        """Its family, without samples."""
        kind = CounterMetricFamily if self.is_counter else GaugeMetricFamily
        return kind(self.name, self.help, labels=("connection", *self.labels))


UP = "playmaker_database_up"
BUILD = "playmaker_build_info"


def _one(read: Callable[[Vitals], float | None]) -> Callable[[Vitals, Bad], Samples]:
    return lambda vitals, _bad: {(): read(vitals)}


def _last(key: str) -> Callable[[Vitals, Bad], Samples]:
    """A count of the last sync."""
    return _one(lambda vitals: vitals.syncs[0].counts.get(key) if vitals.syncs else None)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _succeeded_at(vitals: Vitals) -> datetime | None:
    return next((sync.started_at for sync in vitals.syncs if sync.status == RunStatus.DONE), None)


def _count_pulled(vitals: Vitals) -> float | None:
    return sum(vitals.syncs[0].counts.get("pulled", {}).values()) if vitals.syncs else None


def _budget(vitals: Vitals) -> float | None:
    limit = vitals.calls.limit
    return None if limit is None else float(limit * vitals.connection.budget.share_of_daily_limit)


_ENDS = [status.value for status in RunStatus if status is not RunStatus.RUNNING]


def _read_ends(vitals: Vitals, _bad: Bad) -> Samples:
    return {(status,): float(vitals.syncs[0].status == status) for status in _ENDS} if vitals.syncs else {}


def _read_bad(_vitals: Vitals, bad: Bad) -> Samples:
    return {(condition.value,): float(condition in bad) for condition in Condition}


def _read_runs(vitals: Vitals, _bad: Bad) -> Samples:
    return {key: float(count) for key, count in vitals.runs.items() if key[1] != RunStatus.RUNNING}


METRICS: Sequence[Metric] = (
    Metric("playmaker_paused", "1 while the connection is paused.", _one(lambda v: float(v.paused))),
    Metric("playmaker_bad", "1 while a condition holds of which alerts tell.", _read_bad, ("condition",)),
    Metric("playmaker_runs_total", "Runs that ended.", _read_runs, ("command", "status"), is_counter=True),
    Metric("playmaker_last_sync_status", "1 for the status with which the last sync ended.", _read_ends, ("status",)),
    Metric(
        "playmaker_last_sync_start_timestamp_seconds",
        "When the last sync that ended began.",
        _one(lambda v: _seconds(v.syncs[0].started_at if v.syncs else None)),
    ),
    Metric(
        "playmaker_last_success_timestamp_seconds",
        "When the last sync that went well began.",
        _one(lambda v: _seconds(_succeeded_at(v))),
    ),
    Metric(
        "playmaker_last_complete_pull_timestamp_seconds",
        "When all kinds of records were last read to their end.",
        _one(lambda v: _seconds(v.pulled_at)),
    ),
    Metric("playmaker_last_sync_duration_seconds", "How long the last sync took.", _last("seconds")),
    Metric("playmaker_last_sync_records_pulled", "Records received by the last sync.", _one(_count_pulled)),
    Metric("playmaker_last_sync_records_written", "Records written by the last sync.", _last("written")),
    Metric("playmaker_last_sync_records_refused", "Records refused by the CRM in the last sync.", _last("refused")),
    Metric("playmaker_last_sync_api_calls", "API calls of the last sync.", _last("api_calls")),
    Metric(
        "playmaker_next_run_timestamp_seconds",
        "When the next scheduled sync is due; none while the connection is paused.",
        _one(lambda v: _seconds(v.next_run_at)),
    ),
    Metric("playmaker_records_refused", "Records whose writes the CRM refuses now.", _one(lambda v: v.refused)),
    Metric("playmaker_records_parked", "Those of them that wait for a person.", _one(lambda v: v.parked)),
    Metric("playmaker_records_unusable", "Records with a value that cannot be used.", _one(lambda v: v.unusable)),
    Metric("playmaker_api_calls_24h", "Our API calls of the last 24 hours.", _one(lambda v: v.calls.ours)),
    Metric("playmaker_api_calls_budget", "How many they may be: our share of the daily limit.", _one(_budget)),
    Metric("playmaker_api_daily_limit", "The CRM's daily limit for all apps.", _one(lambda v: v.calls.limit)),
    Metric("playmaker_api_daily_used", "What all apps have used of it.", _one(lambda v: v.calls.everyone)),
    Metric(
        "playmaker_reconciliation_timestamp_seconds",
        "When records were last compared with the CRM.",
        _one(lambda v: _seconds(v.reconciled_at)),
    ),
    Metric(
        "playmaker_reconciliation_differences",
        "Records that differed then and were not repaired.",
        _one(lambda v: v.differences),
    ),
    Metric("playmaker_reviews_overdue", "Account plans whose review is overdue.", _one(lambda v: v.reviews_overdue)),
    Metric(
        "playmaker_credentials_expiry_timestamp_seconds",
        "When the credentials expire, where that is known.",
        _one(lambda v: _seconds(v.expires_at)),
    ),
)
"""In the order in which docs/metrics.md lists them."""


class Ledger(Collector):
    """What the database tells at the moment of each answer. `now` reads the clock."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        """For all connections of the configuration."""
        self._settings = settings
        self._now = now

    def describe(self) -> Iterator[Family]:
        """Nothing, so that registering it opens no database."""
        return iter(())

    def collect(self) -> Iterator[Family]:
        """Without its database it says that alone."""
        try:
            standing = self._read()
        except StoreError:
            standing = None
        yield GaugeMetricFamily(UP, "1 where the database could be read for this answer.", float(standing is not None))
        build = GaugeMetricFamily(BUILD, "Always 1; the label tells the version.", labels=("version",))
        build.add_metric((read_program_version(),), 1)
        yield build
        for metric in METRICS if standing is not None else ():
            yield _fill(metric, standing or {})

    def _read(self) -> dict[str, tuple[Vitals, Bad]]:
        now, settings = self._now(), self._settings
        with open_ledger(settings) as store, store.reading() as ledger:
            found = {each.name: read_vitals(ledger, settings, each, now) for each in settings.connections}
        return {name: (vitals, find_bad(vitals, settings, now)) for name, vitals in found.items()}


def _fill(metric: Metric, standing: Mapping[str, tuple[Vitals, Bad]]) -> Family:
    family = metric.family
    for name, (vitals, bad) in standing.items():
        for labels, value in metric.read(vitals, bad).items():
            if value is not None:
                family.add_metric((name, *labels), float(value))  # type: ignore[attr-defined] # both kinds have it
    return family


def build_registry(settings: Settings, now: Callable[[], datetime]) -> CollectorRegistry:
    """Our metrics alone; nothing of the process, which a restart would begin anew."""
    registry = CollectorRegistry()
    registry.register(Ledger(settings, now))
    return registry
