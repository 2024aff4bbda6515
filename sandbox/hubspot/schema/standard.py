"""The standard properties of each object type (names as in HubSpot's object documentation), as far as sales needs them.

The real account has several hundred more of each.
"""

from __future__ import annotations

from sandbox.hubspot.schema.choices import (
    BILLING_FREQUENCIES,
    BUYING_ROLES,
    COMPANY_TYPES,
    FORECAST_CATEGORIES,
    LEAD_STATUSES,
    LIFECYCLE_STAGES,
)
from sandbox.hubspot.schema.definitions import (
    Property,
    choice,
    computed,
    day,
    fixed,
    moment,
    number,
    options,
    owner,
    text,
    yes_no,
)
from sandbox.hubspot.schema.object_types import ObjectType


def standard_properties(object_type: ObjectType) -> list[Property]:
    """Fresh definitions of the standard properties, in the type's default group."""
    definitions = BY_TYPE[object_type]() + _every_object(object_type)
    for definition in definitions:
        definition.group = default_group(object_type)
    return definitions


def default_group(object_type: ObjectType) -> str:
    """The group of the standard properties."""
    return "lineiteminformation" if object_type is ObjectType.LINE_ITEMS else f"{object_type.singular}information"


def _every_object(object_type: ObjectType) -> list[Property]:
    return [
        fixed(number("hs_object_id", "Record ID")),
        fixed(moment("createdate", "Create Date")),
        fixed(moment(object_type.modified_property, "Last Modified Date")),
        fixed(choice("hs_merged_object_ids", "Merged object IDs", (), "checkbox")),
    ]


def _companies() -> list[Property]:
    return [
        text("name", "Company name"),
        text("domain", "Company Domain Name"),
        text("website", "Website URL"),
        text("description", "Description", "textarea"),
        text("phone", "Phone Number", "phonenumber"),
        text("city", "City"),
        text("state", "State/Region"),
        text("zip", "Postal Code"),
        text("country", "Country/Region"),
        choice("industry", "Industry", ()),
        choice("type", "Type", COMPANY_TYPES, "radio"),
        number("annualrevenue", "Annual Revenue"),
        number("numberofemployees", "Number of Employees"),
        choice("lifecyclestage", "Lifecycle Stage", LIFECYCLE_STAGES, "radio"),
        owner("Company owner"),
        computed(number("hs_parent_company_id", "Parent Company")),
        computed(number("hs_num_child_companies", "Number of child companies")),
        computed(number("num_associated_contacts", "Number of Associated Contacts")),
        computed(number("num_associated_deals", "Number of Associated Deals")),
    ]


def _contacts() -> list[Property]:
    return [
        text("email", "Email"),
        text("firstname", "First Name"),
        text("lastname", "Last Name"),
        text("jobtitle", "Job Title"),
        text("company", "Company Name"),
        text("phone", "Phone Number", "phonenumber"),
        text("city", "City"),
        text("country", "Country/Region"),
        choice("lifecyclestage", "Lifecycle Stage", LIFECYCLE_STAGES, "radio"),
        choice("hs_lead_status", "Lead Status", LEAD_STATUSES, "radio"),
        choice("hs_buying_role", "Buying Role", BUYING_ROLES, "checkbox"),
        owner("Contact owner"),
        computed(number("associatedcompanyid", "Primary Associated Company ID")),
        computed(number("num_associated_deals", "Number of Associated Deals")),
        computed(text("hs_calculated_merged_vids", "Merged vids with timestamps of a contact")),
        _dead_end(),
    ]


def _dead_end() -> Property:
    """Contacts accept it in a search and have no value in it: 0 rows and no error (airbytehq/airbyte pull 85019)."""
    definition = fixed(moment("hs_lastmodifieddate", "Last Modified Date"))
    definition.listed = False
    return definition


def _deals() -> list[Property]:
    return [
        text("dealname", "Deal Name"),
        text("description", "Deal Description", "textarea"),
        choice("pipeline", "Pipeline", ()),
        choice("dealstage", "Deal Stage", (), "radio"),
        choice("dealtype", "Deal Type", (), "radio"),
        number("amount", "Amount"),
        choice("deal_currency_code", "Currency", ()),
        moment("closedate", "Close Date"),
        text("closed_lost_reason", "Closed Lost Reason", "textarea"),
        text("closed_won_reason", "Closed Won Reason", "textarea"),
        choice("hs_manual_forecast_category", "Forecast category", FORECAST_CATEGORIES),
        number("hs_forecast_probability", "Forecast probability"),
        owner("Deal owner"),
        *_deal_figures(),
    ]


def _deal_figures() -> list[Property]:
    return [
        computed(number("amount_in_home_currency", "Amount in company currency")),
        computed(number("hs_exchange_rate", "Exchange rate")),
        computed(number("hs_deal_stage_probability", "Deal probability")),
        computed(number("hs_projected_amount", "Deal Amount Calculation Preference")),
        computed(number("hs_forecast_amount", "Forecast amount")),
        computed(number("hs_closed_amount", "Closed Deal Amount")),
        computed(yes_no("hs_is_closed", "Is Deal Closed?")),
        computed(yes_no("hs_is_closed_won", "Is Closed Won")),
        computed(yes_no("hs_is_closed_lost", "Is closed lost")),
        computed(number("num_associated_contacts", "Number of Associated Contacts")),
        computed(number("hs_arr", "Annual recurring revenue")),
        computed(number("hs_mrr", "Monthly recurring revenue")),
        computed(number("hs_acv", "Annual contract value")),
        computed(number("hs_tcv", "Total contract value")),
    ]


def _line_items() -> list[Property]:
    return [
        text("name", "Name"),
        text("hs_sku", "SKU"),
        number("hs_product_id", "Product ID"),
        number("quantity", "Quantity"),
        number("price", "Unit price"),
        number("discount", "Unit Discount"),
        number("hs_discount_percentage", "Discount Percentage"),
        computed(number("hs_total_discount", "Total Discount")),
        computed(number("amount", "Net price")),
        number("hs_cost_of_goods_sold", "Unit cost"),
        choice("hs_line_item_currency_code", "Currency", ()),
        choice("recurringbillingfrequency", "Billing frequency", BILLING_FREQUENCIES),
        text("hs_recurring_billing_period", "Term"),
        day("hs_recurring_billing_start_date", "Billing start date"),
        computed(day("hs_recurring_billing_end_date", "Billing end date")),
        computed(number("hs_term_in_months", "Term in months")),
    ]


def _products() -> list[Property]:
    return [
        text("name", "Name"),
        text("description", "Product description", "textarea"),
        text("hs_sku", "SKU"),
        number("price", "Unit price"),
        number("hs_cost_of_goods_sold", "Unit cost"),
        choice("recurringbillingfrequency", "Billing frequency", BILLING_FREQUENCIES),
        text("hs_recurring_billing_period", "Term"),
    ]


def _feedback() -> list[Property]:
    surveys = options({"NPS": "NPS", "CSAT": "CSAT", "CES": "CES", "CUSTOM": "Custom"})
    return [
        fixed(choice("hs_survey_type", "Survey type", surveys)),
        fixed(text("hs_survey_name", "Survey name")),
        fixed(number("hs_value", "Rating")),
        fixed(moment("hs_submission_timestamp", "Submission date")),
        fixed(number("hs_contact_id", "Contact ID")),
    ]


BY_TYPE = {
    ObjectType.COMPANIES: _companies,
    ObjectType.CONTACTS: _contacts,
    ObjectType.DEALS: _deals,
    ObjectType.LINE_ITEMS: _line_items,
    ObjectType.PRODUCTS: _products,
    ObjectType.FEEDBACK: _feedback,
}
