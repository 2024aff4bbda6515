"""One entry under `connections:`: a CRM organisation, how to reach it, and what to do there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, field_validator, model_validator

from adapters.catalogue import list_crms
from connector.config.address import find_wrong_host, find_wrong_version, normalise_address
from connector.config.auth import Auth
from connector.config.cron import require_cron
from connector.config.faults import PlacedError, suggest
from connector.config.kpis import Strict
from connector.config.portfolio import PortfolioRules
from connector.languages.speech import _
from mappings.overlay import lay_over, read_shipped
from mappings.shape import Rules, parse_rules

DEFAULT_ADDRESSES = {"hubspot": "https://api.hubapi.com"}
"""Where a CRM lives when the configuration does not say."""

ALL = "all"
"""The key of kpi_fields that stands for every KPI."""

_WITH_THE_OTHERS = ("computed_at", "status")
"""The keys of kpi_fields that are written whenever anything is."""

KpiField: TypeAlias = "str | Literal[True] | None"
"""A CRM field's name, True for its default name, None for: never write it."""


def _check_crm(crm: str) -> str:
    if crm not in (known := list_crms()):
        raise ValueError(_("no such CRM{hint}", hint=suggest(crm, known)))
    return crm


def _check_kpi(key: str, info: ValidationInfo) -> str:
    """The key names a KPI, where the caller said which there are."""
    known = (info.context or {}).get("kpis")
    if known is not None and key not in (names := {ALL, *known}):
        raise ValueError(_("no such KPI{hint}", hint=suggest(key, names)))
    return key


def _check_kpi_field(value: object) -> KpiField:
    if isinstance(value, str) and len(value.split()) > 1:
        raise ValueError(_("a CRM field's API name has no blanks: write the name, not the label"))
    if value is None or value is True or (isinstance(value, str) and value.strip()):
        return value
    raise ValueError(_("give the name of a CRM field, true (its default name) or null (never write it)"))


KpiKey = Annotated[str, AfterValidator(_check_kpi)]
CheckedKpiField = Annotated[KpiField, PlainValidator(_check_kpi_field)]


class Authority(StrEnum):
    """Whose word counts where a person said one thing here and the CRM says another."""

    LOCAL = "local"
    CRM = "crm"
    LATEST = "latest"


class Authorities(Strict):
    """Whose word counts, for each field of a stakeholder, or of an account, that both can say something of."""

    role: Authority = Authority.LOCAL
    influence: Authority = Authority.LOCAL
    stance: Authority = Authority.LOCAL
    departed: Authority = Authority.LOCAL
    potential_revenue: Authority = Authority.LOCAL
    alignment: Authority = Authority.LOCAL
    objective: Authority = Authority.LOCAL

    def by_field(self) -> dict[str, Authority]:
        """The same by the field's name."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class Budget(Strict):
    """How much of the organisation's daily API allowance we may spend, and how much of it we leave to everyone else.

    `searches_per_second`: where the CRM counts searches apart (None: as many as it allows).
    """

    share_of_daily_limit: Decimal = Field(default=Decimal("0.25"), gt=0, le=1)
    reserve_of_daily_limit: Decimal = Field(default=Decimal("0.1"), ge=0, lt=1)
    searches_per_second: int | None = Field(default=None, ge=1)


class Retry(Strict):
    """After how many attempts a record that the CRM refuses is parked until a person asks for it."""

    attempts: int = Field(default=10, ge=1)


class Connection(Strict):
    """A CRM organisation. `overlap_minutes`: how far before its cursor a pull starts again (None: as the CRM needs).

    `sweep_hours`: how often what changes without a modification time is read whole again. `reconcile_schedule`: when
    all records are compared with the CRM, provided that there is a `schedule` too; None: never.
    `credentials_expire_on`: the day from which they work no longer, where that is known.
    `auth_setup`: another identity, with the right to create fields; only `fields` uses it.
    `authority`: whose judgement of a person or an account counts. `portfolio`: which accounts are strategic.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)
    crm: Annotated[str, AfterValidator(_check_crm)]
    base_url: Annotated[str, AfterValidator(normalise_address)] | None = None
    auth: Auth = Auth()
    auth_setup: Auth | None = None
    credentials_expire_on: date | None = None
    api_version: str | None = None
    schedule: Annotated[str, AfterValidator(require_cron)] | None = None
    reconcile_schedule: Annotated[str, AfterValidator(require_cron)] | None = "0 3 * * *"
    budget: Budget = Budget()
    overlap_minutes: int | None = Field(default=None, ge=1, le=60 * 24 * 366)
    sweep_hours: int = Field(default=24, ge=1, le=24 * 31)
    max_change: Decimal = Field(default=Decimal("0.30"), gt=0, le=1)
    retry: Retry = Retry()
    mapping: Annotated[Rules, PlainValidator(parse_rules)] = Field(default_factory=dict)
    kpi_fields: dict[KpiKey, CheckedKpiField] = Field(default_factory=dict)
    authority: Authorities = Authorities()
    portfolio: PortfolioRules = PortfolioRules()

    @model_validator(mode="before")
    @classmethod
    def _fill_in_address(cls, data: object) -> object:
        crm = data.get("crm") if isinstance(data, dict) else None
        address = DEFAULT_ADDRESSES.get(crm) if isinstance(crm, str) else None
        return {"base_url": address, **data} if isinstance(data, dict) and address else data

    @field_validator("mapping")
    @classmethod
    def _fits_the_shipped_mapping(cls, mapping: Rules, info: ValidationInfo) -> Rules:
        """A value table may only lead to words that its field knows, which the shipped mapping says."""
        if crm := info.data.get("crm"):
            lay_over(read_shipped(crm), mapping)
        return mapping

    @field_validator("kpi_fields")
    @classmethod
    def _are_fields_of_their_own(cls, fields: dict[str, KpiField]) -> dict[str, KpiField]:
        if fields.get(ALL, True) is not True:
            raise PlacedError(_("takes true only: leave it out to write the usual KPIs"), ALL)
        if always := [key for key in _WITH_THE_OTHERS if fields.get(key, True) is None]:
            raise PlacedError(_("goes with every written figure: remove the line or rename it"), always[0])
        taken: set[str] = set()
        for key, name in fields.items():
            if isinstance(name, str) and name.lower() in taken:
                raise PlacedError(_("another KPI has this CRM field already: give each its own"), key)
            taken.add(name.lower() if isinstance(name, str) else key)
        return fields

    @model_validator(mode="after")
    def _can_connect(self) -> Self:
        if self.crm == "salesforce" and self.base_url is None:
            raise PlacedError(_("missing: add your My Domain, like https://example.my.salesforce.com"), "base_url")
        if message := find_wrong_host(self.crm, self.base_url or ""):
            raise PlacedError(message, "base_url")
        if message := find_wrong_version(self.crm, self.api_version):
            raise PlacedError(message, "api_version")
        if message := self.auth.find_misfit(self.crm):
            raise PlacedError(message, "auth")
        if self.auth_setup and (misfit := self.auth_setup.find_misfit(self.crm)):
            raise PlacedError(misfit, "auth_setup")
        return self

    def for_setup(self) -> Self:
        """The same connection as whoever creates fields: by `auth_setup` where it is given."""
        return self if self.auth_setup is None else self.model_copy(update={"auth": self.auth_setup})

    def shares_organisation(self, other: Connection) -> bool:
        """Whether both surely lead to the same organisation: a My Domain is one organisation's, and so is a secret."""
        if self.base_url is None or (self.crm, self.base_url) != (other.crm, other.base_url):
            return False
        return self.crm == "salesforce" or self.auth.reveal() == other.auth.reveal()
