"""The control paths under /_sandbox/: how tests and admins look into a simulated CRM and steer it. No token needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound

from sandbox.faults import FaultOrder, FaultSwitch
from sandbox.request_log import RequestLog
from sandbox.simulator import Simulator

PREFIX = "/_sandbox/"
A_CENTURY = 100 * 366 * 86_400
"""In seconds: a clock put forward without bound would run out of years."""
Body = TypeVar("Body")


class Advance(BaseModel):
    """What POST clock takes."""

    model_config = ConfigDict(extra="forbid")

    advance_seconds: float = Field(ge=0, le=A_CENTURY, allow_inf_nan=False)


class Merge(BaseModel):
    """What POST merge takes."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    type: str
    winner: str
    loser: str


class Choice(BaseModel):
    """What POST undelete takes."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    type: str
    id: str


ADVANCE = TypeAdapter(Advance)
MERGE = TypeAdapter(Merge)
CHOICE = TypeAdapter(Choice)
ORDERS = TypeAdapter(list[FaultOrder])


class Control:
    """Answers the control paths; `lock` is the one under which the simulator works."""

    def __init__(self, simulator: Simulator, log: RequestLog, faults: FaultSwitch, lock: Lock) -> None:
        self._simulator = simulator
        self._log = log
        self._faults = faults
        self._lock = lock
        self._paths: dict[str, dict[str, Callable[[Request], Response]]] = {
            "state": {"GET": self._state},
            "log": {"GET": self._read_log, "DELETE": self._empty_log},
            "faults": {"GET": self._list_faults, "POST": self._set_faults, "DELETE": self._clear_faults},
            "clock": {"GET": self._tell_time, "POST": self._advance_clock},
            "merge": {"POST": self._merge},
            "undelete": {"POST": self._undelete},
            "purge": {"POST": self._purge},
            "expire": {"POST": self._expire},
        }

    def answer(self, request: Request) -> Response:
        """Do what a control request asks; the answer is JSON, `{"error": …}` when it cannot be done."""
        try:
            act = self._find(request.method, request.path.removeprefix(PREFIX))
            return act(request)
        except HTTPException as error:
            return _json({"error": error.description}, error.code or 500)

    def _find(self, method: str, name: str) -> Callable[[Request], Response]:
        acts = self._paths.get(name)
        if acts is None:
            raise NotFound(f"No such control path; there are {', '.join(sorted(self._paths))}.")
        if method not in acts:
            raise MethodNotAllowed(list(acts), f"{PREFIX}{name} takes {' and '.join(acts)}.")
        return acts[method]

    def _state(self, _request: Request) -> Response:
        with self._lock:
            # written out under the lock: the state is the simulator's own, and goes on changing
            return _json(self._simulator.state())

    def _read_log(self, _request: Request) -> Response:
        return _json(self._log.entries())

    def _empty_log(self, _request: Request) -> Response:
        self._log.empty()
        return _json([])

    def _list_faults(self, _request: Request) -> Response:
        return _json(self._faults.listing())

    def _set_faults(self, request: Request) -> Response:
        body = _read(TypeAdapter(object), request)
        for order in _validate(ORDERS, body if isinstance(body, list) else [body]):
            self._faults.add(order)
        return _json(self._faults.listing())

    def _clear_faults(self, _request: Request) -> Response:
        self._faults.clear()
        return _json([])

    def _tell_time(self, _request: Request) -> Response:
        return _json({"now": self._simulator.options.clock.now().isoformat()})

    def _advance_clock(self, request: Request) -> Response:
        self._simulator.options.clock.advance(_read(ADVANCE, request).advance_seconds)
        return self._tell_time(request)

    def _merge(self, request: Request) -> Response:
        wish = _read(MERGE, request)
        try:
            with self._lock:
                return _json({"id": self._simulator.merge(wish.type, wish.winner, wish.loser)})
        except LookupError as error:
            raise NotFound(f"Cannot merge {wish.loser} into {wish.winner} among {wish.type}: {error}") from error

    def _undelete(self, request: Request) -> Response:
        wish = _read(CHOICE, request)
        try:
            with self._lock:
                self._simulator.undelete(wish.type, wish.id)
        except LookupError as error:
            raise NotFound(f"Cannot bring back {wish.id} of {wish.type}: {error}") from error
        return _json({"id": wish.id})

    def _purge(self, _request: Request) -> Response:
        with self._lock:
            self._simulator.purge()
        return _json({"purged": True})

    def _expire(self, _request: Request) -> Response:
        with self._lock:
            self._simulator.expire_sessions()
        return _json({"expired": True})


def _read(shape: TypeAdapter[Body], request: Request) -> Body:
    try:
        content = json.loads(request.get_data())
    except ValueError as error:
        raise BadRequest(f"The body is no JSON: {error}") from error
    return _validate(shape, content)


def _validate(shape: TypeAdapter[Body], content: object) -> Body:
    try:
        return shape.validate_python(content)
    except ValidationError as error:
        raise BadRequest("; ".join(f"{_place(e['loc'])}: {e['msg']}" for e in error.errors())) from error


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "body"


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content) + "\n", status, content_type="application/json")
