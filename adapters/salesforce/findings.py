"""What the running user may do, as lines for `check`."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import Finding, Kind
from adapters.errors import FatalError
from adapters.salesforce.describe import Describes
from adapters.salesforce.keyset import select
from adapters.salesforce.objects import INDISPENSABLE, OBJECTS, WRITTEN
from adapters.salesforce.organisation import identify_user
from adapters.salesforce.query import read_rows
from adapters.salesforce.wire import Wire

_API_CODES = {"API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"}
_DAILY_WARNING = 0.8
_SETUP = {
    "PermissionsCustomizeApplication": "Customize Application",
    "PermissionsManageProfilesPermissionsets": "Manage Profiles and Permission Sets",
}


def find_permissions(wire: Wire, describes: Describes) -> Iterator[Finding]:
    """One finding for the API, then one per object; when the API is off, that alone."""
    try:
        identify_user(wire)
    except FatalError as error:
        if error.code not in _API_CODES:
            raise
        mend = "enable the API for the organisation, or give the running user 'API Enabled'"
        yield Finding("failing", "API", f"the REST API is switched off ({error.code})", mend)
        return
    yield _judge_allowance(wire)
    for kind, sobject in OBJECTS.items():
        yield _judge(describes, kind, sobject)


def find_setup_permissions(wire: Wire) -> Iterator[Finding]:
    """One finding per permission that creating fields needs; the row holds what all permission sets give together."""
    names = list(_SETUP)
    try:
        rows = read_rows(wire, select(names, "UserPermissionAccess"), "UserPermissionAccess")
    except FatalError:
        rows = []
    if not rows:
        mend = f"see in Setup whether the user has {' and '.join(_SETUP.values())}"
        yield Finding("warning", "creating fields", "Salesforce does not say what the user may set up", mend)
        return
    for name, label in _SETUP.items():
        if rows[0].get(name) is True:
            yield Finding("ok", label, "permitted")
        else:
            mend = "give it to the user of auth_setup, or deploy what `playmaker fields package` writes"
            yield Finding("warning", label, "not permitted, so `fields apply` cannot create fields", mend)


def _judge_allowance(wire: Wire) -> Finding:
    limits = wire.limits()
    if limits.daily_limit is None or limits.daily_used is None:
        return Finding("ok", "API", f"the REST API answers, version {wire.version}")
    message = (
        f"the REST API answers, version {wire.version}; {limits.daily_used} of {limits.daily_limit} daily requests used"
    )
    if limits.daily_used > limits.daily_limit * _DAILY_WARNING:
        return Finding("warning", "API", message, "let the other integrations of this organisation use fewer requests")
    return Finding("ok", "API", message)


def _judge(describes: Describes, kind: Kind, sobject: str) -> Finding:
    described = describes.find(sobject)
    if described is None and kind in INDISPENSABLE:
        return Finding("failing", sobject, "cannot be read", f"give the running user Read on {sobject}")
    if described is None:
        mend = f"if the organisation uses it, give the running user Read on {sobject}"
        return Finding("warning", sobject, "is not there, or cannot be read; KPIs that need it stay empty", mend)
    readable = f"readable, {len(described.fields)} fields"
    if kind not in WRITTEN:
        return Finding("ok", sobject, readable)
    if not described.updateable:
        return Finding("failing", sobject, f"{readable}, not updateable", f"give the running user Edit on {sobject}")
    return Finding("ok", sobject, f"{readable}, updateable")
