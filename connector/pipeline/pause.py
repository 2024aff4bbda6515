"""A paused connection is left alone until somebody resumes it."""

from __future__ import annotations

from adapters.errors import TransientError
from connector.languages.speech import _
from connector.pipeline.job import Job
from connector.store.pauses import Pause, read_pause


class PausedError(TransientError):
    """Somebody paused the connection, and this run was not told to run all the same."""


def require_not_paused(job: Job) -> None:
    """Raises PausedError where the job heeds pauses and there is one."""
    if not job.heeds_pause:
        return
    with job.store.reading() as connection:
        found = read_pause(connection, job.name)
    if found is not None:
        raise PausedError(_say_paused(job.name, found))


def _say_paused(name: str, found: Pause) -> str:
    return _(
        "{name} is paused since {since} (by {by}), so nothing was done: `playmaker resume {name}` ends that, and "
        "--even-paused runs once all the same",
        name=name,
        since=found.since.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC"),
        by=found.by,
    )
