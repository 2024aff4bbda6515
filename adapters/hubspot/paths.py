"""Every path of HubSpot's API that this adapter uses, in both families.

The dated family replaces v3 and v4, whose support ends in 2027
(https://developers.hubspot.com/docs/developer-tooling/platform/versioning). Both work today.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from adapters.errors import SchemaError

DEFAULT_FAMILY = "2026-09"


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of one family. `display_hints`: whether a new property may say how its number is shown."""

    family: str
    objects: str
    associations: str
    properties: str
    pipelines: str
    owners: str
    account: str
    token: str
    display_hints: bool
    validations: str | None = None

    def listing(self, object_type: str) -> str:
        """All records of a type, 100 at a time, ordered by id."""
        return f"{self.objects}/{object_type}"

    def search(self, object_type: str) -> str:
        """Records by their properties, as the search index knows them."""
        return f"{self.objects}/{object_type}/search"

    def batch_read(self, object_type: str) -> str:
        """Records by id."""
        return f"{self.objects}/{object_type}/batch/read"

    def batch_update(self, object_type: str) -> str:
        """Write properties of up to 100 records."""
        return f"{self.objects}/{object_type}/batch/update"

    def associated(self, source: str, target: str) -> str:
        """What up to 1,000 records of one type are associated with, with the labels."""
        return f"{self.associations}/{source}/{target}/batch/read"

    def property_list(self, object_type: str) -> str:
        """The property definitions of a type; a POST adds one."""
        return f"{self.properties}/{object_type}"

    def property(self, object_type: str, name: str) -> str:
        """One property definition."""
        return f"{self.properties}/{object_type}/{quote(name, safe='')}"

    def property_batch(self, object_type: str) -> str:
        """Create several property definitions at once."""
        return f"{self.properties}/{object_type}/batch/create"

    def rules(self, type_id: str) -> str:
        """The validation rules of a type; the older family has none."""
        return f"{self.validations}/{type_id}"

    def property_groups(self, object_type: str) -> str:
        """The groups that properties stand in; a POST adds one."""
        return f"{self.properties}/{object_type}/groups"

    def deal_pipelines(self) -> str:
        """The deal pipelines with their stages."""
        return f"{self.pipelines}/deals"


_FAMILIES = {
    paths.family: paths
    for paths in (
        Paths(
            family="v3",
            objects="/crm/v3/objects",
            associations="/crm/v4/associations",
            properties="/crm/v3/properties",
            pipelines="/crm/v3/pipelines",
            owners="/crm/v3/owners",
            account="/account-info/v3/details",
            token="/oauth/v1/token",  # noqa: S106 - a path
            display_hints=True,
        ),
        Paths(
            family="2026-09",
            objects="/crm/objects/2026-09",
            associations="/crm/associations/2026-09",
            properties="/crm/properties/2026-09",
            pipelines="/crm/pipelines/2026-09",
            owners="/crm/owners/2026-09",
            account="/account-info/2026-09/details",
            token="/oauth/2026-09/token",  # noqa: S106 - a path
            display_hints=False,
            validations="/crm/property-validations/2026-09",
        ),
    )
}


def choose_paths(connection: str, api_version: str | None) -> Paths:
    """The paths of the family that the settings name. Raises SchemaError for one we do not know."""
    family = api_version or DEFAULT_FAMILY
    if family not in _FAMILIES:
        known = " or ".join(_FAMILIES)
        raise SchemaError(
            f"{connection}: api_version {family!r} is not one that HubSpot connections know; use {known}."
        )
    return _FAMILIES[family]
