"""What the token may do, found by asking for as little as possible and changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from adapters.base import Finding, Kind
from adapters.errors import FatalError
from adapters.hubspot.answers import read_rows
from adapters.hubspot.objects import OBJECTS, OPTIONAL
from adapters.hubspot.refusals import RequestRefusedError
from adapters.hubspot.schema import GROUP
from adapters.hubspot.wire import Wire

_WRITTEN = (Kind.ACCOUNT, Kind.DEAL)
_TYPE_IDS = {Kind.ACCOUNT: "0-2", Kind.DEAL: "0-3"}
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


def find_setup_permissions(wire: Wire) -> Iterator[Finding]:
    """One finding per type of record whose properties we create."""
    for kind in _WRITTEN:
        name = OBJECTS[kind].name
        create = partial(wire.post, wire.paths.property_batch(name), _NOTHING, "check")
        yield _probe(f"create {name} properties", create, level="warning")


def find_rules(wire: Wire) -> Iterator[Finding]:
    """The rules of the company by which HubSpot refuses values that we write."""
    for kind in _WRITTEN if wire.paths.validations else ():
        name = OBJECTS[kind].name
        path = wire.paths.rules(_TYPE_IDS[kind])
        try:
            ruled = [str(row.get("propertyName")) for row in read_rows(wire, path, wire.get(path, "check"))]
        except (RequestRefusedError, FatalError):
            yield Finding("note", f"rules on {name}", "HubSpot does not tell this token of validation rules")
            continue
        yield _judge_rules(name, ruled)


def _judge_rules(name: str, ruled: Sequence[str]) -> Finding:
    if not ruled:
        return Finding("ok", f"rules on {name}", "no validation rules")
    ours = [each for each in ruled if each.startswith(GROUP)]
    message = f"values are validated in: {', '.join(sorted(ruled))}"
    mend = "take the rules off our properties, or records will be refused (`playmaker errors`)" if ours else ""
    return Finding("warning" if ours else "note", f"rules on {name}", message, mend)


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
