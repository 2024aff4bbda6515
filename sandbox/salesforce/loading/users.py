"""The org, its people, and the integration user as whom the API runs."""

from __future__ import annotations

from sandbox.salesforce.loading.loader import FOUNDED, Loader
from sandbox.salesforce.schema.ids import make_id
from sandbox.salesforce.state.table import Row
from sandbox.world.model import User

INTEGRATION_USERNAME = "integration@sandbox.example"
"""Whom a JWT names to run as the integration user."""
INTEGRATION_NUMBER = 999_999
"""Far from the numbers of the world's users, whose ids begin at the first."""
PROFILE = make_id("00e", 1)


def load_users(loader: Loader) -> None:
    """Load the organisation and its users."""
    org = loader.org
    org.user = make_id("005", INTEGRATION_NUMBER)
    loader.number("User", (user.key for user in loader.world.users))
    people = [_user(loader, user) for user in loader.world.users]
    loader.fill("User", [*people, loader.row("User", org.user, _integration_user(loader), FOUNDED)])
    loader.fill("Organization", [loader.row("Organization", org.id, _organisation(loader), FOUNDED)])


def _user(loader: Loader, user: User) -> Row:
    first, last = user.first_name, user.last_name
    values: Row = {
        "Username": user.email, "FirstName": first, "LastName": last, "Name": f"{first} {last}", "Email": user.email,
        "Alias": (first[:1] + last)[:8].lower(), "IsActive": user.active,
    }  # fmt: skip
    return loader.row("User", str(loader.id("User", user.key)), _common(loader) | values, FOUNDED)


def _integration_user(loader: Loader) -> Row:
    values: Row = {
        "Username": INTEGRATION_USERNAME, "FirstName": "Integration", "LastName": "User", "Name": "Integration User",
        "Email": INTEGRATION_USERNAME, "Alias": "integ", "IsActive": True,
    }  # fmt: skip
    return _common(loader) | values


def _common(loader: Loader) -> Row:
    currency = loader.world.home_currency
    return {
        "UserType": "Standard", "ProfileId": PROFILE, "TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8", "DefaultCurrencyIsoCode": currency,
        "CurrencyIsoCode": currency,
    }  # fmt: skip


def _organisation(loader: Loader) -> Row:
    return {
        "Name": "Sandbox Organization", "DefaultLocaleSidKey": "en_US", "TimeZoneSidKey": "GMT",
        "LanguageLocaleKey": "en_US", "DefaultCurrencyIsoCode": loader.world.home_currency, "FiscalYearStartMonth": 1,
        "OrganizationType": "Enterprise Edition", "InstanceName": "SBX1", "IsSandbox": False,
    }  # fmt: skip
