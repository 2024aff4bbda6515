"""The permission sets through which people and the connector see our fields.

A field created through the API is invisible to everyone, its creator included, until field-level security grants it.
Playmaker_Integration may edit and is assigned to the running user; Playmaker_Reader may only read the KPIs and is for
the admin to assign to the sales reps; Playmaker_Planner may edit the fields in which reps fill account plans, and is
for those of them who shall see and say how people stand to us.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from adapters.base import FieldSpec
from adapters.errors import FatalError
from adapters.salesforce.failures import DUPLICATE_CODES, garbled
from adapters.salesforce.keyset import quote, select
from adapters.salesforce.organisation import identify_user
from adapters.salesforce.query import read_rows
from adapters.salesforce.wire import Row, Wire

INTEGRATION = "Playmaker_Integration"
READER = "Playmaker_Reader"
PLANNER = "Playmaker_Planner"
LABELS = {INTEGRATION: "Playmaker Integration", READER: "Playmaker Reader", PLANNER: "Playmaker Planner"}
PURPOSES = {
    INTEGRATION: "Lets the playmaker connector write its KPI fields. Assigned to its user.",
    READER: "Lets people read the KPI fields of the playmaker connector. Assign it to sales reps.",
    PLANNER: "Lets people fill account plans in the fields of the playmaker connector. Assign it to those who plan.",
}
_RIGHTS = ("PermissionsRead", "PermissionsEdit")

Rights = Mapping[str, bool]
"""The sets that let people read a field, with whether they let them edit it too."""


def rights_on(spec: FieldSpec) -> Rights:
    """Who may do what with a field of ours."""
    return {INTEGRATION: True, PLANNER: True} if spec.by_reps else {INTEGRATION: True, READER: False}


@dataclass(slots=True)
class Granted:
    """What stands at one moment: the sets by name, the field permissions by (set id, field), the assignment."""

    sets: dict[str, str] = field(default_factory=dict)
    fields: dict[tuple[str, str], Row] = field(default_factory=dict)
    is_assigned: bool = False

    def list_lacking(self, name: str, rights: Rights) -> list[str]:
        """The sets that do not grant a field ("Account.X__c") what they should."""
        return [each for each, edit in rights.items() if not self._suffices(each, name, edit=edit)]

    def find(self, permission_set: str, name: str) -> Row:
        """The field permission in a set, empty when there is none."""
        return self.fields.get((self.sets.get(permission_set, ""), name), {})

    def _suffices(self, permission_set: str, name: str, *, edit: bool) -> bool:
        row = self.find(permission_set, name)
        return bool(row.get("PermissionsRead")) and (not edit or bool(row.get("PermissionsEdit")))


class PermissionSets:
    """Reads and completes the permission sets of one organisation; each missing part is found and made."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._user: str | None = None

    def read(self, user: str | None = None) -> Granted:
        """What stands now; changes nothing. `user`: who is to write our fields, None: the running user."""
        self._user = user or self._user
        condition = quote("Name IN {names}", names=list(LABELS))
        rows = self._read_texts("PermissionSet", ("Id", "Name"), condition)
        granted = Granted({row["Name"]: row["Id"] for row in rows})
        if granted.sets:
            granted.fields = self._read_fields(list(granted.sets.values()))
        if INTEGRATION in granted.sets:
            granted.is_assigned = self._is_assigned(granted.sets[INTEGRATION])
        return granted

    def complete(self, granted: Granted, wanted: Collection[str]) -> Granted:
        """The wanted sets, and the running user's assignment, made where they are missing."""
        missing = [name for name in LABELS if name in wanted and name not in granted.sets]
        for name in missing:
            body = {"Name": name, "Label": LABELS[name], "Description": PURPOSES[name]}
            self._create("PermissionSet", body, f"creating permission set {name}")
        granted = self.read() if missing else granted
        if not granted.is_assigned:
            body = {"AssigneeId": self._identify(), "PermissionSetId": granted.sets[INTEGRATION]}
            self._create("PermissionSetAssignment", body, f"assigning {INTEGRATION} to the running user")
        return granted

    def grant(self, granted: Granted, name: str, wanted: Rights) -> None:
        """Give the sets their permission on a field ("Account.X__c")."""
        for permission_set in granted.list_lacking(name, wanted):
            rights = {"PermissionsRead": True, "PermissionsEdit": wanted[permission_set]}
            what = f"granting {name} to {permission_set}"
            standing = granted.find(permission_set, name)
            if standing:
                self._wire.update(self._wire.path_to("sobjects/FieldPermissions", standing["Id"], what), rights, what)
            else:
                place = {"ParentId": granted.sets[permission_set], "SobjectType": name.partition(".")[0], "Field": name}
                self._create("FieldPermissions", place | rights, what)

    def count_assigned(self, set_id: str) -> int:
        """To how many people a set is assigned."""
        condition = quote("PermissionSetId = {set_id}", set_id=set_id)
        return len(self._read_texts("PermissionSetAssignment", ("Id",), condition))

    def _read_fields(self, set_ids: list[str]) -> dict[tuple[str, str], Row]:
        condition = quote("ParentId IN {ids}", ids=set_ids)
        rows = self._read_texts("FieldPermissions", ("Id", "ParentId", "Field"), condition, _RIGHTS)
        return {(row["ParentId"], row["Field"]): row for row in rows}

    def _is_assigned(self, set_id: str) -> bool:
        condition = quote("PermissionSetId = {set_id} AND AssigneeId = {user}", set_id=set_id, user=self._identify())
        return bool(self._read_texts("PermissionSetAssignment", ("Id",), condition))

    def _read_texts(
        self, sobject: str, texts: tuple[str, ...], condition: str, others: tuple[str, ...] = ()
    ) -> list[Row]:
        """The rows that meet a condition. TransientError where one of the columns `texts` holds none."""
        rows = read_rows(self._wire, f"{select((*texts, *others), sobject)} WHERE {condition}", sobject)
        if not all(isinstance(row[name], str) for row in rows for name in texts):
            raise garbled(f"reading {sobject}", self._wire.host)
        return rows

    def _identify(self) -> str:
        self._user = self._user or identify_user(self._wire)
        return self._user

    def _create(self, sobject: str, body: Row, what: str) -> None:
        """Create one record; one that is there already (an earlier answer was lost on its way) is as good."""
        try:
            self._wire.create(f"sobjects/{sobject}", body, what)
        except FatalError as error:
            if error.code not in DUPLICATE_CODES:
                raise
