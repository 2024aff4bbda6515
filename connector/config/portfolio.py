"""The settings under `portfolio:` of a connection: which of its accounts are strategic."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from connector.config.kpis import Strict

AccountId = Annotated[str, Field(coerce_numbers_to_str=True, min_length=1)]


class PortfolioRules(Strict):
    """An account is strategic when it is one of `accounts`, or when it meets all of the other rules that are given.

    `min_potential`, `min_annual_revenue`: a year's, in the reporting currency. `countries`: as the CRM writes them,
    whatever the case. Beside these rules, an account is strategic because the CRM says so or a plan was begun for it.
    """

    accounts: tuple[AccountId, ...] = ()
    min_potential: Decimal | None = Field(default=None, ge=0)
    min_annual_revenue: Decimal | None = Field(default=None, ge=0)
    countries: tuple[str, ...] = ()

    @property
    def look_at_all(self) -> bool:
        """Whether each account has to be looked at to tell which are strategic."""
        return self.min_potential is not None or self.min_annual_revenue is not None or bool(self.countries)
