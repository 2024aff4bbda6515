"""Remembers what the CRM has acknowledged: in the ledger as what it holds, in the log with what it held before."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from adapters.base import Kind
from connector.pipeline.job import Job
from connector.store.ledger import read_written, save_written
from connector.store.write_log import save_log


def acknowledge(
    connection: Connection, job: Job, kind: Kind, run: str, values: Mapping[str, Mapping[str, str | None]]
) -> None:
    """The CRM holds these values (`{record: {field: text}}`) by a write of `run`."""
    before = read_written(connection, job.name, kind, list(values))
    key = {"connection": job.name, "kind": kind.value, "run": run, "at": job.started}
    rows = [
        (key | {"record": record, "field": field}, before.get(record, {}).get(field), text)
        for record, texts in values.items()
        for field, text in texts.items()
    ]
    save_written(connection, [head | {"value": new} for head, _, new in rows])
    save_log(connection, [head | {"old": old, "new": new} for head, old, new in rows])
