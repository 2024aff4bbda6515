"""Lays an admin's rules over the shipped ones: what a rule leaves out (values, converter) stays as shipped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import yaml

from adapters.base import Kind
from mappings.converters import UnusableValueError
from mappings.fields import default_converter, field_types
from mappings.plan import Rule, find_converter
from mappings.shape import FieldRule, MappingError, Rules, parse_rules, suggest
from mappings.words import SETTLE, Table, default_tables, normalise, read_own


def list_mappings() -> list[str]:
    """The CRMs for which a mapping is shipped."""
    names = (path.name for path in files("mappings").iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml") and name != "values.yaml")


INPUTS = "inputs"
"""The part of a shipped mapping that names the fields in which reps fill account plans."""


def read_shipped(crm: str) -> Rules:
    """The mapping shipped for a CRM. Raises MappingError where there is none."""
    if crm not in list_mappings():
        raise MappingError([f"crm {crm}: no mapping is shipped for it; {suggest(crm, list_mappings())}"])
    return parse_rules({kind: rules for kind, rules in _read_file(crm).items() if kind != INPUTS}, f"{crm}.yaml")


def read_inputs(crm: str, own: Rules) -> dict[Kind, dict[str, Rule]]:
    """How the fields are read in which reps fill account plans, as far as the admin's own rules leave them to us."""
    shipped = parse_rules(_read_file(crm).get(INPUTS), f"{crm}.yaml {INPUTS}")
    offered = {
        kind: {field: rule for field, rule in rules.items() if field not in own.get(kind, {})}
        for kind, rules in shipped.items()
    }
    return lay_over(offered, {})


@cache
def _read_file(crm: str) -> Mapping[str, object]:
    text = files("mappings").joinpath(f"{crm}.yaml").read_text(encoding="utf-8")
    written: Mapping[str, object] = yaml.safe_load(text)
    return written


def lay_over(shipped: Rules, own: Rules) -> dict[Kind, dict[str, Rule]]:
    """The rules that hold in the end. Raises MappingError with one line per value that a table cannot mean."""
    faults: list[str] = []
    settled = {kind: _lay_over_kind(kind, shipped.get(kind, {}), own.get(kind, {}), faults) for kind in Kind}
    if faults:
        raise MappingError(faults)
    return settled


def _lay_over_kind(
    kind: Kind, shipped: Mapping[str, FieldRule | None], own: Mapping[str, FieldRule | None], faults: list[str]
) -> dict[str, Rule]:
    settled: dict[str, Rule] = {}
    for field in field_types(kind):
        try:
            if rule := _settle(kind, field, shipped, own):
                settled[field] = rule
        except MappingError as error:
            faults += error.lines
    return settled


def _settle(
    kind: Kind, field: str, shipped: Mapping[str, FieldRule | None], own: Mapping[str, FieldRule | None]
) -> Rule | None:
    """The effective rule of one field, None where it is not mapped."""
    rule, default = own.get(field, shipped.get(field)), shipped.get(field)
    if rule is None:
        return None
    convert = rule.convert or (default and default.convert) or default_converter(kind, field)
    values = {**(default.values if default else {}), **rule.values}
    table = dict(default_tables()[convert]) if convert in SETTLE else {}
    table.update(_read_table(values, convert, f"mapping.{kind}.{field}.values"))
    return Rule(rule.field, convert, table, own=field in own, typed=field in own and not rule.values)


def _read_table(values: Mapping[str, object], convert: str, place: str) -> Table:
    """The table of a rule: their words normalised, our values converted; null is a known word that means nothing."""
    table, faults = {}, []
    for theirs, ours in values.items():
        try:
            table[normalise(theirs)] = _read_value(convert, ours)
        except UnusableValueError as error:
            faults.append(f"{place}.{theirs}: {ours!r} {error}")
    if faults:
        raise MappingError(faults)
    return table


def _read_value(convert: str, ours: object) -> object:
    if ours is None:
        return None
    return read_own(convert, ours) if convert in SETTLE else find_converter(convert, ZoneInfo("UTC"))(ours)
