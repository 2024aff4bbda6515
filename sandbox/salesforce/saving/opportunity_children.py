"""What the org does around an opportunity's contact roles and products."""

from __future__ import annotations

from decimal import Decimal

from sandbox.salesforce.saving.rule import Rule, Save
from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.table import Row
from sandbox.salesforce.state.writer import Writer

CENT = Decimal("0.01")


def _take_currency(save: Save) -> None:
    opportunity = save.org.tables["Opportunity"].rows[str(save.new["OpportunityId"])]
    save.new["CurrencyIsoCode"] = opportunity.get("CurrencyIsoCode")


def _take_the_mark(save: Save) -> None:
    # one contact role of an opportunity at most is primary (object reference, OpportunityContactRole.IsPrimary)
    table = save.writer.table("OpportunityContactRole")
    for row in save.others(table.name, "OpportunityId") if save.new.get("IsPrimary") else []:
        if row.get("IsPrimary"):
            save.writer.update(table, row, {"IsPrimary": False})


def _compute_totals(save: Save) -> None:
    _take_product(save.org, save.new)
    _take_currency(save)
    price, quantity, discount = (save.new.get(name) for name in ("UnitPrice", "Quantity", "Discount"))
    if not isinstance(price, Decimal) or not isinstance(quantity, Decimal):
        raise ApiError("REQUIRED_FIELD_MISSING", "Required fields are missing: [UnitPrice]", ["UnitPrice"])
    share = 1 - (discount / 100 if isinstance(discount, Decimal) else Decimal(0))
    save.new["Subtotal"] = (price * quantity).quantize(CENT)
    save.new["TotalPrice"] = (price * quantity * share).quantize(CENT)


def _after_save(save: Save) -> None:
    _roll_up(save.writer, save.new)


def _roll_up(writer: Writer, line: Row) -> None:
    # the amount of an opportunity with products is the sum of their totals
    opportunity = str(line["OpportunityId"])
    lines = writer.table("OpportunityLineItem").find("OpportunityId", opportunity)
    table = writer.table("Opportunity")
    changes: Row = {"HasOpportunityLineItem": bool(lines)}
    if lines:
        changes["Amount"] = sum((_total(line) for line in lines), Decimal(0))
    writer.update(table, table.rows[opportunity], changes)


def _total(line: Row) -> Decimal:
    total = line.get("TotalPrice")
    return total if isinstance(total, Decimal) else Decimal(0)


def _take_product(org: Org, new: Row) -> None:
    entry = org.tables["PricebookEntry"].get(str(new.get("PricebookEntryId"))) or {}
    product = org.tables["Product2"].get(str(new.get("Product2Id") or entry.get("Product2Id")))
    if product is None:
        message = "Required fields are missing: [PricebookEntryId or Product2Id]"
        raise ApiError("REQUIRED_FIELD_MISSING", message, ["PricebookEntryId"])
    new["Product2Id"], new["ProductCode"], new["Name"] = product["Id"], product.get("ProductCode"), product["Name"]
    new["ListPrice"] = entry.get("UnitPrice")


ROLE_RULE = Rule(_take_currency, _take_the_mark)
LINE_ITEM_RULE = Rule(_compute_totals, _after_save, _roll_up)
