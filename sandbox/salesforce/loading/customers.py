"""Accounts, contacts, and the direct relation between them."""

from __future__ import annotations

from sandbox.salesforce.loading.loader import Loader
from sandbox.salesforce.saving.contacts import full_name
from sandbox.salesforce.saving.relations import OBJECT as RELATION
from sandbox.salesforce.state.table import Row
from sandbox.world.model import Account, Contact

NO_LAST_NAME = "[not provided]"
"""What Salesforce's own imports write for a contact without one: the field is required."""


def load_accounts(loader: Loader) -> None:
    """Load Account."""
    accounts = loader.world.accounts
    loader.number("Account", (account.key for account in accounts))
    loader.fill("Account", [_account(loader, account) for account in accounts])


def _account(loader: Loader, account: Account) -> Row:
    values: Row = {
        "Name": account.name, "Website": account.domain, "ParentId": loader.id("Account", account.parent),
        "OwnerId": loader.owner(account.owner), "Industry": account.industry, "BillingCity": account.city,
        "BillingCountry": account.country, "AnnualRevenue": account.annual_revenue,
        "NumberOfEmployees": account.employees, "CurrencyIsoCode": loader.world.home_currency,
        "Potential_Revenue__c": account.potential_revenue, "Strategic_Account__c": account.strategic,
    }  # fmt: skip
    identity = str(loader.id("Account", account.key))
    return loader.row("Account", identity, values, account.created_at, account.modified_at)


def load_contacts(loader: Loader) -> None:
    """Load Contact, and AccountContactRelation where the org has it."""
    contacts = loader.world.contacts
    loader.number("Contact", (contact.key for contact in contacts))
    loader.fill("Contact", [_contact(loader, contact) for contact in contacts])
    if RELATION in loader.org.tables:
        placed = [contact for contact in contacts if loader.id("Account", contact.account)]
        loader.fill(RELATION, [_relation(loader, contact) for contact in placed])


def _contact(loader: Loader, contact: Contact) -> Row:
    values: Row = {
        "AccountId": loader.id("Account", contact.account), "FirstName": contact.first_name,
        "LastName": contact.last_name or NO_LAST_NAME, "Email": contact.email, "Title": contact.title,
        "Department": contact.department, "OwnerId": loader.owner(contact.owner),
        "CurrencyIsoCode": loader.world.home_currency, "Buying_Role__c": ";".join(contact.buying_roles) or None,
        "Influence_Level__c": contact.influence, "Stance__c": contact.stance, "Left_Company__c": contact.departed,
    }  # fmt: skip
    values["Name"] = full_name(values)
    identity = str(loader.id("Contact", contact.key))
    return loader.row("Contact", identity, values, contact.created_at, contact.modified_at)


def _relation(loader: Loader, contact: Contact) -> Row:
    values: Row = {
        "AccountId": loader.id("Account", contact.account), "ContactId": loader.id("Contact", contact.key),
        "IsDirect": True, "IsActive": True, "CurrencyIsoCode": loader.world.home_currency,
    }  # fmt: skip
    return loader.new_row(RELATION, values, contact.created_at)
