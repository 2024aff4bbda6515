"""Accounts and their descendants: a parent chain that comes back to itself is followed once, and reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def descendants(account: str, children: Mapping[str, Sequence[str]]) -> list[str]:
    """The account's descendants without itself, level by level; nobody twice, however the parents are set."""
    seen, found, level = {account}, list[str](), [account]
    while level:
        below = {child for parent in level for child in children.get(parent, ())} - seen
        level = sorted(below)
        seen |= below
        found += level
    return found


def is_own_ancestor(account: str, children: Mapping[str, Sequence[str]]) -> bool:
    """Whether the parent chain of an account comes back to it."""
    if account in children.get(account, ()):
        return True
    return any(account in children.get(unit, ()) for unit in descendants(account, children))
