"""What a figure was made of: the records counted, those left out and why, and the figures that went in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.base import Kind
from connector.kpis.result import KpiValue


@dataclass(frozen=True, slots=True)
class Counted:
    """A record behind a figure, with what it brought, each under what a person calls it.

    `kind` None: no record of the CRM but a part of the plan or a product line, which `id` names.
    """

    kind: Kind | None
    id: str
    figures: Mapping[str, KpiValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that one might expect behind a figure and that does not count, and why."""

    kind: Kind | None
    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    """All that went into a figure. `figures`: sums and counts on the way to it, by what a person calls them."""

    counted: Sequence[Counted] = ()
    left_out: Sequence[LeftOut] = ()
    figures: Mapping[str, KpiValue] = field(default_factory=dict)


NOTHING = Trace()
