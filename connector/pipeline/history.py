"""Keeps the history of KPIs while a run computes them, so that any past day can be answered for."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from sqlalchemy import Connection

from adapters.base import Kind
from connector.kpis.catalogue import definition_of
from connector.kpis.figures import figure_text
from connector.kpis.result import Kpi
from connector.pipeline.job import Job
from connector.store.kpi_history import Figure, Stamp, read_marks, save_figures

_BYTES = 16


def keep_history(job: Job, connection: Connection, kind: Kind, records: Mapping[str, Mapping[str, Kpi]]) -> None:
    """Keep what changed of these records' figures.

    A run that reckons for another day than its own is no part of the history; nor is a dry one.
    """
    if job.dry or job.terms.as_of != job.started:
        return
    marks = {record: mark_of(kpis) for record, kpis in records.items()}
    known = read_marks(connection, job.name, kind, list(records))
    changed = {record: kpis for record, kpis in records.items() if marks[record] != known.get(record)}
    if changed:
        figures = {record: _figures(kpis) for record, kpis in changed.items()}
        stamp = Stamp(job.name, kind, job.run, job.started)
        save_figures(connection, stamp, figures, {record: marks[record] for record in changed})


def _figures(kpis: Mapping[str, Kpi]) -> dict[str, Figure]:
    return {key: Figure(figure_text(key, kpi), definition_of(key).traits.version) for key, kpi in kpis.items()}


def mark_of(kpis: Mapping[str, Kpi]) -> str:
    """A digest of a record's figures.

    Cheaper than the figures' own texts: it is made for every record, and these only for those that changed.
    """
    lines = [
        f"{key} {kpi.value} {kpi.status.value} {kpi.n} {kpi.numerator} {kpi.denominator} {kpi.findings} {kpi.known_on}"
        for key, kpi in kpis.items()
    ]
    return blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()
