"""Field-level security: custom fields are seen only through permission sets assigned to the user.

A field made through the Tooling or Metadata API is invisible to everyone, its maker included, until a permission set
that shows it is assigned (object reference, FieldPermissions). Standard fields are visible to all here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.salesforce.schema.catalogue import ObjectType
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.state.org import Org

Names = frozenset[str]


@dataclass(slots=True)
class Grants:
    """The custom fields that a user may read and edit, as "Account.Health__c"."""

    read: Names
    edit: Names


@dataclass(slots=True)
class Permissions:
    """What each user sees of each object, worked out once per change of fields or permissions."""

    org: Org
    _revision: int = -1
    _grants: dict[str, Grants] = field(default_factory=dict)

    def sees(self, user: str, one: ObjectType, wanted: Field) -> bool:
        """Whether a user may read a field."""
        return not wanted.custom or f"{one.name}.{wanted.name}" in self._of(user).read

    def edits(self, user: str, one: ObjectType, wanted: Field) -> bool:
        """Whether a user may change a field that can be changed at all."""
        return not wanted.custom or f"{one.name}.{wanted.name}" in self._of(user).edit

    def find(self, user: str, one: ObjectType, name: str) -> Field | None:
        """The field of this name if the user may read it; one that is hidden looks like one that does not exist."""
        found = one.find(name)
        return found if found and self.sees(user, one, found) else None

    def visible(self, user: str, one: ObjectType) -> list[Field]:
        """The fields of an object that a user may read, in the order of the describe."""
        return [found for found in one.fields.values() if self.sees(user, one, found)]

    def _of(self, user: str) -> Grants:
        if self._revision != self.org.revision:
            self._grants.clear()
            self._revision = self.org.revision
        if user not in self._grants:
            self._grants[user] = self._work_out(user)
        return self._grants[user]

    def _work_out(self, user: str) -> Grants:
        assignments = self.org.tables["PermissionSetAssignment"].find("AssigneeId", user)
        sets = {row["PermissionSetId"] for row in assignments}
        rows = [row for row in self.org.tables["FieldPermissions"].live() if row["ParentId"] in sets]
        edit = frozenset(str(row["Field"]) for row in rows if row.get("PermissionsEdit"))
        return Grants(edit | {str(row["Field"]) for row in rows if row.get("PermissionsRead")}, edit)
