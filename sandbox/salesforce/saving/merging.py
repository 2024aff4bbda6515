"""Merging two accounts or two contacts.

The loser goes to the recycle bin with `MasterRecordId` naming the winner, which only queryAll shows; what hung on it
hangs on the winner from then on, with new stamps (SOAP API guide, "merge()"; that the children's stamps move is likely
but not documented).
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.salesforce.saving.relations import OBJECT as RELATION
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.table import Row, Table
from sandbox.salesforce.state.writer import Writer


def merge(writer: Writer, table: Table, winner: str, loser: str) -> None:
    """Merge `loser` into `winner`, both ids of 18 characters. Raises LookupError when they cannot be merged."""
    kept, gone = (_find(table, identity) for identity in (winner, loser))
    if winner == loser or not table.definition.keeps_master:
        raise LookupError(f"{table.name} {winner} cannot be merged with {loser}")
    for child, field in _pointing_at(writer.org, table):
        for row in child.find(field.name, loser):
            _move(writer, child, row, {field.name: None if row["Id"] == winner else winner})
    writer.update(table, gone, {"IsDeleted": True, "MasterRecordId": winner})
    writer.update(table, table.rows[str(kept["Id"])], {})


def _find(table: Table, identity: str) -> Row:
    row = table.get(identity)
    if row is None or row.get("IsDeleted"):
        raise LookupError(f"{table.name} {identity} does not exist")
    return row


def _pointing_at(org: Org, table: Table) -> Iterator[tuple[Table, Field]]:
    for child in org.tables.values():
        for field in child.definition.fields.values():
            if field.to == table.name and field.name != "MasterRecordId":
                yield child, field


def _move(writer: Writer, child: Table, row: Row, changes: Row) -> None:
    if child.name != RELATION:
        writer.update(child, row, changes)
        return
    moved = row | changes
    twins = child.find("ContactId", moved["ContactId"])
    if any(twin["AccountId"] == moved["AccountId"] for twin in twins if twin["Id"] != row["Id"]):
        writer.update(child, row, {"IsDeleted": True})
    else:
        direct = bool(row["IsDirect"]) and "ContactId" not in changes
        writer.update(child, row, changes | {"IsDirect": direct})
