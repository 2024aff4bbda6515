"""What the user may do in the organisation in memory."""

from __future__ import annotations

from collections.abc import Container, Iterable

from adapters.base import Finding, Kind

WRITTEN_KINDS = (Kind.ACCOUNT, Kind.DEAL)

Permission = tuple[str, Kind | None]
"""("read" | "write", kind), or ("create", None) for fields."""


def judge_permissions(kinds: Iterable[Kind], denied: Container[Permission]) -> list[Finding]:
    """One finding per kind that we read, one per kind that we write."""
    wanted: list[Permission] = [("read", kind) for kind in kinds]
    wanted += [("write", kind) for kind in WRITTEN_KINDS]
    return [_judge(permission, denied, "failing") for permission in wanted]


def judge_setup(denied: Container[Permission]) -> list[Finding]:
    """The finding for creating fields."""
    return [_judge(("create", None), denied, "warning")]


def say_permission(permission: Permission) -> str:
    """What it lets the user do."""
    action, kind = permission
    return f"{action} {kind.value} records" if kind else f"{action} fields"


def _judge(permission: Permission, denied: Container[Permission], level: str) -> Finding:
    subject = say_permission(permission)
    if permission in denied:
        return Finding(level, subject, f"the user may not {subject}", "grant the permission in the CRM")
    return Finding("ok", subject, f"the user may {subject}")
