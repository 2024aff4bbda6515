"""The CRM fields in which reps fill account plans: what they are called there, and what can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from adapters.base import FieldSpec, FieldType, Kind, Organisation
from connector.languages.translation import Translator
from mappings.mapping import Mapping as FieldMapping
from mappings.vocabulary import Role, Stance

KINDS = (Kind.CONTACT, Kind.ACCOUNT)
DEGREES = {
    "1": "1 (very low)",
    "2": "2 (low)",
    "3": "3 (medium)",
    "4": "4 (high)",
    "5": "5 (very high)",
}


@dataclass(frozen=True, slots=True)
class Input:
    """What is asked of reps: label, help text and type of a field; `options`: value to label."""

    label: str
    help: str
    type: FieldType
    options: Mapping[str, str]


def _choice(label: str, help_text: str, options: Mapping[str, str]) -> Input:
    return Input(label, help_text, FieldType.CHOICE, options)


def _words(vocabulary: type[StrEnum]) -> dict[str, str]:
    return {word.value: word.value for word in vocabulary}


INPUTS: Mapping[tuple[Kind, str], Input] = {
    (Kind.CONTACT, "role"): _choice(
        "Role in the purchase",
        "What this person decides: economic holds the budget, technical may refuse, user works with it, coach guides "
        "us. Leave it empty as long as nobody knows. People may ask to read what is written about them.",
        _words(Role),
    ),
    (Kind.CONTACT, "influence"): _choice(
        "Influence on the decision",
        "How much weight this person's word has; from 4 on it is high. Leave it empty as long as nobody knows. People "
        "may ask to read what is written about them.",
        DEGREES,
    ),
    (Kind.CONTACT, "stance"): _choice(
        "Stance towards us",
        "Whether this person is for us. Neutral is a judgement too: leave it empty as long as nobody knows. People may "
        "ask to read what is written about them.",
        _words(Stance),
    ),
    (Kind.ACCOUNT, "potential_revenue"): Input(
        "Potential revenue per year",
        "What the account could buy from us in a year. The growth gap is this less the revenue.",
        FieldType.MONEY,
        {},
    ),
    (Kind.ACCOUNT, "alignment"): _choice(
        "Strategic alignment",
        "How well the account fits our strategy. It counts in the impact, hence in the priority.",
        DEGREES,
    ),
    (Kind.ACCOUNT, "objective"): Input(
        "Main objective of the client",
        "What the client wants to reach, in one sentence.",
        FieldType.TEXT,
        {},
    ),
}


def input_specs(mapping: FieldMapping, organisation: Organisation, translator: Translator) -> list[FieldSpec]:
    """The fields to make; those are left out for which the admin mapped fields of the company's own.

    Where accounts have no currency of their own, amounts are in the organisation's.
    """
    currency = organisation.currency if mapping.source_field(Kind.ACCOUNT, "currency") is None else None
    return [
        _spec(kind, field, name, currency, translator) for kind in KINDS for field, name in mapping.inputs(kind).items()
    ]


def find_collisions(specs: Iterable[FieldSpec], mapping: FieldMapping) -> Iterator[FieldSpec]:
    """The KPI fields that would be written into fields in which reps fill account plans."""
    for spec in specs:
        taken = {name.casefold() for name in mapping.inputs(spec.kind).values()}
        if spec.name.casefold() in taken:
            yield spec


def _spec(kind: Kind, field: str, name: str, currency: str | None, translator: Translator) -> FieldSpec:
    asked, say = INPUTS[kind, field], translator.say
    return FieldSpec(
        kind=kind,
        key=field,
        name=name,
        label=say(asked.label),
        help=say(asked.help),
        type=asked.type,
        scale=2 if asked.type is FieldType.MONEY else 0,
        currency=currency if asked.type is FieldType.MONEY else None,
        options=tuple((value, say(label)) for value, label in asked.options.items()),
        by_reps=True,
    )
