"""The options of HubSpot's standard enumerations."""

from __future__ import annotations

from sandbox.hubspot.schema.definitions import options

COMPANY_TYPES = options(
    {
        "PROSPECT": "Prospect",
        "PARTNER": "Partner",
        "RESELLER": "Reseller",
        "VENDOR": "Vendor",
        "OTHER": "Other",
    }
)
LIFECYCLE_STAGES = options(
    {
        "subscriber": "Subscriber",
        "lead": "Lead",
        "marketingqualifiedlead": "Marketing Qualified Lead",
        "salesqualifiedlead": "Sales Qualified Lead",
        "opportunity": "Opportunity",
        "customer": "Customer",
        "evangelist": "Evangelist",
        "other": "Other",
    }
)
LEAD_STATUSES = options(
    {
        "NEW": "New",
        "OPEN": "Open",
        "IN_PROGRESS": "In Progress",
        "OPEN_DEAL": "Open Deal",
        "UNQUALIFIED": "Unqualified",
        "ATTEMPTED_TO_CONTACT": "Attempted to Contact",
        "CONNECTED": "Connected",
        "BAD_TIMING": "Bad Timing",
    }
)
# only DECISION_MAKER was seen in published code; a client is to read the options from the property
BUYING_ROLES = options(
    {
        "BLOCKER": "Blocker",
        "BUDGET_HOLDER": "Budget Holder",
        "CHAMPION": "Champion",
        "DECISION_MAKER": "Decision Maker",
        "END_USER": "End User",
        "EXECUTIVE_SPONSOR": "Executive Sponsor",
        "INFLUENCER": "Influencer",
        "LEGAL_AND_COMPLIANCE": "Legal & Compliance",
        "OTHER": "Other",
    }
)
FORECAST_CATEGORIES = options(
    {
        "OMIT": "Not forecasted",
        "PIPELINE": "Pipeline",
        "BEST_CASE": "Best case",
        "COMMIT": "Commit",
        "CLOSED": "Closed won",
    }
)
BILLING_FREQUENCIES = options(
    {
        "monthly": "Monthly",
        "quarterly": "Quarterly",
        "per_six_months": "Semi-Annually",
        "annually": "Annually",
        "per_two_years": "Every two years",
        "per_three_years": "Every three years",
        "per_four_years": "Every four years",
        "per_five_years": "Every five years",
    }
)
