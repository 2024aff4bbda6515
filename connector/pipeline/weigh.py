"""Stops a run that would change too much, before its first write: a broken mapping, an emptied CRM."""

from __future__ import annotations

from connector.languages.speech import _
from connector.pipeline.diff import accompanying_names
from connector.pipeline.errors import TooMuchChangeError
from connector.pipeline.job import Job
from connector.pipeline.preflight import WRITTEN_KINDS
from connector.store.pending import Weight, weigh_pending

FEWEST_KNOWN = 50
"""With fewer acknowledged values nothing is weighed: a share of so few says nothing, and a first run knows none."""

_MOST_NAMED = 3


def weigh(job: Job) -> None:
    """Raise TooMuchChangeError when more than `max_change` of the known values would change, unless that was forced.

    Counted are values that live records hold and that would become others or empty; a value written into an empty field
    takes nothing from anybody. The moment and the status line do not count.
    """
    weight = _weigh(job)
    affected = weight.changed.total() + weight.cleared.total()
    if job.force or weight.known < FEWEST_KNOWN or affected <= weight.known * job.max_change:
        return
    named = (weight.changed + weight.cleared).most_common(_MOST_NAMED)
    raise TooMuchChangeError(
        _(
            "{connection}: this run would change {changed} and clear {cleared} of {known} KPI values in the CRM "
            "({share}, max_change is {max_change}), most of them in {fields}; nothing was written. Look at it with "
            "`playmaker sync --dry-run`; if it is right, run `playmaker sync --force`",
            connection=job.name,
            changed=weight.changed.total(),
            cleared=weight.cleared.total(),
            known=weight.known,
            share=format(affected / weight.known, ".0%"),
            max_change=format(job.max_change, ".0%"),
            fields=", ".join(f"{field} ({count})" for field, count in named),
        )
    )


def _weigh(job: Job) -> Weight:
    whole = Weight()
    with job.store.reading() as connection:
        for kind in WRITTEN_KINDS:
            specs = job.specs.get(kind, {})
            part = weigh_pending(connection, job.name, kind, set(specs) - accompanying_names(specs))
            whole = Weight(whole.known + part.known, whole.changed + part.changed, whole.cleared + part.cleared)
    return whole
