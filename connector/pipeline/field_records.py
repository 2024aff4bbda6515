"""Keeps record of the CRM fields that are ours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from adapters.base import FieldAction, FieldChange
from connector.store.crm_fields import OwnField, save_own_fields
from connector.store.store import Store


def record_made(
    store: Store, name: str, changes: Sequence[FieldChange], own: Collection[OwnField], now: datetime
) -> None:
    """Record the fields that bear our mark: we made them now or before. `own`: what is recorded already."""
    known = {field.key: field.identity for field in own}
    marked = [change for change in changes if change.marked and change.action is not FieldAction.CONFLICT]
    new = [_own(change) for change in marked if known.get((change.spec.kind, change.spec.name)) != change.identity]
    if new:
        with store.transaction() as connection:
            save_own_fields(connection, name, new, now)


def record_adopted(store: Store, name: str, changes: Sequence[FieldChange], now: datetime) -> None:
    """Record fields that somebody else made as ours."""
    with store.transaction() as connection:
        save_own_fields(connection, name, [_own(change, adopted=True) for change in changes], now)


def _own(change: FieldChange, *, adopted: bool = False) -> OwnField:
    return OwnField(change.spec.kind, change.spec.name, change.identity, adopted)
