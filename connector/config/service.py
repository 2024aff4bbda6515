"""How the program lives when nobody watches: where it answers monitoring, where it logs, whom it alerts."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, PlainValidator

from connector.config.auth import Secret
from connector.config.kpis import Strict
from connector.config.references import Sourced
from connector.languages.speech import _

_PLACE = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_SHORTEST = 6
"""Shorter parts of an address are no secrets."""


class Serve(Strict):
    """Where `serve` answers monitoring. `address`: of this machine; `port`: 0 for any that is free, None: nowhere."""

    address: str = Field(default="127.0.0.1", min_length=1)
    port: int | None = Field(default=9464, ge=0, le=65535)


class LogFile(Strict):
    """Where `serve` logs beside stderr (None: nowhere), how large a file grows, and how many older ones are kept."""

    file: str | None = Field(default=None, min_length=1)
    max_megabytes: int = Field(default=10, ge=1, le=10_000)
    keep: int = Field(default=5, ge=1, le=1000)


class Condition(StrEnum):
    """What may be bad about a connection."""

    RUN = "run"
    RECORDS = "records"
    BUDGET = "budget"
    RECONCILIATION = "reconciliation"
    REVIEWS = "reviews"
    TOKEN = "token"  # noqa: S105 - a word, no secret


def _read_place(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str) or not _PLACE.fullmatch(value.strip()):
        raise ValueError(_("not an address of Apprise: write it like mailto://USER:PASSWORD@HOST or slack://TOKENS"))
    return Secret(value.strip(), value.reference if isinstance(value, Sourced) else None)


Place = Annotated[Secret, PlainValidator(_read_place)]


class Alerts(Strict):
    """Who is told when something goes bad, and when it is well again.

    `urls`: addresses as Apprise knows them. `conditions`: of what they are told. `token_days`: how long before
    credentials expire; `review_days`: how long after a review was due.
    """

    urls: tuple[Place, ...] = ()
    conditions: tuple[Condition, ...] = tuple(Condition)
    token_days: int = Field(default=14, ge=1, le=365)
    review_days: int = Field(default=14, ge=0, le=365)

    def secrets(self) -> frozenset[str]:
        """The addresses and those of their parts that may be keys: for the log's redaction, nothing else."""
        return frozenset(part for url in self.urls for part in _split(url.get_secret_value()))


def _split(url: str) -> list[str]:
    found = urlsplit(url)
    name, _at, host = found.netloc.rpartition("@")
    # a token takes the place of the host at many services; what has a point is a host's name
    parts = [*name.split(":"), *([] if "." in host or "localhost" in host else [host])]
    parts += [*found.path.split("/"), *(value for _key, value in parse_qsl(found.query))]
    return [url, *(part for part in parts if len(part) >= _SHORTEST)]
