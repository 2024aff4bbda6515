"""The CRM fields that KPIs are written to: which ones, called what, of what type, rounded how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from adapters.base import FieldSpec, FieldType, Kind, Value
from connector.config.faults import suggest
from connector.kpis.arithmetic import round_to
from connector.kpis.catalogue import COMPUTED_AT, STATUS, all_keys, definition_of, definitions
from connector.kpis.registry import MONEY_UNITS, REGISTRY, Definition, Unit, Wording
from connector.kpis.result import Kpi, KpiValue, Status
from connector.languages.speech import _
from connector.languages.translation import Translator

LABEL_LENGTH = 40
TEXT_LENGTH = 255
ALL = "all"

_TYPES = {
    Unit.COUNT: (FieldType.COUNT, 0),
    Unit.FRACTION: (FieldType.FRACTION, 4),
    Unit.NUMBER: (FieldType.NUMBER, 2),
    Unit.DAYS: (FieldType.NUMBER, 2),
    Unit.TEXT: (FieldType.TEXT, 0),
    Unit.DATE: (FieldType.DATE, 0),
    Unit.YES_NO: (FieldType.YES_NO, 0),
}

ALWAYS = {
    COMPUTED_AT: (
        "Playmaker figures computed at",
        "When the Playmaker figures of this record last changed.",
        FieldType.MOMENT,
    ),
    STATUS: (
        "Playmaker status",
        "What is missing behind the Playmaker figures of this record: ok, or which are empty, old or on few records.",
        FieldType.TEXT,
    ),
}
"""Label, help and type of the two fields that go with the others."""


STATUS_WORDS = {
    Status.LOW_SAMPLE: "low sample: {figures}",
    Status.NO_DATA: "no data: {figures}",
    Status.ZERO_DENOMINATOR: "sum is zero: {figures}",
    Status.MIXED_CURRENCY: "exchange rate missing: {figures}",
    Status.NOT_CONFIGURED: "not configured: {figures}",
}
STALE = "stale: the CRM was not read completely of late"
PLAN = "plan: {findings}"
OK = "ok"
ANSWERS = ("Yes", "No")
SEPARATOR = "; "
_MORE = " …"
_ENGLISH = Translator()


class KpiFieldError(ValueError):
    """`kpi_fields` asks for something that cannot be; the message says what and what to do."""


Chosen = Mapping[str, str | bool | None]
"""`kpi_fields` of a connection: a field's name, True (its default name), None or False (never write); `all: true`."""


@dataclass(frozen=True, slots=True)
class _Naming:
    """Where names, labels and types come from."""

    wording: Wording
    chosen: Chosen
    field_name: Callable[[str], str]
    one_currency: bool

    def name(self, key: str) -> str:
        chosen = self.chosen.get(key)
        return chosen if isinstance(chosen, str) else self.field_name(key)

    def wants(self, definition: Definition) -> bool:
        default = definition.traits.written or self.chosen.get(ALL) is True
        return not definition.per_stage and bool(self.chosen.get(definition.key, default))


def kpi_specs(
    wording: Wording,
    chosen: Chosen,
    field_name: Callable[[str], str],
    *,
    multi_currency: bool,
) -> list[FieldSpec]:
    """The fields to write: account KPIs, deal KPIs, and on both kinds the moment and the status.

    `multi_currency`: the organisation has several currencies, or another one than the reporting currency; money is
    then a number whose label names the currency, else a currency field. Raises KpiFieldError.
    """
    _refuse_nonsense(chosen)
    naming = _Naming(wording, chosen, field_name, not multi_currency)
    specs = [_spec(definition, naming) for definition in definitions() if naming.wants(definition)]
    specs += [_always(kind, key, naming) for kind in (Kind.ACCOUNT, Kind.DEAL) for key in ALWAYS]
    _refuse_double_names(specs)
    return specs


def round_for(spec: FieldSpec, value: KpiValue) -> Value:
    """A value as the field keeps it: numbers rounded half-even to the field's decimals, text cut to its length."""
    if isinstance(value, str):
        return value[:TEXT_LENGTH]
    if spec.type is FieldType.COUNT and isinstance(value, int | Decimal):
        return int(round_to(value, 0))
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return round_to(value, spec.scale)
    return value


def status_line(results: Mapping[str, Kpi], translator: Translator = _ENGLISH) -> str:
    """What is missing behind the written figures and in the plan, at most 255 characters; "ok" when nothing is."""
    say = translator.say
    parts = [say(STALE)] if any(kpi.status is Status.STALE for kpi in results.values()) else []
    for status, words in STATUS_WORDS.items():
        told = [(key, kpi) for key, kpi in results.items() if kpi.status is status and _tells(key, kpi)]
        if told:
            parts.append(say(words).format(figures=", ".join(_named(key, kpi, translator) for key, kpi in told)))
    found = [say(finding_words(code)) for kpi in results.values() for code in kpi.findings or ()]
    parts += [say(PLAN).format(findings=", ".join(found))] if found else []
    line = say(SEPARATOR).join(parts) or say(OK)
    return line if len(line) <= TEXT_LENGTH else line[: TEXT_LENGTH - len(_MORE)].rstrip(" ,;:") + _MORE


def finding_words(code: str) -> str:
    """What the status line says of a finding about a plan, in English."""
    return code.replace("_", " ")


def _spec(definition: Definition, naming: _Naming) -> FieldSpec:
    unit, say = definition.traits.unit, naming.wording.say
    label = definition.label(naming.wording)
    type_, scale = _TYPES.get(unit, (FieldType.MONEY if naming.one_currency else FieldType.NUMBER, 2))
    if unit in MONEY_UNITS and not naming.one_currency:
        label = f"{label} ({naming.wording.currency})"
    return FieldSpec(
        kind=definition.kind,
        key=definition.key,
        name=naming.name(definition.key),
        label=label[:LABEL_LENGTH],
        help=definition.help(naming.wording),
        type=type_,
        scale=scale,
        currency=naming.wording.currency if unit in MONEY_UNITS else None,
        answers=(say(ANSWERS[0]), say(ANSWERS[1])),
    )


def _always(kind: Kind, key: str, naming: _Naming) -> FieldSpec:
    label, help_text, type_ = ALWAYS[key]
    say = naming.wording.say
    return FieldSpec(kind=kind, key=key, name=naming.name(key), label=say(label), help=say(help_text), type=type_)


def _refuse_nonsense(chosen: Chosen) -> None:
    for key, value in chosen.items():
        if key == ALL and not isinstance(value, bool):
            raise KpiFieldError(_("kpi_fields.all takes true or false"))
        if key in ALWAYS and value in {None, False}:
            raise KpiFieldError(
                _("kpi_fields.{key}: it goes with every written figure; remove the line or rename it", key=key)
            )
        if isinstance(value, str) and not value.strip():
            raise KpiFieldError(
                _("kpi_fields.{key}: an empty name; give a field name, true, or null to never write it", key=key)
            )
        if key not in {ALL, *ALWAYS}:
            _refuse_unwritable(key, value)


def _refuse_unwritable(key: str, value: str | bool | None) -> None:  # noqa: FBT001 - a value of kpi_fields, not a switch
    definition = REGISTRY.get(key)
    if definition is None:
        raise KpiFieldError(
            _("kpi_fields: there is no KPI called {key}{hint}", key=repr(key), hint=suggest(key, [ALL, *all_keys()]))
        )
    if definition.per_stage and value:
        raise KpiFieldError(
            _("kpi_fields.{key}: one figure for each stage, never written to a field; remove the line", key=key)
        )


def _refuse_double_names(specs: Iterable[FieldSpec]) -> None:
    for (kind, name), times in Counter((spec.kind, spec.name) for spec in specs).items():
        if times > 1:
            raise KpiFieldError(
                _("kpi_fields: two figures of the {kind} would be written to {name}; rename one", kind=kind, name=name)
            )


def _tells(key: str, kpi: Kpi) -> bool:
    """Whether the lack of data is worth a word: accounts without a plan or next steps are most of them."""
    return not (kpi.status is Status.NO_DATA and definition_of(key).traits.quiet)


def _named(key: str, kpi: Kpi, translator: Translator) -> str:
    """The field's label without what stands in brackets, as reps know it; for a low sample how low it is."""
    definition = definition_of(key)
    title = translator.say(definition.title).partition(" (")[0]
    if kpi.status is not Status.LOW_SAMPLE:
        return title
    sample = definition.traits.sample
    return f"{title} ({kpi.n} {translator.count(sample, f'{sample}s', kpi.n)})"
