"""Finds out what became of writes that nobody answered, by reading the records back before anything is decided."""

from __future__ import annotations

from adapters.base import Kind
from connector.pipeline.acknowledge import acknowledge
from connector.pipeline.canonical import agree
from connector.pipeline.job import Job
from connector.pipeline.preflight import WRITTEN_KINDS
from connector.pipeline.readback import read_texts, readable_fields
from connector.store.computed import forget_computed_of
from connector.store.pending import PendingUpdate, drop_pending, read_sent


def settle_sent(job: Job) -> None:
    """Remember as written what an interrupted run had sent and the CRM holds; the comparison finds the rest."""
    for kind in WRITTEN_KINDS:
        with job.store.reading() as connection:
            sent = read_sent(connection, job.name, kind)
        if sent:
            _settle(job, kind, sent)


def _settle(job: Job, kind: Kind, sent: list[PendingUpdate]) -> None:
    arrived = _find_arrived(job, kind, sent)
    with job.store.transaction() as connection:
        for run in {update.run for update in sent}:
            values = {one.record: arrived[one.record] for one in sent if one.run == run and one.record in arrived}
            acknowledge(connection, job, kind, run, values)
        forget_computed_of(connection, job.name, kind, {update.record for update in sent})
        drop_pending(connection, job.name, kind, [update.record for update in sent])


def _find_arrived(job: Job, kind: Kind, sent: list[PendingUpdate]) -> dict[str, dict[str, str | None]]:
    """The values that the CRM holds just as they were sent."""
    fields = readable_fields(job, kind)
    wanted = {update.record: update.values for update in sent}
    arrived = {}
    for record in job.crm.read(kind, fields, list(wanted)) if fields else ():
        specs, values = job.specs[kind], wanted[record.id]
        held = read_texts(job, specs, record)
        arrived[record.id] = {
            name: text for name, text in values.items() if name in held and agree(specs[name], held[name], text)
        }
    return arrived
