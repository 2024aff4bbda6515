"""What follows from a contact's name and account."""

from __future__ import annotations

from sandbox.salesforce.saving.relations import move_direct_relation
from sandbox.salesforce.saving.rule import Rule, Save
from sandbox.salesforce.state.table import Row


def full_name(row: Row) -> str:
    """First and last name as the API joins them; the salutation is no part of it."""
    return " ".join(str(row[part]) for part in ("FirstName", "LastName") if row.get(part))


def _before(save: Save) -> None:
    save.new["Name"] = full_name(save.new)


def _after(save: Save) -> None:
    if (save.old or {}).get("AccountId") != save.new.get("AccountId"):
        move_direct_relation(save.writer, save.new)


CONTACT_RULE = Rule(_before, _after)
