"""Which accounts are strategic, and what an account could bring in a year."""

from __future__ import annotations

from decimal import Decimal

from connector.config.portfolio import PortfolioRules
from connector.kpis.money import Exchange, Money
from mappings.account_plan import AccountPlan
from mappings.entities import Account


def potential_of(account: Account, plan: AccountPlan, exchange: Exchange) -> Money | None:
    """The potential revenue of a year at the current rate: the plan's, else the CRM's; None: nobody knows.

    The plan's is in the plan's currency, else the account's, else the reporting currency.
    """
    said = plan.plan
    if said is not None and said.potential_revenue is not None:
        currency = said.currency or account.currency or exchange.reporting
        return exchange.convert(said.potential_revenue, currency, None)
    if account.potential_revenue is None:
        return None
    return exchange.convert(account.potential_revenue, account.currency, None)


def alignment_of(account: Account, plan: AccountPlan) -> int | None:
    """How well the account fits our strategy, 1 to 5: the plan's word, else the CRM's."""
    said = plan.plan.alignment if plan.plan else None
    return account.alignment if said is None else said


def objective_of(account: Account, plan: AccountPlan) -> str | None:
    """The client's main objective: the plan's word, else the CRM's."""
    said = (plan.plan.objective or "").strip() if plan.plan else ""
    return said or account.objective


def is_strategic(id_: str, account: Account, plan: AccountPlan, rules: PortfolioRules, exchange: Exchange) -> bool:
    """Whether an account is strategic: by the CRM's word, by a plan begun here, or by the rules."""
    if account.strategic is True or plan.plan is not None or id_ in rules.accounts:
        return True
    return rules.look_at_all and _meets_all(account, plan, rules, exchange)


def _meets_all(account: Account, plan: AccountPlan, rules: PortfolioRules, exchange: Exchange) -> bool:
    """Whether it meets each rule that is given; what is unknown, or has no rate, meets none."""
    if rules.countries and (account.country or "").strip().casefold() not in _folded(rules.countries):
        return False
    if rules.min_potential is not None and not _reaches(potential_of(account, plan, exchange), rules.min_potential):
        return False
    if rules.min_annual_revenue is None:
        return True
    brought = account.annual_revenue
    money = None if brought is None else exchange.convert(brought, account.currency, None)
    return _reaches(money, rules.min_annual_revenue)


def _reaches(money: Money | None, least: Decimal) -> bool:
    return money is not None and money.value is not None and money.value >= least


def _folded(words: tuple[str, ...]) -> set[str]:
    return {word.strip().casefold() for word in words}
