"""When a record that the CRM refused is tried again: later and later, then not until a person asks for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from adapters.base import FieldSpec, Kind, PushResult, Update, Value
from connector.pipeline.canonical import canonical
from connector.pipeline.diff import accompanying_names
from connector.pipeline.job import Job
from connector.store.refusals import Refused, read_refused, save_refused

FIRST_DELAY = timedelta(minutes=15)
LONGEST_DELAY = timedelta(days=1)
_DOUBLINGS = 7
"""After so many the longest delay is reached."""

log = structlog.get_logger()


def find_delay(attempts: int) -> timedelta:
    """How long a record rests after so many refusals: 15 minutes, doubled each time, at most a day."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, _DOUBLINGS)), LONGEST_DELAY)


def is_waiting(
    refused: Refused | None, specs: Mapping[str, FieldSpec], values: Mapping[str, Value], now: datetime
) -> bool:
    """Whether a refused record is left alone now: parked, or not due again and its values still those refused.

    A changed value is tried at once, since the reason may be gone with the old one; but a parked record waits for
    `playmaker retry`.
    """
    if refused is None:
        return False
    if refused.parked_at is not None:
        return True
    is_early = refused.next_attempt_at is not None and now < refused.next_attempt_at
    return is_early and refused.digest == digest(specs, values)


def digest(specs: Mapping[str, FieldSpec], values: Mapping[str, Value]) -> str:
    """The same for the same figures; the moment and the status line are none."""
    figures = {name: canonical(value) for name, value in values.items() if name not in accompanying_names(specs)}
    return hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()


def keep_refused(job: Job, connection: Connection, kind: Kind, refused: Sequence[tuple[Update, PushResult]]) -> None:
    """Keep these refusals in the CRM's words, and settle when each record is due again."""
    before = read_refused(connection, job.name, kind, [update.id for update, _ in refused])
    rows = [_row(job, update, result, before.get(update.id)) for update, result in refused]
    save_refused(connection, job.name, kind, rows)


def _row(job: Job, update: Update, result: PushResult, before: Refused | None) -> dict[str, object]:
    attempts = before.attempts + 1 if before else 1
    is_parked = attempts >= job.attempts
    if is_parked:
        log.error("record parked", kind=update.kind.value, record=update.id, code=result.code, attempts=attempts)
    return {
        "id": update.id,
        "field": result.field or "",
        "code": result.code,
        "message": result.message,
        "attempts": attempts,
        "first_at": before.first_at if before else job.started,
        "last_at": job.started,
        "next_attempt_at": job.started + find_delay(attempts),
        "parked_at": job.started if is_parked else None,
        "values_digest": digest(job.specs[update.kind], update.values),
    }
