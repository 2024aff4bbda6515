"""Tells how a field that is there differs from what we would make today, and whether that is ours to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adapters.base import FieldAction, FieldChange, FieldSpec, FieldType, Ownership

_FOREIGN = "somebody else made it: it is used, and left as it is until `playmaker fields adopt` takes it over"


@dataclass(frozen=True, slots=True)
class Found:
    """A field that is there. `options`: value to label; empty where it has none or they are not known."""

    label: str
    help: str
    options: Mapping[str, str] = field(default_factory=dict)
    identity: str = ""
    marked: bool = False


def judge_found(spec: FieldSpec, found: Found, ownership: Ownership, answers: Mapping[str, str]) -> FieldChange:
    """What is to be done with a field that can hold our values. `answers`: those of a yes/no field, value to label.

    `spec` says label and help text as this CRM would have them.
    """
    known = FieldChange(spec, FieldAction.KEEP, identity=found.identity, marked=found.marked)
    if not (found.marked or ownership.covers(spec.kind, spec.name, found.identity)):
        return replace(known, action=FieldAction.FOREIGN, detail=_FOREIGN)
    mendable = [*_describe_texts(spec, found), *_describe_answers(spec, found, answers)]
    told = [*mendable, *_describe_options(spec, found.options)]
    action = FieldAction.DIFFERS if told else FieldAction.KEEP
    return replace(known, action=action, detail="; ".join(told), mends=bool(mendable))


def _describe_texts(spec: FieldSpec, found: Found) -> list[str]:
    told = [f"its label is {found.label}, not {spec.label}"] if found.label != spec.label else []
    return [*told, "its help text is another"] if found.help.split() != spec.help.split() else told


def _describe_answers(spec: FieldSpec, found: Found, answers: Mapping[str, str]) -> list[str]:
    """Yes and no in another language; only where the field has both and no others."""
    if spec.type is not FieldType.YES_NO or found.options.keys() != answers.keys() or found.options == answers:
        return []
    return [f"its answers are {' and '.join(found.options.values())}, not {' and '.join(answers.values())}"]


def _describe_options(spec: FieldSpec, options: Mapping[str, str]) -> list[str]:
    """What reps can choose is theirs to edit: it is told and left."""
    wanted = dict(spec.options)
    if not wanted or not options:
        return []
    missing, foreign = wanted.keys() - options.keys(), options.keys() - wanted.keys()
    told = [f"it lacks the option{_s(missing)} {', '.join(sorted(missing))}"] if missing else []
    if foreign:
        told.append(f"it has the option{_s(foreign)} {', '.join(sorted(foreign))} besides ours")
    relabelled = sorted(value for value in wanted.keys() & options.keys() if wanted[value] != options[value])
    if relabelled:
        told.append(f"it has other labels for {', '.join(relabelled)}")
    return [f"{line}, which is left as it is" for line in told]


def _s(several: set[str]) -> str:
    return "" if len(several) == 1 else "s"
