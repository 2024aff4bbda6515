from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Kind, Record
from mappings.mapping import load_mapping
from mappings.plan import Problem
from mappings.vocabulary import Role, Stance

STAMP = datetime(2026, 10, 1, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def apply(crm, kind, fields, override=None, **more):
    return load_mapping(crm, override, PARIS).apply(Record(kind, "1", STAMP, fields, **more))


def test_a_hubspot_deal_in_our_words():
    deal = apply(
        "hubspot",
        Kind.DEAL,
        {
            "@company": "77",
            "dealname": "Renewal",
            "amount": "5000.00",
            "closedate": "2026-12-31T23:30:00Z",
            "createdate": "2026-01-05T08:00:00.123Z",
            "hs_deal_stage_probability": "0.200000000000000011102230246251565404236316680908203125",
            "deal_currency_code": "EUR",
            "dealstage": "qualification",
            "hubspot_owner_id": "9",
        },
    )
    assert (deal.kind, deal.id, deal.modified_at, deal.problems) == (Kind.DEAL, "1", STAMP, ())
    assert {field: value for field, value in deal.values.items() if value is not None} == {
        "account": "77",
        "name": "Renewal",
        "owner": "9",
        "stage": "qualification",
        "amount": Decimal("5000.00"),
        "currency": "EUR",
        "close_date": date(2027, 1, 1),
        "created_at": datetime(2026, 1, 5, 8, 0, 0, 123000, tzinfo=UTC),
        "probability": Decimal("0.2"),
    }


def test_a_salesforce_deal_in_our_words():
    deal = apply(
        "salesforce",
        Kind.DEAL,
        {
            "Probability": 62.5,
            "CloseDate": "2026-12-31",
            "Amount": 1234.5,
            "CreatedDate": "2026-01-05T08:00:00.000+0000",
        },
    )
    assert deal.values["probability"] == Decimal("0.625")
    assert deal.values["close_date"] == date(2026, 12, 31)
    assert deal.values["amount"] == Decimal("1234.5")
    assert deal.values["created_at"] == datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_hubspot_buying_roles_give_a_role_and_a_stance():
    contact = apply("hubspot", Kind.CONTACT, {"hs_buying_role": "CHAMPION;END_USER;DECISION_MAKER"})
    assert (contact.values["role"], contact.values["stance"]) == (Role.ECONOMIC, Stance.CHAMPION)
    assert contact.unknown_words == ()


def test_labels_of_a_deal_association_give_role_and_stance():
    link = apply(
        "hubspot", Kind.DEAL_CONTACT, {"@deal": "1", "@contact": "2", "@labels": ["Champion", "Economic Buyer"]}
    )
    assert (link.values["role"], link.values["stance"]) == (Role.ECONOMIC, Stance.CHAMPION)


def test_a_salesforce_contact_role_gives_role_or_stance():
    assert apply("salesforce", Kind.DEAL_CONTACT, {"Role": "Technical Buyer"}).values["role"] is Role.TECHNICAL
    champion = apply("salesforce", Kind.DEAL_CONTACT, {"Role": "Champion", "IsPrimary": True})
    assert (champion.values["role"], champion.values["stance"]) == (None, Stance.CHAMPION)
    assert champion.values["primary"] is True


def test_hubspots_own_label_of_the_primary_company_is_no_unknown_word():
    link = apply("hubspot", Kind.ACCOUNT_CONTACT, {"@account": "1", "@contact": "2", "@labels": ["Primary"]})
    assert (link.values["role"], link.unknown_words) == (None, ())


def test_an_unusable_value_leaves_its_field_null_and_the_others_come_through():
    deal = apply("hubspot", Kind.DEAL, {"amount": "1,234", "dealname": "Kept", "closedate": "soon"})
    assert (deal.values["amount"], deal.values["close_date"], deal.values["name"]) == (None, None, "Kept")
    assert set(deal.problems) == {
        Problem("amount", "amount", "is not a number"),
        Problem("close_date", "closedate", "is not a date"),
    }


def test_an_unknown_word_is_reported_once_under_the_first_field_that_reads_it():
    contact = apply("hubspot", Kind.CONTACT, {"hs_buying_role": "GATEKEEPER;END_USER"})
    assert contact.values["role"] is Role.USER
    assert contact.unknown_words == (("role", "GATEKEEPER"),)


def test_the_documented_example_reads_promoters_from_a_field_of_ones_own():
    override = {
        "account": {"potential_revenue": "potential_revenue"},
        "contact": {
            "influence": {"field": "influence_level"},
            "stance": {"field": "stance", "values": {"Promoter": "champion", "Detractor": "opponent"}},
        },
    }
    contact = apply("hubspot", Kind.CONTACT, {"influence_level": "high", "stance": "Detractor"}, override)
    assert (contact.values["influence"], contact.values["stance"]) == (4, Stance.OPPONENT)


def test_an_admins_word_goes_before_the_default_table_and_null_means_nothing():
    override = {"contact": {"role": {"field": "r", "values": {"Influencer": "coach", "Decision Maker": None}}}}
    assert apply("hubspot", Kind.CONTACT, {"r": "INFLUENCER"}, override).values["role"] is Role.COACH
    silenced = apply("hubspot", Kind.CONTACT, {"r": "DECISION_MAKER"}, override)
    assert (silenced.values["role"], silenced.unknown_words) == (None, ())


def test_an_overriding_name_keeps_the_shipped_converter():
    deal = apply("salesforce", Kind.DEAL, {"Chance__c": 25}, {"deal": {"probability": "Chance__c"}})
    assert deal.values["probability"] == Decimal("0.25")
    own = {"deal": {"probability": {"field": "Chance__c", "convert": "fraction"}}}
    assert apply("salesforce", Kind.DEAL, {"Chance__c": 0.25}, own).values["probability"] == Decimal("0.25")


def test_null_takes_a_shipped_field_out():
    mapping = load_mapping("hubspot", {"deal": {"forecast_category": None}}, PARIS)
    assert not mapping.mapped(Kind.DEAL, "forecast_category")
    assert mapping.source_field(Kind.DEAL, "forecast_category") is None
    assert "hs_manual_forecast_category" not in mapping.fields(Kind.DEAL)
    assert mapping.source_field(Kind.DEAL, "amount") == "amount"


def test_a_table_makes_yes_and_no_of_a_picklist():
    override = {"account": {"strategic": {"field": "tier", "values": {"A": True, "B": False}}}}
    assert apply("hubspot", Kind.ACCOUNT, {"tier": "a"}, override).values["strategic"] is True
    other = apply("hubspot", Kind.ACCOUNT, {"tier": "C"}, override)
    assert (other.values["strategic"], other.unknown_words, other.problems) == (None, (("strategic", "C"),), ())


def test_a_table_renames_some_texts_and_lets_the_others_through():
    override = {"account": {"industry": {"field": "industry", "values": {"BANKING": "Finance"}}}}
    assert apply("hubspot", Kind.ACCOUNT, {"industry": "BANKING"}, override).values["industry"] == "Finance"
    assert apply("hubspot", Kind.ACCOUNT, {"industry": "Steel"}, override).values["industry"] == "Steel"


def test_an_archived_record_without_fields_has_no_values():
    gone = apply("hubspot", Kind.CONTACT, {}, archived=True, merged_into="2")
    assert (gone.archived, gone.merged_into, gone.values) == (True, "2", {})


def test_a_live_record_without_fields_has_every_value_null():
    contact = apply("hubspot", Kind.CONTACT, {})
    assert contact.values
    assert set(contact.values.values()) == {None}


@pytest.mark.parametrize("crm", ["hubspot", "salesforce", "memory"])
@given(data=st.data())
def test_no_value_of_any_field_stops_a_record(crm, data):
    mapping = load_mapping(crm, None, PARIS)
    kind = data.draw(st.sampled_from(Kind))
    odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=2)
    fields = {name: data.draw(odd) for name in mapping.fields(kind)}
    mapped = mapping.apply(Record(kind, "1", STAMP, fields))
    for problem in mapped.problems:
        assert mapped.values[problem.field] is None


def test_a_hundred_thousand_contacts_take_seconds():
    mapping = load_mapping("hubspot", {"contact": {"influence": "level", "departed": "left"}}, PARIS)
    fields = dict.fromkeys(mapping.fields(Kind.CONTACT), "Zoé") | {
        "hs_buying_role": "END_USER;CHAMPION",
        "level": "high",
        "left": "false",
        "notes_last_updated": "2026-10-01T10:00:00.123Z",
        "hs_sales_email_last_replied": "2026-10-01T10:00:00Z",
    }
    record = Record(Kind.CONTACT, "1", STAMP, fields)
    begun = process_time()
    for _ in range(10_000):
        mapping.apply(record)
    assert process_time() - begun < 1.5
