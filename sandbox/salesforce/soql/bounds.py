"""What a WHERE says about SystemModstamp and Id: the stretches of the two kept orders in which its rows must lie.

A query that walks a large object page by page (by stamp and id, or by id) then reads only its own page. The
stretches may hold more rows than the WHERE, never fewer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.salesforce.schema.ids import read_id
from sandbox.salesforce.soql.tree import Comparison, Condition, Every, Some
from sandbox.salesforce.state.table import Table

LOWEST, HIGHEST = "", "\U0010ffff"
MOST_BOXES = 5_000
Stretch = tuple[int, int]


def next_text(text: str) -> str:
    """The smallest text that is greater."""
    return text + "\0"


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` up to, but not including, `high`."""

    low: str = LOWEST
    high: str = HIGHEST

    def meet(self, other: Interval) -> Interval:
        """What lies in both."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    @property
    def is_point(self) -> bool:
        """Whether it holds one text only."""
        return self.high == next_text(self.low)


@dataclass(frozen=True, slots=True)
class Box:
    """Rows whose stamp and id lie in these intervals."""

    stamp: Interval = Interval()
    id: Interval = Interval()

    def meet(self, other: Box) -> Box:
        """What lies in both."""
        return Box(self.stamp.meet(other.stamp), self.id.meet(other.id))


def find_boxes(condition: Condition | None) -> list[Box]:
    """Boxes that together hold every row for which the condition can be true."""
    if isinstance(condition, Comparison):
        return [_box(condition.path.names, interval) for interval in _intervals(condition)]
    if isinstance(condition, Some):
        return [box for part in condition.parts for box in find_boxes(part)]
    if isinstance(condition, Every):
        return _meet_all([find_boxes(part) for part in condition.parts])
    return [Box()]


def _meet_all(lists: list[list[Box]]) -> list[Box]:
    result = [Box()]
    for boxes in sorted(lists, key=len):
        if len(result) * len(boxes) <= MOST_BOXES:
            result = [one.meet(other) for one in result for other in boxes]
    return result


def _box(names: tuple[str, ...], interval: Interval) -> Box:
    name = names[0].lower() if len(names) == 1 else ""
    if name == "systemmodstamp":
        return Box(stamp=interval)
    return Box(id=interval) if name == "id" else Box()


def _intervals(one: Comparison) -> list[Interval]:
    if one.operator in {"!=", "NOT IN", "LIKE"} or not all(isinstance(value.value, str) for value in one.values):
        return [Interval()]
    return [_interval(one.operator, _spell(one, str(value.value))) for value in one.values]


def _spell(one: Comparison, text: str) -> str:
    return (read_id(text) or text) if one.path.names[-1].lower() == "id" else text


def _interval(operator: str, text: str) -> Interval:
    if operator in {"<", "<="}:
        return Interval(high=text if operator == "<" else next_text(text))
    if operator in {">", ">="}:
        return Interval(low=text if operator == ">=" else next_text(text))
    return Interval(text, next_text(text))


def stretches_of_ids(table: Table, boxes: Iterable[Box]) -> list[Stretch]:
    """Where in `table.ids` the boxes lie."""
    return _join((bisect_left(table.ids, box.id.low), bisect_left(table.ids, box.id.high)) for box in boxes)


def stretches_of_stamps(table: Table, boxes: Iterable[Box]) -> list[Stretch]:
    """Where in `table.stamps` the boxes lie."""
    return _join(_stretch_of_stamps(table, box) for box in boxes)


def _stretch_of_stamps(table: Table, box: Box) -> Stretch:
    if box.stamp.is_point:
        low, high = (box.stamp.low, box.id.low), (box.stamp.low, box.id.high)
    else:
        low, high = (box.stamp.low, LOWEST), (box.stamp.high, LOWEST)
    return bisect_left(table.stamps, low), bisect_left(table.stamps, high)


def _join(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
