"""Products, the standard price book, and an entry in it per product and currency sold."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.salesforce.loading.loader import FOUNDED, Loader
from sandbox.salesforce.state.table import Row
from sandbox.world.model import Product


def load_products(loader: Loader) -> None:
    """Load Product2, Pricebook2 and PricebookEntry."""
    products = loader.world.products
    loader.number("Product2", (product.key for product in products))
    rows = [
        loader.row("Product2", str(loader.id("Product2", product.key)), _product(loader, product), FOUNDED)
        for product in products
    ]
    loader.fill("Product2", rows)
    loader.number("Pricebook2", ["standard"])
    standard = str(loader.id("Pricebook2", "standard"))
    book: Row = {"Name": "Standard Price Book", "IsActive": True, "IsStandard": True}
    loader.fill("Pricebook2", [loader.row("Pricebook2", standard, book, FOUNDED)])
    _load_entries(loader)


def entry_key(product: str, currency: str) -> str:
    """The key of a product's price book entry in a currency."""
    return f"{product} {currency}"


def _product(loader: Loader, product: Product) -> Row:
    return {
        "Name": product.name, "ProductCode": product.sku, "StockKeepingUnit": product.sku,
        "IsActive": product.active, "Family": product.family, "Unit_Cost__c": product.unit_cost,
        "CurrencyIsoCode": loader.world.home_currency,
    }  # fmt: skip


def _load_entries(loader: Loader) -> None:
    pairs = list(_pairs(loader))
    loader.number("PricebookEntry", (entry_key(product.key, currency) for product, currency in pairs))
    loader.fill("PricebookEntry", [_entry(loader, product, currency) for product, currency in pairs])


def _pairs(loader: Loader) -> Iterator[tuple[Product, str]]:
    sold = {deal.currency for deal in loader.world.deals if deal.currency} | {loader.world.home_currency}
    currencies = sorted(sold) if loader.org.multi_currency else [loader.world.home_currency]
    return ((product, currency) for product in loader.world.products for currency in currencies)


def _entry(loader: Loader, product: Product, currency: str) -> Row:
    values: Row = {
        "Name": product.name, "Product2Id": loader.id("Product2", product.key), "ProductCode": product.sku,
        "Pricebook2Id": loader.id("Pricebook2", "standard"), "UnitPrice": product.price, "IsActive": product.active,
        "CurrencyIsoCode": currency,
    }  # fmt: skip
    identity = str(loader.id("PricebookEntry", entry_key(product.key, currency)))
    return loader.row("PricebookEntry", identity, values, FOUNDED)
