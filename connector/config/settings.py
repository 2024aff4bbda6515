"""The whole configuration, as the rest of the program sees it: checked, frozen, with the secrets hidden."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import ConfigDict, Field, PlainSerializer, PlainValidator, field_validator, model_validator
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from connector.config.connection import Connection
from connector.config.currency import IsoCode
from connector.config.faults import PlacedError, find_nearest, suggest
from connector.config.kpis import KpiSettings, Strict
from connector.config.service import Alerts, LogFile, Serve
from connector.config.trail import HttpTrail
from connector.languages.speech import _

Rate = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]


def _read_database(value: object) -> URL:
    try:
        url = value if isinstance(value, URL) else make_url(str(value))
    except (ArgumentError, ValueError):  # the latter where the port is no number
        raise ValueError(
            _("not a database address: write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
        ) from None
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError(_("only sqlite:///FILE and postgresql+psycopg://USER@HOST/NAME are known"))
    if url.drivername == "sqlite" and (not url.database or url.database == ":memory:"):
        raise ValueError(_("SQLite needs a file, or every run would begin anew: write sqlite:///FILE"))
    return url


def _find_zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(_("no such time zone{hint}", hint=_suggest_zone(str(value)))) from None


def _suggest_zone(name: str) -> str:
    zones = available_timezones()
    return suggest(name, zones) if find_nearest(name, zones) else _(": write it like Europe/Paris")


class Privacy(Strict):
    """For how many days people who left are kept before they are forgotten (None: until somebody erases them)."""

    keep_departed_days: int | None = Field(default=None, ge=1, le=36_500)


Database = Annotated[URL, PlainValidator(_read_database), PlainSerializer(URL.render_as_string)]


class Settings(Strict):
    """The configuration. `rates`: units of `currency` per unit of another one, where the CRM gives none."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    database: Database = make_url("sqlite:///playmaker.db")
    language: Literal["en", "fr"] = "en"
    timezone: Annotated[ZoneInfo, PlainValidator(_find_zone)] = ZoneInfo("UTC")
    currency: IsoCode
    rates: dict[IsoCode, Rate] = Field(default_factory=dict)
    kpis: KpiSettings = KpiSettings()
    privacy: Privacy = Privacy()
    serve: Serve = Serve()
    log: LogFile = LogFile()
    alerts: Alerts = Alerts()
    http_trail: HttpTrail = HttpTrail()
    connections: tuple[Connection, ...]

    @field_validator("connections")
    @classmethod
    def _are_named_apart(cls, connections: tuple[Connection, ...]) -> tuple[Connection, ...]:
        if not connections:
            raise ValueError(_("must hold at least one entry"))
        first: dict[str, int] = {}
        for index, connection in enumerate(connections):
            if first.setdefault(connection.name, index) != index:
                taken = _("connections[{index}] has this name already", index=first[connection.name])
                raise PlacedError(taken, index, "name")
        return connections

    @field_validator("connections")
    @classmethod
    def _write_each_field_once(cls, connections: tuple[Connection, ...]) -> tuple[Connection, ...]:
        for index, connection in enumerate(connections):
            for earlier, other in enumerate(connections[:index]):
                if connection.shares_organisation(other):
                    message = _(
                        "leads to the same organisation as connections[{index}], so both would write the same fields: "
                        "remove one of them",
                        index=earlier,
                    )
                    raise PlacedError(message, index)
        return connections

    @model_validator(mode="after")
    def _rates_are_foreign(self) -> Self:
        if self.rates.get(self.currency, 1) != 1:
            raise PlacedError(_("the reporting currency itself needs no rate: remove it"), "rates", self.currency)
        return self

    def beside(self, folder: Path) -> Settings:
        """The same settings with a relative SQLite file, and a relative log file, placed in this folder."""
        placed: dict[str, object] = {}
        if self.log.file is not None:
            placed["log"] = self.log.model_copy(update={"file": str(folder / self.log.file)})
        if self.database.drivername == "sqlite":
            placed["database"] = self.database.set(database=str(folder / (self.database.database or "")))
        return self.model_copy(update=placed)

    def day_of(self, moment: datetime) -> date:
        """The day of a moment where the company is."""
        return moment.astimezone(self.timezone).date()

    def secrets(self) -> frozenset[str]:
        """Every secret in the clear, for the log's redaction and nothing else."""
        proofs = [proof for each in self.connections for proof in (each.auth, each.auth_setup) if proof]
        revealed = {secret for proof in proofs for secret in proof.reveal().values()}
        database = {self.database.password} if self.database.password else set()
        return frozenset(revealed | database | self.alerts.secrets())
