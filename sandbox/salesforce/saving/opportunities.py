"""What follows from an opportunity's stage, amount and close date.

Changing the stage sets probability and forecast category to the stage's own unless they are sent along; closed and won
are the stage's. Each change of amount, close date, stage, probability or forecast category adds a row to
OpportunityHistory (object reference, Opportunity and OpportunityHistory). A change of the amount is ignored, not
refused, where the opportunity has products (object reference, Opportunity.Amount).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sandbox.salesforce.saving.rule import Rule, Save
from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.table import Row

TRACKED = ("StageName", "Amount", "CloseDate", "Probability", "ForecastCategory")
CATEGORIES = {
    "Omitted": "Omitted",
    "Pipeline": "Pipeline",
    "Best Case": "BestCase",
    "Most Likely": "MostLikely",
    "Commit": "Forecast",
    "Closed": "Closed",
}
"""ForecastCategoryName → ForecastCategory."""


def _before(save: Save) -> None:
    old, new = save.old, save.new
    stage = _stage_of(save.org, new)
    if old is None or old.get("StageName") != new.get("StageName"):
        new["Probability"] = save.changes.get("Probability", stage.get("DefaultProbability"))
        new["ForecastCategoryName"] = save.changes.get("ForecastCategoryName", stage.get("ForecastCategoryName"))
        new["LastStageChangeDate"] = save.org.now() if old else None
    if old and old.get("HasOpportunityLineItem"):
        new["Amount"] = old.get("Amount")
    derive(save.org, new)


def _after(save: Save) -> None:
    if save.old is None or any(save.old.get(name) != save.new.get(name) for name in TRACKED):
        save.writer.insert(save.writer.table("OpportunityHistory"), history_row(save.old, save.new))


def derive(org: Org, row: Row) -> None:
    """Set the fields that follow from the others, and never can be written."""
    stage = _stage_of(org, row)
    row["IsClosed"], row["IsWon"] = stage.get("IsClosed", False), stage.get("IsWon", False)
    row["ForecastCategory"] = CATEGORIES.get(str(row.get("ForecastCategoryName")))
    row["ExpectedRevenue"] = expected_revenue(row)
    closing = date.fromisoformat(str(row["CloseDate"]))
    quarter = (closing.month + 2) // 3
    row["FiscalYear"], row["FiscalQuarter"] = closing.year, quarter
    row["Fiscal"] = f"{closing.year} {quarter}"


def history_row(old: Row | None, new: Row) -> Row:
    """The OpportunityHistory row of a change from `old` to `new`."""
    row: Row = {name: new.get(name) for name in (*TRACKED, "ExpectedRevenue", "CurrencyIsoCode")}
    row["OpportunityId"] = new["Id"]
    if old:
        row["PrevAmount"], row["PrevCloseDate"] = old.get("Amount"), old.get("CloseDate")
        row["FromForecastCategory"] = old.get("ForecastCategory")
    return row


def expected_revenue(row: Row) -> Decimal | None:
    """Amount times probability; None while either is unknown."""
    amount, probability = row.get("Amount"), row.get("Probability")
    if not isinstance(amount, Decimal) or not isinstance(probability, Decimal):
        return None
    return (amount * probability / 100).quantize(Decimal("0.01"))


def _stage_of(org: Org, row: Row) -> Row:
    return next(iter(org.tables["OpportunityStage"].find("ApiName", row.get("StageName"))), {})


OPPORTUNITY_RULE = Rule(_before, _after)
