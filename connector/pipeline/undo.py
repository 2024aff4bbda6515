"""Puts back what a run wrote, value by value, wherever the CRM still holds what that run wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from adapters.base import FieldSpec, Kind
from connector.languages.speech import _
from connector.pipeline.budget import check_budget
from connector.pipeline.canonical import agree, restore
from connector.pipeline.errors import SetupError
from connector.pipeline.job import Job
from connector.pipeline.outbox import flush
from connector.pipeline.preflight import WRITTEN_KINDS, prepare
from connector.pipeline.readback import find_differences, read_texts, readable_fields
from connector.pipeline.run import run_alone
from connector.pipeline.settle import settle_sent
from connector.store.computed import forget_computed
from connector.store.ledger import correct_written
from connector.store.pending import PendingUpdate, clear_pending, save_pending
from connector.store.runs import read_beginning
from connector.store.write_log import KEPT, LoggedValue, has_written, read_last_writers, read_logged


@dataclass(frozen=True, slots=True)
class Skipped:
    """A value that was not put back, and why."""

    kind: Kind
    id: str
    field: str
    reason: str


@dataclass(slots=True)
class Undoing:
    """What an undo finds: how many values it puts back (or would), in how many records, and what it leaves."""

    run: str
    values: int = 0
    records: int = 0
    skipped: list[Skipped] = field(default_factory=list)


def undo(job: Job, run: str) -> Undoing:
    """Undo a run of this job's connection, as a run of its own. Faults and counts end up in the job's report."""
    undoing = Undoing(run)
    run_alone(job, lambda _: _undo(job, undoing))
    return undoing


def _undo(job: Job, undoing: Undoing) -> None:
    _require_run(job, undoing.run)
    prepare(job)
    settle_sent(job)
    with job.store.transaction() as connection:
        forget_computed(connection, job.name)
        clear_pending(connection, job.name)
    numbers: Counter[Kind] = Counter()
    for kind in WRITTEN_KINDS:
        for logged in _read_batches(job, undoing.run, kind):
            job.stop_if_asked()
            _gather(job, undoing, kind, logged, numbers)
            check_budget(job)
    flush(job)


def _require_run(job: Job, run: str) -> None:
    with job.store.reading() as connection:
        begun = read_beginning(connection, job.name, run)
        if begun is None:
            raise SetupError(
                _(
                    "{connection}: there was no run {run}; `playmaker status` names the last one",
                    connection=job.name,
                    run=run,
                )
            )
        if has_written(connection, job.name, run):
            return
    if job.started - begun > KEPT:
        raise SetupError(
            _(
                "{connection}: run {run} began on {begun}; what a run wrote is kept for {days} days, so that it "
                "cannot be undone any more",
                connection=job.name,
                run=run,
                begun=format(begun, "%Y-%m-%d"),
                days=KEPT.days,
            )
        )
    job.report.notes[_("{connection}: run {run} wrote nothing", connection=job.name, run=run)] += 1


def _read_batches(job: Job, run: str, kind: Kind) -> Iterator[dict[str, dict[str, LoggedValue]]]:
    after = ""
    while True:
        with job.store.reading() as connection:
            logged = read_logged(connection, job.name, run, kind, after)
        if not logged:
            return
        yield logged
        *_, after = logged


def _gather(
    job: Job, undoing: Undoing, kind: Kind, logged: Mapping[str, Mapping[str, LoggedValue]], numbers: Counter[Kind]
) -> None:
    """Keep as pending what can be put back; the ledger learns what these records hold now."""
    fields = readable_fields(job, kind)
    records = list(job.crm.read(kind, fields, list(logged))) if fields else []
    held = {record.id: read_texts(job, job.specs[kind], record) for record in records}
    differences = find_differences(job, kind, records)
    with job.store.transaction() as connection:
        correct_written(connection, differences)
        writers = read_last_writers(connection, job.name, kind, list(logged))
        updates = []
        for record, values in logged.items():
            judge = _Judge(undoing, kind, record, job.specs.get(kind, {}), writers)
            if texts := judge.choose(values, held.get(record)):
                numbers[kind] += 1
                updates.append(PendingUpdate(record, numbers[kind], job.run, texts))
        save_pending(connection, job.name, kind, updates)
    undoing.records += len(updates)
    undoing.values += sum(len(update.values) for update in updates)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Decides for one record. `writers`: the last run that wrote each field."""

    undoing: Undoing
    kind: Kind
    record: str
    specs: Mapping[str, FieldSpec]
    writers: Mapping[tuple[str, str], str]

    def choose(self, values: Mapping[str, LoggedValue], held: Mapping[str, str | None] | None) -> dict[str, str | None]:
        """The values to put back; the others are noted with their reasons."""
        chosen = {}
        for name, value in sorted(values.items()):
            if reason := self._find_reason(name, value, held):
                self.undoing.skipped.append(Skipped(self.kind, self.record, name, reason))
            else:
                chosen[name] = value.old
        return chosen

    def _find_reason(self, name: str, value: LoggedValue, held: Mapping[str, str | None] | None) -> str:
        """Why a value is not put back; empty when it is."""
        if held is None:
            return _("the record was deleted or merged")
        if name not in held:
            return _("the field is no longer there, or no longer written")
        if agree(self.specs[name], held[name], value.new):
            useless = _("what it held before is no value of this field")
            return "" if _can_restore(self.specs[name], value.old) else useless
        if held[name] == value.old:
            return _("it holds the old value already")
        writer = self.writers.get((self.record, name))
        if writer != self.undoing.run:
            return _("run {run} has written it since", run=writer)
        return _("somebody has changed it since")


def _can_restore(spec: FieldSpec, text: str | None) -> bool:
    try:
        restore(spec, text)
    except ValueError:
        return False
    return True
