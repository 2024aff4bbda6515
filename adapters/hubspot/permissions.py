"""What the token may do, found by asking for as little as possible and changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from adapters.base import Finding, Kind
from adapters.errors import FatalError
from adapters.hubspot.objects import OBJECTS, OPTIONAL
from adapters.hubspot.refusals import RequestRefusedError
from adapters.hubspot.wire import Wire

_WRITTEN = (Kind.ACCOUNT, Kind.DEAL)
_NOTHING: dict[str, object] = {"inputs": []}
_ADD_SCOPES = "Add the scopes to the app or service key in HubSpot, then run `playmaker check` again."


def find_permissions(wire: Wire) -> Iterator[Finding]:
    """One finding per thing that we read or write."""
    for object_type in OBJECTS.values():
        level = "note" if object_type.kind in OPTIONAL else "failing"
        yield _reading(wire, object_type.name, wire.paths.listing(object_type.name), level)
    yield _reading(wire, "owners", wire.paths.owners)
    yield _reading(wire, "deal pipelines", wire.paths.deal_pipelines())
    for kind in _WRITTEN:
        name = OBJECTS[kind].name
        yield _probe(f"write {name}", partial(wire.post, wire.paths.batch_update(name), _NOTHING, "check"))
        create = partial(wire.post, wire.paths.property_batch(name), _NOTHING, "check")
        # only `fields apply` needs this
        yield _probe(f"create {name} properties", create, level="warning")


def _reading(wire: Wire, what: str, path: str, level: str = "failing") -> Finding:
    return _probe(f"read {what}", partial(wire.get, path, "check", [("limit", "1")]), level)


def _probe(subject: str, ask: Callable[[], object], level: str = "failing") -> Finding:
    """Any refusal but a forbidden one comes after the scopes were found sufficient."""
    try:
        ask()
    except RequestRefusedError:
        return Finding("ok", subject, "permitted")
    except FatalError as error:
        return Finding(level, subject, error.message, _ADD_SCOPES)
    return Finding("ok", subject, "permitted")
