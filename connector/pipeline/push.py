"""Push: everything that would change is gathered, weighed, and only then written."""

from __future__ import annotations

from connector.kpis.problems import settings_problems
from connector.pipeline.compute import read_reference
from connector.pipeline.freezing import freeze_forecast
from connector.pipeline.gather import gather
from connector.pipeline.job import Job
from connector.pipeline.outbox import flush
from connector.pipeline.weigh import weigh


def push_changes(job: Job) -> None:
    """Compute and write what changed; a dry run only says what would change.

    Without push the KPIs are computed all the same, and nothing is compared or sent. Raises TooMuchChangeError before
    the first write when the run would change too much.
    """
    reference = read_reference(job.store, job.name, job.mapping)
    for line in settings_problems(reference, job.terms.settings):
        job.report.warnings[f"{job.name}: {line}"] += 1
    reference = freeze_forecast(job, reference)
    gather(job, reference)
    if job.push:
        weigh(job)
        flush(job)
