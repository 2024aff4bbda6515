"""What an admin changes in the mapping, or the CRM in its fields, after the first sync."""

from __future__ import annotations

from datetime import timedelta

from company import Company

from adapters.base import Kind

ON_CONTACTS_ONLY = {"account_contact": {"stance": None}, "deal_contact": {"stance": None}}


def let_the_cursor_pass(company: Company) -> None:
    company.organisation.advance(timedelta(days=1))
    company.put(Kind.CONTACT, "z", account="b")


def test_value_table_changed_later_is_applied_to_old_rows(company: Company):
    company.put(Kind.CONTACT, "p", stance="Ally")
    let_the_cursor_pass(company)
    company.sync()
    assert company.account_field("a", "champions") == 0
    company.options = {"mapping": {"contact": {"stance": {"field": "stance", "values": {"Ally": "champion"}}}}}
    company.sync()
    assert company.account_field("a", "champions") == 1


def test_two_fields_that_change_places_are_read_again(company: Company):
    company.options = {"mapping": {"contact": {"title": "title", "department": "department"}}}
    company.put(Kind.CONTACT, "p", title="left_company", department="user")
    company.options = {"mapping": {"contact": {"role": "title", "department": "department"}}}
    let_the_cursor_pass(company)
    company.sync()
    company.options = {"mapping": {"contact": {"role": "department", "department": "title"}}}
    company.sync()
    assert company.account_field("a", "stakeholders_mapped") == 1


def test_unchanged_mapping_reads_nothing_again(company: Company):
    let_the_cursor_pass(company)
    company.sync()
    let_the_cursor_pass(company)
    assert company.sync().pulled["contact"] == 1


def test_figure_whose_field_vanished_goes_on_with_the_values_already_read(company: Company):
    company.options = {"mapping": ON_CONTACTS_ONLY}
    company.sync()
    assert company.account_field("a", "champions") == 1
    company.organisation.hide_field(Kind.CONTACT, "stance")
    company.put(Kind.CONTACT, "p", departed=True)
    company.sync()
    assert company.account_field("a", "champions") == 0
