"""What one run of one connection works with; built in connector/wiring, handed to every unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Event
from typing import TypeAlias

from adapters.base import CRM, FieldSpec, Kind
from adapters.errors import TransientError
from connector.kpis.facts import Terms
from connector.languages.speech import _
from connector.pipeline.report import ConnectionReport
from connector.store.lease import LENGTH
from connector.store.store import Store
from mappings.mapping import Mapping as FieldMapping

KpiFields: TypeAlias = "Mapping[str, str | bool | None]"
"""An admin's choice of KPI fields: a name, True (the default name) or None (never write)."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of one connection.

    `started`: the run's real instant, made once; `terms.as_of`: the instant its KPIs are reckoned for. `kpi_fields`:
    the admin's renames. `share` of the daily API limit is ours, `reserve` is left to others. `progress(kind, n)` is
    told of every n records received or written; `stop`, once set, asks the run to end.
    `sweep_every`: how often what changes without a modification time is read whole again.
    `command`: what is run, for the ledger; `started_by` and `versions`: by whom and with what, for it too.
    `heeds_pause`: whether it leaves a paused connection alone.
    `keep_departed`: for how many days people who left are kept (None: always).
    `lease`: for how long another run waits for a sign of life of this one.
    `max_change`: the share of KPI values that a run may change unless it is told to by `force`; `attempts`: after how
    many a refused record is parked.
    """

    run: str
    name: str
    crm_name: str
    crm: CRM
    mapping: FieldMapping
    store: Store
    terms: Terms
    kpi_fields: KpiFields
    started: datetime
    share: Decimal
    report: ConnectionReport
    reserve: Decimal = Decimal("0.1")
    max_change: Decimal = Decimal("0.30")
    attempts: int = 10
    full: bool = False
    force: bool = False
    push: bool = True
    dry: bool = False
    progress: Callable[[str, int], None] = lambda _kind, _count: None
    stop: Event = field(default_factory=Event)
    lease: timedelta = LENGTH
    command: str = "sync"
    sweep_every: timedelta = timedelta(hours=24)
    started_by: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    heeds_pause: bool = False
    keep_departed: int | None = None
    specs: dict[Kind, dict[str, FieldSpec]] = field(default_factory=dict)

    def before_unit(self) -> None:
        """Before the next unit of work: stop when asked to, or when another run took this one's place."""
        self.stop_if_asked()
        self.store.renew_lease()

    def stop_if_asked(self) -> None:
        """Between two units of work: raises TransientError when the run was asked to end."""
        if self.stop.is_set():
            raise TransientError(_("{name}: stopped by request; the next run goes on from here", name=self.name))
