"""Tells how a field that reps fill differs from what we would make today."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.base import FieldSpec


def describe_drift(spec: FieldSpec, label: str, options: Mapping[str, str]) -> str:
    """What is other about a field that is there, in one line; empty where nothing is. `options`: value to label."""
    wanted = dict(spec.options)
    missing, foreign = wanted.keys() - options.keys(), options.keys() - wanted.keys()
    told = [f"its label is {label}, not {spec.label}"] if label != spec.label else []
    if wanted and missing:
        told.append(f"it lacks the option{_s(missing)} {', '.join(sorted(missing))}")
    if wanted and foreign:
        told.append(f"it has the option{_s(foreign)} {', '.join(sorted(foreign))} besides ours")
    relabelled = sorted(value for value in wanted.keys() & options.keys() if wanted[value] != options[value])
    if relabelled:
        told.append(f"it has other labels for {', '.join(relabelled)}")
    return "; ".join(told)


def _s(several: set[str]) -> str:
    return "" if len(several) == 1 else "s"
