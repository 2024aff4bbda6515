"""What one HubSpot account allows, beyond the options that every sandbox has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Settings:
    """A Professional account with one private app (or service key) and one OAuth app; tests may change any of it.

    `scopes` None: all are granted. `client_secret` None: the sandbox's token is the secret. The limits are those of
    HubSpot's usage guidelines. `service_hub`: it has feedback, whose scope cannot be granted otherwise; so it does
    wherever the world has answers. `old_ids_take_writes`: whether a write by the id of a merged-away record reaches the
    merged one or is answered with OBJECT_NOT_FOUND (HubSpot does not document which). `validated`: properties with
    validation rules, by type; which are told, not enforced.
    """

    portal_id: int = 147_258_369
    portal_name: str = "Sandbox"
    client_id: str = "sandbox-client"
    client_secret: str | None = None
    refresh_token: str = "sandbox-refresh-token"  # noqa: S105 - it opens nothing but a simulation
    rotate_refresh_tokens: bool = False
    access_token_seconds: int = 1800
    scopes: frozenset[str] | None = None
    per_ten_seconds: int = 190
    per_ten_seconds_oauth: int = 110
    per_day: int = 650_000
    searches_per_second: int = 5
    search_ceiling: int = 10_000
    association_page: int = 100
    service_hub: bool = False
    old_ids_take_writes: bool = True
    validated: tuple[tuple[str, str], ...] = ()
