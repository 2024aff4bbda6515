"""Which scopes a request needs; each need is a set of scopes of which one suffices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from sandbox.hubspot.answers.errors import missing_scopes
from sandbox.hubspot.schema.object_types import SPELLINGS, ObjectType, resolve

Need: TypeAlias = frozenset[str]
# products and line items of older apps stand under one scope
COMMERCE = {ObjectType.PRODUCTS, ObjectType.LINE_ITEMS}


def check(granted: frozenset[str] | None, needs: Iterable[Need], *, with_category: bool) -> None:
    """Raises ApiError (403) naming the scopes of the first need that is not met; `granted` None meets all."""
    if granted is None:
        return
    for need in needs:
        if not need & granted:
            raise missing_scopes(need, with_category=with_category)


def check_feedback(args: Mapping[str, str], *, served: bool, with_category: bool) -> None:
    """Raises ApiError (403) for feedback where the account has none."""
    named = (args[name] for name in ("object_type", "to_type") if name in args)
    if not served and any(SPELLINGS.get(name.lower()) is ObjectType.FEEDBACK for name in named):
        raise missing_scopes(_need("objects", ObjectType.FEEDBACK, "read"), with_category=with_category)


def nothing(_: Mapping[str, str]) -> list[Need]:
    """Any token will do."""
    return []


def reads(args: Mapping[str, str]) -> list[Need]:
    """Reading records."""
    return [_need("objects", args["object_type"], "read")]


def writes(args: Mapping[str, str]) -> list[Need]:
    """Writing records."""
    return [_need("objects", args["object_type"], "write")]


def reads_both(args: Mapping[str, str]) -> list[Need]:
    """Reading associations: both ends."""
    return [_need("objects", args["object_type"], "read"), _need("objects", args["to_type"], "read")]


def writes_both(args: Mapping[str, str]) -> list[Need]:
    """Writing associations: both ends."""
    return [_need("objects", args["object_type"], "write"), _need("objects", args["to_type"], "write")]


def reads_schema(args: Mapping[str, str]) -> list[Need]:
    """Reading property definitions: the records' scope serves as well."""
    return [_need("schemas", args["object_type"], "read") | _need("objects", args["object_type"], "read")]


def writes_schema(args: Mapping[str, str]) -> list[Need]:
    """Creating properties."""
    return [_need("schemas", args["object_type"], "write")]


def reads_owners(_: Mapping[str, str]) -> list[Need]:
    """Reading owners."""
    return [frozenset({"crm.objects.owners.read"})]


def _need(kind: str, spelling: str, action: str) -> Need:
    object_type = resolve(spelling)
    commerce = {"e-commerce"} if object_type in COMMERCE else set[str]()
    return frozenset({f"crm.{kind}.{object_type}.{action}"} | commerce)
