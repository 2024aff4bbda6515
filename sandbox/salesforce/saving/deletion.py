"""Deleting, undeleting and purging.

A deleted record stays in the recycle bin, where queryAll sees it, and takes what hangs on it along; undeleting brings
both back with new stamps. Purged records are never seen again (REST API guide, "QueryAll"; SOAP API guide, "delete()"
and "undelete()").
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.salesforce.saving.records import check_refusals, check_writable
from sandbox.salesforce.saving.relations import OBJECT as RELATION
from sandbox.salesforce.saving.rules import rule_of
from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.table import Row, Table
from sandbox.salesforce.state.writer import Writer

CASCADES = {
    "Account": (("Contact", "AccountId"), ("Opportunity", "AccountId"), (RELATION, "AccountId")),
    "Contact": (("OpportunityContactRole", "ContactId"), (RELATION, "ContactId")),
    "Opportunity": (
        ("OpportunityContactRole", "OpportunityId"),
        ("OpportunityLineItem", "OpportunityId"),
        ("OpportunityHistory", "OpportunityId"),
    ),
    "PermissionSet": (("FieldPermissions", "ParentId"), ("PermissionSetAssignment", "PermissionSetId")),
}
"""By object: what is deleted along with a record of it, as (object, the field that points to the record)."""


def delete(writer: Writer, table: Table, row: Row) -> None:
    """Delete a record at a client's wish."""
    check_writable(table)
    check_refusals(writer, table, str(row["Id"]))
    if table.name == RELATION and row.get("IsDirect"):
        raise ApiError("DELETE_FAILED", "You can't delete a direct account-contact relationship.")
    along = {str(one["Id"]): (child, one) for child, one in _hanging_on(writer.org, table, row)}
    for child, one in (*along.values(), (table, row)):
        _delete_one(writer, child, one)
    writer.org.cascades[str(row["Id"])] = [(child.name, identity) for identity, (child, _) in along.items()]
    rule_of(table.name).after_delete(writer, row)


def undelete(writer: Writer, table: Table, identity: str) -> None:
    """Bring a record back from the recycle bin, with what was deleted along with it. Raises LookupError."""
    row = table.get(identity)
    if row is None or not row.get("IsDeleted") or row.get("MasterRecordId"):
        raise LookupError(f"{table.name} {identity} is not in the recycle bin")
    for name, child in [(table.name, identity), *writer.org.cascades.pop(identity, [])]:
        along = writer.table(name).get(child)
        if along:
            writer.update(writer.table(name), along, {"IsDeleted": False})


def purge(org: Org) -> None:
    """Empty the recycle bin."""
    org.cascades.clear()
    for table in org.tables.values():
        for identity in [identity for identity, row in table.rows.items() if row.get("IsDeleted")]:
            table.remove(identity)


def _delete_one(writer: Writer, table: Table, row: Row) -> None:
    if table.definition.recycled:
        writer.update(table, row, {"IsDeleted": True})
    else:
        writer.drop(table, row)


def _hanging_on(org: Org, table: Table, row: Row) -> Iterator[tuple[Table, Row]]:
    for name, field in CASCADES.get(table.name, ()):
        child = org.tables.get(name)
        if child:
            for one in child.find(field, row["Id"]):
                yield child, one
                yield from _hanging_on(org, child, one)
