"""The property histories that a deal's stage changes leave behind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sandbox.hubspot.portal.record import Record, Revision
from sandbox.hubspot.portal.world_values import close_instant
from sandbox.world.model import StageChange


def add_history(record: Record, changes: Iterable[StageChange], hour: timedelta) -> None:
    """Give a deal the revisions of its stage, amount and close date; each ends with the present value."""
    ordered = sorted(changes, key=lambda change: change.at)
    if not ordered:
        return
    _add(record, "dealstage", [Revision(change.stage, change.at) for change in ordered])
    _add(record, "amount", [Revision(_amount(change), change.at) for change in ordered])
    _add(record, "closedate", [Revision(close_instant(change.close_date, hour) or "", change.at) for change in ordered])


def _amount(change: StageChange) -> str:
    return "" if change.amount is None else f"{change.amount:f}"


def _add(record: Record, name: str, written: list[Revision]) -> None:
    if not any(revision.value for revision in written):
        return  # the world does not tell how it came about: the present value counts from the deal's creation
    present = Revision(record.properties.get(name, ""), record.modified_at)
    kept: list[Revision] = []
    for revision in [*written, present]:
        if revision.value != (kept[-1].value if kept else ""):
            kept.append(revision)
    if kept:
        record.revisions[name] = kept
