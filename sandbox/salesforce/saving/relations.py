"""Accounts that a contact belongs to: one directly, others indirectly, where the org has the feature.

Each contact with an account has one direct relation, which the org keeps itself: it cannot be made or deleted by hand
(object reference, AccountContactRelation).
"""

from __future__ import annotations

from sandbox.salesforce.saving.rule import Rule, Save
from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.state.table import Row
from sandbox.salesforce.state.writer import Writer

OBJECT = "AccountContactRelation"


def move_direct_relation(writer: Writer, contact: Row) -> None:
    """Make the contact's direct relation the one with its account, and its only one with it."""
    table = writer.org.tables.get(OBJECT)
    if table is None:
        return
    account = contact.get("AccountId")
    known = table.find("ContactId", contact["Id"])
    for row in known:
        if row["IsDirect"] or row["AccountId"] == account:
            writer.update(table, row, {"IsDeleted": True})
    if account:
        values: Row = {"ContactId": contact["Id"], "AccountId": account, "IsDirect": True, "IsActive": True}
        writer.insert(table, values | {"CurrencyIsoCode": contact.get("CurrencyIsoCode")})


def _before(save: Save) -> None:
    save.new.setdefault("IsActive", True)
    if save.old is None and any(row["AccountId"] == save.new["AccountId"] for row in save.others(OBJECT, "ContactId")):
        raise ApiError("DUPLICATE_VALUE", "This contact already has a relationship with this account.")


RELATION_RULE = Rule(_before)
