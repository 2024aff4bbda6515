"""What is said of each CRM field by the commands about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import typer

from adapters.base import FieldAction, FieldChange
from connector.cli.exit_codes import ExitCode
from connector.cli.output import print_json, print_table, say
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark
from connector.languages.translation import translator_for
from connector.plans.input_fields import INPUTS
from connector.wiring.jobs import build_mapping

_DONE = {FieldAction.CREATE.value: "created", FieldAction.GRANT.value: "granted"}
_MENDED = "changed"
_COLUMNS = (mark("kind"), mark("field"), mark("action"), mark("what"))
_MAPPED = "mapped"

Line = dict[str, Any]
"""What is said of one field; `input`: reps fill it; `mends`: apply changes its label, help text or answers."""


def field_lines(
    settings: Settings, connection: Connection, changes: Sequence[FieldChange], *, inputs: bool
) -> list[Line]:
    """The lines of one connection."""
    lines = [_line(connection.name, change) for change in changes]
    return [*lines, *_mapped_lines(settings, connection)] if inputs else lines


def finish(lines: Sequence[Line], *, as_json: bool, done: bool) -> None:
    """Print them. Ends with exit code 2 where fields of another type are in the way."""
    if as_json:
        print_json(lines)
    else:
        _print(lines, _DONE if done else {})
    if done and any(line["input"] and line["action"] == FieldAction.CREATE.value for line in lines):
        say(_("the next sync reads what reps fill in; put the fields on their page layouts (docs/crm-setup.md)"))
    conflicts = [line for line in lines if line["action"] == FieldAction.CONFLICT.value]
    if conflicts:
        in_the_way = _(
            "fields of another type are in the way and were left alone: {names}; rename ours in kpi_fields, or map "
            "fields of your own for what reps fill in",
            names=", ".join(line["field"] for line in conflicts),
        )
        say(f"playmaker: {in_the_way}")
        raise typer.Exit(ExitCode.SETUP)


def _mapped_lines(settings: Settings, connection: Connection) -> Iterator[Line]:
    """The inputs for which the configuration names fields of the company's own, which reps fill instead."""
    mapping = build_mapping(settings, connection)
    for (kind, field), asked in INPUTS.items():
        if field not in mapping.inputs(kind):
            rule = mapping.source_field(kind, field)
            detail = _("the configuration maps it to this field") if rule else _("the configuration does not map it")
            label = translator_for(settings.language).say(asked.label)
            line = {"connection": connection.name, "kind": kind.value, "field": rule or field, "label": label}
            yield line | {"action": _MAPPED, "detail": detail, "mends": False, "input": True}


def _line(name: str, change: FieldChange) -> Line:
    spec = change.spec
    line = {"connection": name, "kind": spec.kind.value, "field": spec.name, "label": spec.label}
    return line | {
        "action": change.action.value,
        "detail": change.detail,
        "mends": change.mends,
        "input": spec.by_reps,
    }


def _print(lines: Sequence[Line], said: dict[str, str]) -> None:
    for name in dict.fromkeys(line["connection"] for line in lines):
        ours = [_row(line, said) for line in lines if line["connection"] == name and not line["input"]]
        theirs = [_row(line, said) for line in lines if line["connection"] == name and line["input"]]
        print_table(_("{name}: KPI fields", name=name), heads(_COLUMNS), ours)
        if theirs:
            print_table(_("{name}: fields that reps fill", name=name), heads(_COLUMNS), theirs)


def _row(line: Line, said: dict[str, str]) -> tuple[str, ...]:
    what = f"{line['label']}, {line['detail']}" if line["detail"] else line["label"]
    done = _MENDED if said and line["mends"] and line["action"] == FieldAction.DIFFERS.value else line["action"]
    return (word(line["kind"]), line["field"], word(said.get(done, done)), what)
