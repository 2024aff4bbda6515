"""The fault switch: what tests and admins tell a simulated CRM to do wrong, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Lock
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sandbox.countdown import Countdown, next_due
from sandbox.refusals import Refusal, Refusals


class Action(StrEnum):
    """What goes wrong. *before*: the work is not done; *after*: it is done, and the answer is lost."""

    STATUS = "status"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    TRUNCATE = "truncate"  # done, but half of the answer is missing
    HTML = "html"  # not done: a proxy answers in the CRM's place
    EXPIRE_SESSION = "expire_session"
    STALL_BEFORE = "stall_before"
    STALL_AFTER = "stall_after"
    REFUSE_ROW = "refuse_row"


class FaultOrder(BaseModel):
    """A fault as it is set over HTTP; docs/sandbox.md explains the keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    action: Action
    status: int | None = Field(default=None, ge=200, le=599)
    retry_after: int | None = Field(default=None, ge=0)
    policy: str | None = None
    method: str | None = None
    path: str | None = None
    after: int = Field(default=0, ge=0)
    times: int | None = Field(default=1, ge=1)
    object: str | None = None
    id: str | None = None
    code: str = "SANDBOX_REFUSAL"
    message: str = "Refused by the fault switch of the sandbox"
    field: str | None = None

    @field_validator("path")
    @classmethod
    def _is_a_pattern(cls, path: str | None) -> str | None:
        try:
            re.compile(path or "")
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return path

    @model_validator(mode="after")
    def _knows_its_status(self) -> Self:
        if self.action is Action.STATUS and self.status is None:
            raise ValueError("the action status needs a status, such as 429")
        return self


@dataclass(slots=True, eq=False)
class Fault(Countdown):
    """A fault in force; an occasion of its countdown is one matching request. `released` ends a stall."""

    order: FaultOrder
    holding: int = 0
    released: Event = field(default_factory=Event)

    def matches(self, method: str, targets: Sequence[str]) -> bool:
        """Whether a request concerns this fault; `targets` are the spellings of its address to look in."""
        right_method = self.order.method is None or self.order.method.upper() == method
        return right_method and any(re.search(self.order.path or "", target) for target in targets)


class FaultSwitch:
    """The faults in force, each used up in the order in which they were set. Safe for several threads."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._active: list[Fault] = []
        self._lock = Lock()

    def add(self, order: FaultOrder) -> None:
        """Put a fault in force; a refused row is handed to the refusals, which the simulator asks."""
        if order.action is Action.REFUSE_ROW:
            self._refusals.add(_refusal(order))
            return
        with self._lock:
            self._active.append(Fault(order, after=order.after, times=order.times))

    def clear(self) -> None:
        """End all faults and let go what they hold."""
        self._refusals.clear()
        with self._lock:
            for fault in self._active:
                fault.released.set()
            self._active = []

    def take(self, method: str, targets: Sequence[str]) -> Fault | None:
        """The fault that a request meets, counted as one request; a stall stays in force until `let_go`."""
        with self._lock:
            fault = next_due(fault for fault in self._active if fault.matches(method, targets))
            if fault is not None:
                fault.holding += 1
            return fault

    def let_go(self, fault: Fault) -> None:
        """Say that a request is done with the fault that it took; a fault used up and holding nobody is forgotten."""
        with self._lock:
            fault.holding -= 1
            self._active = [each for each in self._active if each.holding or not each.spent]

    def listing(self) -> list[dict[str, object]]:
        """The faults in force as they were set, with what is left of `after` and `times`, ready for JSON."""
        with self._lock:
            faults = [_listed(fault.order, fault) for fault in self._active]
        return faults + [_listed(_order(refusal), refusal) for refusal in self._refusals.active()]


def _refusal(order: FaultOrder) -> Refusal:
    return Refusal(order.code, order.message, order.object, order.id, order.field, after=order.after, times=order.times)


def _order(refusal: Refusal) -> FaultOrder:
    return FaultOrder(
        action=Action.REFUSE_ROW,
        object=refusal.object_type,
        id=refusal.id,
        code=refusal.code,
        message=refusal.message,
        field=refusal.field,
    )


def _listed(order: FaultOrder, countdown: Countdown) -> dict[str, object]:
    given = order.model_dump(mode="json", exclude_unset=True)
    return given | {"after": countdown.after, "times": countdown.times}
