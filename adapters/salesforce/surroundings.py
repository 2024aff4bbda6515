"""What stands around our records: what sharing hides, who may read our fields, what saving a record sets off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from adapters.base import FieldSpec, Finding, Kind
from adapters.errors import FatalError
from adapters.salesforce.census import count_rows
from adapters.salesforce.failures import garbled
from adapters.salesforce.keyset import quote, select
from adapters.salesforce.objects import OBJECTS, WRITTEN
from adapters.salesforce.permissions import PLANNER, READER, PermissionSets, rights_on
from adapters.salesforce.query import read_rows
from adapters.salesforce.wire import Row, Wire

_COUNTED = (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL)
_NOTICEABLE = 0.01
"""Salesforce counts some time before it is asked: less than this share is no sign of sharing."""

_FEW = 10


def find_surroundings(wire: Wire, specs: Sequence[FieldSpec]) -> Iterator[Finding]:
    """One finding per object and subject; a note where Salesforce does not tell the running user."""
    yield from _or_note("records seen", partial(_compare_counts, wire))
    yield from _or_note("reps", partial(_judge_reps, wire, specs))
    for what, ask in (("validation rules", _list_rules), ("triggers", _list_triggers), ("flows", _list_flows)):
        yield from _or_note(what, partial(_judge_automation, what, ask, wire))


def _or_note(subject: str, find: Callable[[], Sequence[Finding]]) -> Sequence[Finding]:
    try:
        return find()
    except FatalError as error:
        mend = "to see it here, give the running user 'View Setup and Configuration'"
        return [Finding("note", subject, f"Salesforce does not tell the running user ({error.code})", mend)]


def _compare_counts(wire: Wire) -> list[Finding]:
    """Salesforce counts all records of an object, whoever asks; a query counts those that the user may see."""
    names = [OBJECTS[kind] for kind in _COUNTED]
    what = "counting all records"
    listed = wire.get(f"limits/recordCount?sObjects={','.join(names)}", what).get("sObjects")
    if not isinstance(listed, list) or not all(map(_is_count, listed)):
        raise garbled(what, wire.host)
    totals = {row["name"]: row["count"] for row in listed}
    return [_judge_count(name, count_rows(wire, name), totals[name]) for name in names if name in totals]


def _judge_count(name: str, seen: int, total: int) -> Finding:
    if total - seen > max(total * _NOTICEABLE, _FEW):
        mend = "give the running user 'View All Data', or sharing that shows it all records; figures leave the rest out"
        return Finding("warning", f"{name} records seen", f"{seen} of about {total}", mend)
    return Finding("ok", f"{name} records seen", f"{seen} of about {total}")


def _judge_reps(wire: Wire, specs: Sequence[FieldSpec]) -> list[Finding]:
    """Whether the permission sets for people hold our fields, and whether anybody has them."""
    sets = PermissionSets(wire)
    granted = sets.read()
    findings = []
    for name in (READER, PLANNER):
        fields = [f"{OBJECTS[spec.kind]}.{spec.name}" for spec in specs if name in rights_on(spec)]
        rights = {name: name == PLANNER}
        hidden = [field for field in fields if granted.list_lacking(field, rights)]
        if hidden:
            message, mend = f"{name} does not show {', '.join(hidden)}", "run `playmaker fields apply`"
            findings.append(Finding("warning", "reps", message, mend))
        elif fields and not sets.count_assigned(granted.sets[name]):
            mend = f"assign {name} to those who shall see these fields, unless their profiles show them"
            findings.append(Finding("note", "reps", f"nobody has {name}", mend))
        elif fields:
            findings.append(Finding("ok", "reps", f"{name} shows {len(fields)} fields to those who have it"))
    return findings


def _list_rules(wire: Wire) -> list[str]:
    condition = quote("EntityDefinitionId IN {objects} AND Active = true", objects=_written())
    columns = ("ValidationName", "EntityDefinitionId")
    return _read_tooling(wire, "ValidationRule", columns, condition)


def _list_triggers(wire: Wire) -> list[str]:
    condition = quote("TableEnumOrId IN {objects} AND Status = 'Active'", objects=_written())
    return _read_tooling(wire, "ApexTrigger", ("Name", "TableEnumOrId"), condition)


def _list_flows(wire: Wire) -> list[str]:
    condition = quote("TriggerObjectOrEventId IN {objects} AND IsActive = true", objects=_written())
    columns = ("ApiName", "TriggerObjectOrEventId")
    soql = f"{select(columns, 'FlowDefinitionView')} WHERE {condition}"
    return _name(read_rows(wire, soql, "FlowDefinitionView"), *columns)


def _read_tooling(wire: Wire, sobject: str, columns: tuple[str, str], condition: str) -> list[str]:
    rows = wire.query_tooling(f"{select(columns, sobject)} WHERE {condition}", sobject).get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise garbled(f"reading {sobject}", wire.host)
    return _name(rows, *columns)


def _name(rows: Sequence[Row], name: str, of: str) -> list[str]:
    return sorted(f"{row.get(of)}: {row.get(name)}" for row in rows)


def _judge_automation(what: str, ask: Callable[[Wire], Sequence[str]], wire: Wire) -> list[Finding]:
    names = ask(wire)
    if not names:
        return [Finding("ok", what, f"none is active on {' or '.join(_written())}")]
    message = f"active when we write: {', '.join(names)}"
    mend = "make sure that they let the integration's updates through and do not do too much on each of them"
    return [Finding("note", what, message, mend)]


def _written() -> list[str]:
    return [OBJECTS[kind] for kind in WRITTEN]


def _is_count(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("name"), str) and isinstance(row.get("count"), int)
