"""The frame of a computation: everything that is the same for all accounts of a connection, made once per shard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.config.portfolio import PortfolioRules
from connector.kpis.asof import AsOf
from connector.kpis.facts import Portfolio, Reference, Terms
from connector.kpis.inputs import history_tells
from connector.kpis.money import CrmRates, Exchange
from connector.kpis.stages import Stages
from connector.kpis.visits import StageKey, StageNorm
from mappings.entities import Product

Line: TypeAlias = tuple[str, str]
"""A product line: ("family", its name), or ("product", its id) for a product without a family."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Settings, clock, stages, rates and product lines; `stale`: the last complete pull is too old to trust.

    `rules`: which accounts are strategic; `portfolio`: what those are together.
    `by_commit`: forecasts go by forecast categories, else by probabilities; `history_tells`: the CRM's history knows
    what they were on days that are not among the `frozen_days`. `configured`: which KPIs have all their inputs, as far
    as it was asked already.
    """

    settings: KpiSettings
    as_of: AsOf
    stages: Stages
    exchange: Exchange
    products: Mapping[str, Product]
    active_lines: frozenset[Line]
    mapped: frozenset[tuple[Kind, str]]
    children: Mapping[str, Sequence[str]]
    stale: bool
    rules: PortfolioRules
    portfolio: Portfolio
    by_commit: bool
    history_tells: bool
    frozen_days: frozenset[date]
    stage_norms: Mapping[StageKey, StageNorm]
    configured: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def line_of(self, product: str | None) -> Line | None:
        """The line of a product that is still in the CRM."""
        if product is None or product not in self.products:
            return None
        return line(product, self.products[product])

    def lines_named(self, name: str) -> frozenset[Line]:
        """The active lines that a person means by this: a family's name, or id or name of a product without one."""
        wanted = name.strip().casefold()
        return frozenset(one for one in self.active_lines if wanted in self._names_of(one))

    def _names_of(self, one: Line) -> set[str]:
        kind, id_ = one
        product = self.products[id_].name if kind == "product" else None
        return {name.strip().casefold() for name in (id_, product) if name}


def line(id_: str, product: Product) -> Line:
    """A product's family, or the product itself."""
    return ("family", product.family) if product.family else ("product", id_)


def frame_of(reference: Reference, terms: Terms) -> Frame:
    """Prepare what does not depend on the account; raises ValueError for an instant without a zone."""
    settings = terms.settings
    as_of = AsOf(terms.as_of, terms.zone, settings.window_days)
    by_commit = goes_by_commit(reference, settings)
    return Frame(
        settings=settings,
        as_of=as_of,
        stages=Stages(reference.stages),
        exchange=Exchange(terms.currency, reference.home, CrmRates(reference.rates), terms.rates),
        products=reference.products,
        active_lines=frozenset(line(id_, row) for id_, row in reference.products.items() if row.active is not False),
        mapped=reference.mapped,
        children=reference.children,
        stale=as_of.is_past(settings.stale_after_hours, reference.last_complete_pull),
        rules=terms.portfolio,
        portfolio=reference.portfolio,
        by_commit=by_commit,
        history_tells=history_tells(reference.mapped, commit=by_commit),
        frozen_days=reference.frozen_days,
        stage_norms=reference.stage_norms,
    )


def goes_by_commit(reference: Reference, settings: KpiSettings) -> bool:
    """Whether forecasts go by forecast categories: as configured, else where deals of the connection have them."""
    return settings.forecast == "commit" or (settings.forecast is None and reference.uses_categories)
