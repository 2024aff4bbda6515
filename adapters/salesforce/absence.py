"""Says of a field that is not to be seen whether it was never created or is hidden: the symptom is the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.errors import FatalError, SchemaError
from adapters.salesforce.describe import Described
from adapters.salesforce.tooling import find_custom_fields, is_custom
from adapters.salesforce.wire import Wire

_SHOWN = 5


def require_fields(wire: Wire, described: Described, names: Iterable[str]) -> None:
    """SchemaError naming those of these fields that a query could not ask for."""
    missing = [name for name in names if name not in described.fields]
    if not missing:
        return
    reasons = [f"{described.name}.{name} {why}" for name, why in _explain(wire, described.name, missing).items()]
    more = f"; and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    raise SchemaError(
        f"Salesforce at {wire.host}: {'; '.join(reasons[:_SHOWN])}{more}; correct the mapping or the permissions",
        code="INVALID_FIELD",
    )


def _explain(wire: Wire, sobject: str, missing: Sequence[str]) -> dict[str, str]:
    existing = _find_existing(wire, sobject, missing)
    return {name: _name_reason(name, existing) for name in missing}


def _find_existing(wire: Wire, sobject: str, missing: Sequence[str]) -> set[str] | None:
    """Those that exist, hidden from the running user; None when it may not look at definitions either."""
    try:
        return set(find_custom_fields(wire, sobject, missing))
    except FatalError:
        return None


def _name_reason(name: str, existing: set[str] | None) -> str:
    if not is_custom(name):
        return "is no field of this organisation, or hidden from the running user by field-level security"
    if existing is None:
        return "was never created, or is hidden from the running user by field-level security"
    if name in existing:
        return "exists but is hidden from the running user by field-level security"
    return "was never created"
