"""Opportunities.

Salesforce wants a close date on each opportunity: one that the world does not date closes on the day of the world's
latest date.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from sandbox.salesforce.loading.loader import Loader
from sandbox.salesforce.saving.opportunities import derive
from sandbox.salesforce.schema.moments import print_second
from sandbox.salesforce.state.table import Row
from sandbox.world.model import Deal, Stage

HUNDRED = Decimal(100)


def load_deals(loader: Loader) -> None:
    """Load Opportunity."""
    deals = loader.world.deals
    loader.number("Opportunity", (deal.key for deal in deals))
    stages = {stage.key: stage for stage in loader.world.stages}
    with_products = {line.deal for line in loader.world.line_items}
    undated = _latest_day(loader)
    changed = _last_changes(loader)
    rows = []
    for deal in deals:
        values = _deal(loader, deal, stages[deal.stage], undated)
        values["HasOpportunityLineItem"] = deal.key in with_products
        values["LastStageChangeDate"] = changed.get(deal.key)
        derive(loader.org, values)
        identity = str(loader.id("Opportunity", deal.key))
        rows.append(loader.row("Opportunity", identity, values, deal.created_at, deal.modified_at))
    loader.fill("Opportunity", rows)


def _latest_day(loader: Loader) -> date:
    world = loader.world
    closing = (deal.close_date for deal in world.deals if deal.close_date)
    modified = (deal.modified_at.date() for deal in world.deals)
    changed = (change.at.date() for change in world.stage_changes)
    return max((*closing, *modified, *changed), default=loader.org.clock.now().date())


def _last_changes(loader: Loader) -> dict[str, str]:
    """By deal, when its stage last changed; a deal that is in its first stage never changed it."""
    moments = defaultdict(list)
    for change in loader.world.stage_changes:
        moments[change.deal].append(change.at)
    return {deal: print_second(max(times)) for deal, times in moments.items() if len(times) > 1}


def _deal(loader: Loader, deal: Deal, stage: Stage, undated: date) -> Row:
    probability = stage.probability if deal.probability is None else deal.probability
    stages = loader.org.tables["OpportunityStage"]
    category = stages.rows[str(loader.id("OpportunityStage", stage.key))]["ForecastCategoryName"]
    return {
        "AccountId": loader.id("Account", deal.account), "Name": deal.name, "StageName": stage.label,
        "Amount": deal.amount, "Probability": probability * HUNDRED, "ForecastCategoryName": category,
        "CloseDate": (deal.close_date or undated).isoformat(), "Type": deal.type, "OwnerId": loader.owner(deal.owner),
        "CurrencyIsoCode": deal.currency or loader.world.home_currency,
        "Pricebook2Id": loader.id("Pricebook2", "standard"),
    }  # fmt: skip
