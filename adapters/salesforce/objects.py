"""Which Salesforce objects hold our kinds of record, and how each kind is read."""

from __future__ import annotations

from adapters.base import Kind, Reading, Source

CURRENCY = "CurrencyType"
DATED_RATE = "DatedConversionRate"
OBJECTS: dict[Kind, str] = {
    Kind.USER: "User",
    Kind.STAGE: "OpportunityStage",
    Kind.PRODUCT: "Product2",
    Kind.RATE: CURRENCY,
    Kind.ACCOUNT: "Account",
    Kind.CONTACT: "Contact",
    Kind.ACCOUNT_CONTACT: "AccountContactRelation",
    Kind.DEAL: "Opportunity",
    Kind.DEAL_CONTACT: "OpportunityContactRole",
    Kind.LINE_ITEM: "OpportunityLineItem",
    Kind.DEAL_HISTORY: "OpportunityHistory",
}
"""The object of each kind; exchange rates are also kept, by date, in DatedConversionRate."""

INDISPENSABLE = {Kind.USER, Kind.STAGE, Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL}
"""Kinds that every organisation has: when one is not to be seen, a permission is missing."""

WRITTEN = (Kind.ACCOUNT, Kind.DEAL)
"""Kinds that hold fields of ours."""

_WHOLE = {Kind.STAGE, Kind.RATE}
_STAMPED = {Kind.USER, Kind.DEAL_HISTORY}
"""Kinds of which no part that we read changes by itself; the others may have formula and roll-up fields."""


def read_how(kind: Kind) -> Source:
    """Stages and rates are few and read whole; everything else by its SystemModstamp.

    A formula that looks at another record, or at today's date, changes without the record's SystemModstamp; so may the
    children of merged records.
    """
    if kind in _WHOLE:
        return Source(Reading.WHOLE)
    return Source(Reading.INCREMENTAL, unstamped=kind not in _STAMPED)


def name_field(key: str) -> str:
    """The API name of a field of ours: `deal_velocity` → `Playmaker_Deal_Velocity__c`."""
    words = (word[:1].upper() + word[1:] for word in key.split("_"))
    return f"Playmaker_{'_'.join(words)}__c"
