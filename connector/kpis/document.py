"""Makes docs/kpis.md from the docstrings of the KPIs: `python -m connector.kpis.document > docs/kpis.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.catalogue import definitions
from connector.kpis.inputs import Input
from connector.kpis.preface import PREFACE
from connector.kpis.registry import Definition, Unit, Wording

_SETTINGS = KpiSettings()
_WORDING = Wording(_SETTINGS, "the reporting currency")
_TITLES = {Kind.ACCOUNT: "KPIs of an account", Kind.DEAL: "KPIs of a deal"}
_UNITS = {
    Unit.COUNT: "a count",
    Unit.FRACTION: "a fraction",
    Unit.MONEY: "money",
    Unit.MONEY_PER_DAY: "money per day",
    Unit.NUMBER: "a number",
    Unit.DAYS: "days",
    Unit.TEXT: "a text",
    Unit.DATE: "a date",
    Unit.YES_NO: "yes or no",
}


def document() -> str:
    """The whole page, in Markdown."""
    parts = [_WORDING.fill(PREFACE).rstrip()]
    for kind, title in _TITLES.items():
        parts += [f"## {title}", *(_section(definition) for definition in definitions(kind))]
    return "\n\n".join(parts) + "\n"


def _section(definition: Definition) -> str:
    key = f"{definition.key}[STAGE]" if definition.per_stage else definition.key
    texts = [definition.help(_WORDING), *definition.notes(_WORDING)]
    return "\n\n".join([f"### `{key}`: {definition.label(_WORDING)}", *texts, _facts(definition)])


def _facts(definition: Definition) -> str:
    """Unit, whether it is written, and the inputs without which it is not configured."""
    inputs = "; ".join(sorted(_words(one) for one in set(definition.inputs(_SETTINGS))))
    version = f" · formula {definition.traits.version}"
    return f"*{_UNITS[definition.traits.unit].capitalize()} · {_written(definition)}{version}.* Needs {inputs}."


def _written(definition: Definition) -> str:
    if definition.per_stage:
        return "never written to the CRM"
    if definition.traits.written:
        return "written by default"
    return f"written with `kpi_fields: {{{definition.key}: true}}`"


def _words(fields: Input) -> str:
    return _join(f"`{kind}.{name}`" for kind, name in sorted(fields))


def _join(names: Iterable[str]) -> str:
    return " or ".join(names)


if __name__ == "__main__":
    sys.stdout.write(document())
