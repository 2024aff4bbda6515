"""The fields of ours that a KPI cannot do without: where one of them is mapped to nothing, it is not configured."""

from __future__ import annotations

from typing import TypeAlias

from adapters.base import Kind
from connector.config.kpis import KpiSettings

Input: TypeAlias = frozenset[tuple[Kind, str]]
"""Fields of which one suffices."""

Inputs: TypeAlias = tuple[Input, ...]


def one_of(*fields: tuple[Kind, str]) -> Inputs:
    """An input that any of these fields gives."""
    return (frozenset(fields),)


def all_of(kind: Kind, *names: str) -> Inputs:
    """Several inputs of one kind."""
    return tuple(frozenset({(kind, name)}) for name in names)


PEOPLE = all_of(Kind.CONTACT, "account")
ROLE = one_of((Kind.CONTACT, "role"), (Kind.ACCOUNT_CONTACT, "role"), (Kind.DEAL_CONTACT, "role"))
STANCE = one_of((Kind.CONTACT, "stance"), (Kind.ACCOUNT_CONTACT, "stance"), (Kind.DEAL_CONTACT, "stance"))
INFLUENCE = all_of(Kind.CONTACT, "influence")
LINKS = all_of(Kind.DEAL_CONTACT, "deal", "contact")
DEALS = all_of(Kind.DEAL, "account", "stage") + all_of(Kind.STAGE, "closed", "won")
CLOSE_DATE = all_of(Kind.DEAL, "close_date")
CREATION = all_of(Kind.DEAL, "created_at")
AMOUNT = all_of(Kind.DEAL, "amount")
PROBABILITY = one_of((Kind.DEAL, "probability"), (Kind.STAGE, "probability"))
HISTORY = all_of(Kind.DEAL_HISTORY, "deal", "at", "stage") + all_of(Kind.STAGE, "position")
PRODUCTS = all_of(Kind.LINE_ITEM, "deal", "product")
ITEM_REVENUE = all_of(Kind.LINE_ITEM, "deal") + one_of((Kind.LINE_ITEM, "amount"), (Kind.LINE_ITEM, "unit_price"))
COST = one_of((Kind.LINE_ITEM, "unit_cost"), (Kind.PRODUCT, "unit_cost"))
RECURRING = all_of(Kind.LINE_ITEM, "deal", "recurring_annual")
REVENUE_FIELD = all_of(Kind.ACCOUNT, "annual_revenue")


def are_mapped(inputs: Inputs, settings: KpiSettings, mapped: frozenset[tuple[Kind, str]]) -> bool:
    """Whether the mapping fills each of these inputs of an account's figure under the settings."""
    return all(fields & mapped for fields in inputs + scope_inputs(inputs, settings))


_PAST = frozenset((Kind.DEAL_HISTORY, name) for name in ("deal", "at", "amount", "close_date"))
_STAGE_THEN = frozenset({(Kind.DEAL_HISTORY, "stage"), (Kind.STAGE, "probability")})


def history_tells(mapped: frozenset[tuple[Kind, str]], *, commit: bool) -> bool:
    """Whether the CRM's own history says what a forecast by categories, or by probabilities, would have been."""
    if not mapped >= _PAST:
        return False
    if commit:
        return (Kind.DEAL_HISTORY, "forecast_category") in mapped
    return (Kind.DEAL_HISTORY, "probability") in mapped or mapped >= _STAGE_THEN


def scope_inputs(inputs: Inputs, settings: KpiSettings) -> Inputs:
    """What the settings ask for beside these: the parent for a hierarchy, the fields that limit which deals count."""
    more = all_of(Kind.ACCOUNT, "parent") if settings.rollup == "hierarchy" else ()
    if DEALS[0] not in inputs:
        return more
    scope = {
        "pipeline": settings.deals.pipelines,
        "type": settings.deals.types,
        "record_type": settings.deals.record_types,
    }
    return more + all_of(Kind.DEAL, *(name for name, allowed in scope.items() if allowed))
