"""A field plan in a file: made on one organisation, reviewed by people, applied to another one as it was reviewed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.base import FieldAction, FieldChange, FieldKey, FieldSpec, Organisation
from connector.config.connection import Connection
from connector.languages.speech import _
from connector.pipeline.errors import SetupError

_DONE = frozenset({FieldAction.KEEP, FieldAction.FOREIGN})
"""What a field may show beside what was planned: it serves already."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlannedField(_Frozen):
    """One field: how it is to be, and what is to be done for that."""

    action: FieldAction
    detail: str = ""
    spec: FieldSpec


class ConnectionPlan(_Frozen):
    """The fields of one connection. `organisation`: where the plan was made."""

    connection: str
    crm: str
    organisation: str
    organisation_name: str
    fields: tuple[PlannedField, ...]

    @property
    def has_inputs(self) -> bool:
        """Whether fields that reps fill are among them."""
        return any(field.spec.by_reps for field in self.fields)


class PlanFile(_Frozen):
    """The whole file."""

    playmaker_field_plan: Literal[1] = 1
    made_at: datetime
    connections: tuple[ConnectionPlan, ...]


def plan_of(connection: Connection, organisation: Organisation, changes: Sequence[FieldChange]) -> ConnectionPlan:
    """What is to be reviewed of one connection."""
    fields = tuple(PlannedField(action=each.action, detail=each.detail, spec=each.spec) for each in changes)
    return ConnectionPlan(
        connection=connection.name,
        crm=connection.crm,
        organisation=organisation.id,
        organisation_name=organisation.name,
        fields=fields,
    )


def write_plan(path: Path, plan: PlanFile) -> None:
    """JSON where the file's name ends so, else YAML. Raises SetupError when it cannot be written."""
    document = plan.model_dump(mode="json")
    is_json = path.suffix == ".json"
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n" if is_json else _write_yaml(document)
    try:
        path.write_text(text, "utf-8")
    except OSError as fault:
        raise SetupError(_("{path}: cannot be written: {reason}", path=path, reason=fault.strerror)) from None


def read_plan(path: Path) -> PlanFile:
    """The plan in a file. Raises SetupError for anything else."""
    try:
        return PlanFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as fault:
        raise SetupError(_("{path}: cannot be read: {reason}", path=path, reason=fault.strerror)) from None
    except (UnicodeDecodeError, yaml.YAMLError, ValidationError):
        said = _("{path}: is no field plan, or not as `playmaker fields plan --out` wrote it: make it again", path=path)
        raise SetupError(said) from None


def choose_plan(plan: PlanFile, connection: Connection) -> ConnectionPlan:
    """What the file says of a connection: by its name, or the only plan for its CRM. Raises SetupError for none."""
    same = [each for each in plan.connections if each.crm == connection.crm]
    named = [each for each in same if each.connection == connection.name] or same
    if len(named) != 1:
        known = ", ".join(f"{each.connection} ({each.crm})" for each in plan.connections)
        said = _("{name}: the plan file holds no plan for it, but for {known}", name=connection.name, known=known)
        raise SetupError(said)
    return named[0]


def find_contradictions(plan: ConnectionPlan, changes: Sequence[FieldChange]) -> Iterator[str]:
    """Where this organisation, or its configuration, asks for something else than was reviewed; `changes`: as now."""
    reviewed: Mapping[FieldKey, PlannedField] = {(one.spec.kind, one.spec.name): one for one in plan.fields}
    now: Mapping[FieldKey, FieldChange] = {(one.spec.kind, one.spec.name): one for one in changes}
    for key in sorted(reviewed.keys() | now.keys()):
        field = f"{key[0].value} {key[1]}"
        if key not in now:
            yield _("{field}: is reviewed, but the configuration does not ask for it", field=field)
        elif key not in reviewed:
            yield _("{field}: the configuration asks for it, but it was not reviewed", field=field)
        elif reviewed[key].spec != now[key].spec:
            yield _("{field}: was reviewed with another label, help text or type", field=field)
        elif not _agrees(reviewed[key].action, now[key]):
            was, found = reviewed[key].action.value, now[key].action.value
            differs = _("{field}: reviewed as {was}, here it is {found}", field=field, was=was, found=found)
            yield f"{differs} ({now[key].detail})"


def _agrees(reviewed: FieldAction, now: FieldChange) -> bool:
    """The same is to be done, or was done already, in whole or, by an apply that was broken off, in part."""
    begun = now.action is FieldAction.GRANT and now.marked and reviewed is FieldAction.CREATE
    return now.action in {reviewed, *_DONE} or begun


def _write_yaml(document: object) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
