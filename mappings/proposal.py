"""Which of a company's own CRM fields seem to hold what the shipped mapping leaves open, by name, type and options.

A proposal is for a person to confirm: names say what a field is for, not what people put into it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from adapters.base import FieldInfo, Kind, Schema
from mappings.fields import default_converter
from mappings.overlay import read_shipped
from mappings.suitability import can_read, family_of
from mappings.words import SETTLE, default_tables, normalise

_HINTS: Mapping[tuple[Kind, str], str] = {
    (
        Kind.CONTACT,
        "role",
    ): r"(buying|decision|purchas\w+|deal) role|role in (the )?decision|r[oô]le (de |d')?(achat|d[eé]cision)",
    (Kind.CONTACT, "influence"): r"influence( level| score)?|(decision )?power|(niveau d'?)influence|pouvoir",
    (Kind.CONTACT, "stance"): r"stance|attitude|sentiment|disposition|posture|position envers nous",
    (
        Kind.CONTACT,
        "departed",
    ): r"(has )?left( the)?( company)?|departed|no longer (there|at company|employed)|a quitt[eé]|parti",
    (Kind.CONTACT, "c_level"): r"c level|is executive|comex|codir",
    (
        Kind.ACCOUNT,
        "potential_revenue",
    ): r"(revenue |yearly |annual )?potential( revenue)?|share of wallet|wallet( size)?|(ca )?potentiel",
    (
        Kind.ACCOUNT,
        "strategic",
    ): r"(is )?strategic( account)?|key account|named account|(compte )?strat[eé]gique|grand compte",
    (Kind.ACCOUNT, "alignment"): r"(strategic )?(alignment|fit)|alignement( strat[eé]gique)?",
    (Kind.ACCOUNT, "objective"): r"(main |account |plan )?objective|objectif( principal| du compte)?",
    (Kind.PRODUCT, "family"): r"product (line|family|range)|gamme|famille( de produits?)?",
    (Kind.PRODUCT, "active"): r"(product |is )?active|actif",
    (Kind.PRODUCT, "unit_cost"): r"(unit |standard )?cost( price)?|co[uû]t( unitaire)?|prix de revient",
    (Kind.LINE_ITEM, "unit_cost"): r"(unit |standard )?cost( price)?|co[uû]t( unitaire)?|prix de revient",
    (
        Kind.LINE_ITEM,
        "recurring_annual",
    ): r"arr|acv|annual (recurring|contract)( revenue| value)?|(revenu |ca )?r[eé]current( annuel)?",
    (
        Kind.LINE_ITEM,
        "recurring_start",
    ): r"(subscription|contract|recurring|term|service) start( date)?|d[eé]but (d')?abonnement",
    (
        Kind.LINE_ITEM,
        "recurring_end",
    ): r"(subscription|contract|recurring|term|service) end( date)?|fin (d')?abonnement",
}
"""What names of such fields look like, in English and French."""

_KINDS_OF_VALUE: Mapping[str, frozenset[str]] = {
    "boolean": frozenset({"yes/no"}),
    "employment": frozenset({"yes/no", "picklist"}),
    "text": frozenset({"text", "picklist"}),
    "date": frozenset({"date"}),
    "role": frozenset({"picklist", "text"}),
    "stance": frozenset({"picklist", "text"}),
    "influence": frozenset({"picklist", "number"}),
    "rating": frozenset({"picklist", "number"}),
    "number": frozenset({"number"}),
}
"""Stricter than what can be read: a proposal must be likely."""

_JUDGED = {"role", "stance"}
"""The shipped mapping reads these from a field for something wider; one of their own is the better source."""

_OURS = re.compile(r"playmaker_", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One of our fields with the CRM field that seems to hold it.

    `type`: the CRM's word for what it holds. `unknown`: words among its options that our tables do not know, for the
    admin to give a meaning. `others`: further fields that look like it.
    """

    kind: Kind
    field: str
    source: str
    label: str
    type: str
    unknown: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def propose(crm: str, schemas: Mapping[Kind, Schema]) -> list[Proposal]:
    """One proposal for each of our fields that the shipped mapping leaves open and for which a CRM field is found."""
    return [
        found
        for (kind, field), hint in _HINTS.items()
        if (schema := schemas.get(kind)) and _is_open(crm, kind, field, schema)
        if (found := _choose(kind, field, list(_find(kind, field, hint, schema))))
    ]


def _is_open(crm: str, kind: Kind, field: str, schema: Schema) -> bool:
    rule = read_shipped(crm).get(kind, {}).get(field)
    return rule is None or rule.field not in schema or field in _JUDGED


def _find(kind: Kind, field: str, hint: str, schema: Schema) -> Iterator[FieldInfo]:
    """The fields whose name or label is such a name, those first whose API name is."""
    converter, pattern = default_converter(kind, field), re.compile(hint)
    fitting = [
        info
        for info in schema.values()
        if not _OURS.match(info.name) and not info.name.startswith(("@", "hs_"))
        if can_read(converter, info.type) and family_of(info.type) in _KINDS_OF_VALUE[converter]
    ]
    by_name = [info for info in fitting if pattern.fullmatch(_spell(info.name))]
    yield from by_name
    yield from (info for info in fitting if info not in by_name and pattern.fullmatch(_spell(info.label)))


def _choose(kind: Kind, field: str, found: Collection[FieldInfo]) -> Proposal | None:
    if not found:
        return None
    best, *others = found
    unknown = _find_unknown(default_converter(kind, field), best)
    return Proposal(kind, field, best.name, best.label, best.type, unknown, tuple(info.name for info in others))


def _find_unknown(converter: str, info: FieldInfo) -> tuple[str, ...]:
    if converter not in SETTLE or family_of(info.type) != "picklist":
        return ()
    # one field may hold roles and stances at once, as HubSpot's own does
    tables = [default_tables()[one] for one in (_JUDGED if converter in _JUDGED else {converter})]
    return tuple(word for word in info.options if not any(normalise(word) in table for table in tables))


def _spell(name: str) -> str:
    """`Buying_Role__c`, `buyingRole` and `Buying role` are written alike."""
    return normalise(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("__c")))
