"""What hangs on opportunities: contact roles, products, and the history of their stages."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sandbox.salesforce.loading.loader import Loader
from sandbox.salesforce.loading.products import entry_key
from sandbox.salesforce.saving.opportunities import expected_revenue, history_row
from sandbox.salesforce.saving.opportunity_children import CENT
from sandbox.salesforce.state.table import Row, Table
from sandbox.world.model import Deal, DealContact, LineItem, Product, StageChange


def load_deal_contacts(loader: Loader) -> None:
    """Load OpportunityContactRole, as old as its opportunity or its contact, whichever is younger."""
    deals = {deal.key: deal.created_at for deal in loader.world.deals}
    contacts = {contact.key: contact.created_at for contact in loader.world.contacts}
    table = loader.org.tables["OpportunityContactRole"]
    rows = []
    for link in loader.world.deal_contacts:
        row = loader.new_row(table.name, _role(loader, link), max(deals[link.deal], contacts[link.contact]))
        table.keys[str(row["Id"])] = f"{link.deal}:{link.contact}"
        rows.append(row)
    table.load(rows)


def _role(loader: Loader, link: DealContact) -> Row:
    opportunity = loader.id("Opportunity", link.deal)
    return {
        "OpportunityId": opportunity, "ContactId": loader.id("Contact", link.contact), "Role": link.role,
        "IsPrimary": link.primary, "CurrencyIsoCode": _currency(loader, opportunity),
    }  # fmt: skip


def _currency(loader: Loader, opportunity: str | None) -> object:
    return loader.org.tables["Opportunity"].rows[str(opportunity)].get("CurrencyIsoCode")


def load_line_items(loader: Loader) -> None:
    """Load OpportunityLineItem."""
    products = {product.key: product for product in loader.world.products}
    lines = loader.world.line_items
    loader.number("OpportunityLineItem", (line.key for line in lines))
    rows = []
    for line in lines:
        identity = str(loader.id("OpportunityLineItem", line.key))
        values = _line(loader, line) | _product_of(loader, line, products.get(line.product or ""))
        rows.append(loader.row("OpportunityLineItem", identity, values, line.created_at, line.modified_at))
    loader.fill("OpportunityLineItem", rows)


def _line(loader: Loader, line: LineItem) -> Row:
    subtotal = (line.quantity * line.unit_price).quantize(CENT)
    discount = (100 - line.amount * 100 / subtotal).quantize(CENT) if subtotal else Decimal(0)
    opportunity = loader.id("Opportunity", line.deal)
    return {
        "OpportunityId": opportunity, "Quantity": line.quantity, "UnitPrice": line.unit_price, "Subtotal": subtotal,
        "TotalPrice": line.amount, "Discount": discount if discount > 0 else None,
        "ServiceDate": line.recurring_start.isoformat() if line.recurring_start else None,
        "CurrencyIsoCode": _currency(loader, opportunity),
    }  # fmt: skip


def _product_of(loader: Loader, line: LineItem, product: Product | None) -> Row:
    if product is None:
        return {"Name": "Product"}
    currency = _currency(loader, loader.id("Opportunity", line.deal)) or loader.world.home_currency
    return {
        "Product2Id": loader.id("Product2", product.key), "Name": product.name, "ProductCode": product.sku,
        "PricebookEntryId": loader.id("PricebookEntry", entry_key(product.key, str(currency))),
        "ListPrice": product.price,
    }  # fmt: skip


def load_stage_changes(loader: Loader) -> None:
    """Load OpportunityHistory: a row per change, and that of its creation for a deal whose changes are not known."""
    deals = {deal.key: deal for deal in loader.world.deals}
    table = loader.org.tables["OpportunityHistory"]
    before: dict[str, Row] = {}
    rows = []
    for change in sorted(_changes(loader), key=lambda change: change.at):
        state = _state(loader, deals[change.deal], change)
        rows.append(loader.new_row(table.name, history_row(before.get(change.deal), state), change.at))
        before[change.deal] = state
    table.load(rows)


def _changes(loader: Loader) -> Iterator[StageChange]:
    known = {change.deal for change in loader.world.stage_changes}
    yield from loader.world.stage_changes
    for deal in loader.world.deals:
        if deal.key not in known:
            yield StageChange(deal.key, deal.stage, deal.created_at, deal.amount, deal.close_date)


def _state(loader: Loader, deal: Deal, change: StageChange) -> Row:
    stage = _stage(loader.org.tables["OpportunityStage"], loader.id("OpportunityStage", change.stage))
    state: Row = {
        "Id": loader.id("Opportunity", deal.key), "StageName": stage["ApiName"], "Amount": change.amount,
        "CloseDate": change.close_date.isoformat() if change.close_date else None,
        "Probability": stage["DefaultProbability"], "ForecastCategory": stage["ForecastCategory"],
        "CurrencyIsoCode": deal.currency or loader.world.home_currency,
    }  # fmt: skip
    return state | {"ExpectedRevenue": expected_revenue(state)}


def _stage(stages: Table, identity: str | None) -> Row:
    return stages.rows[str(identity)]
