"""Names of people, companies and places as they are in several countries."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from faker import Faker

POOL_SIZE = 150
LOCALES: dict[str, int] = {
    "en_US": 25,
    "fr_FR": 20,
    "de_DE": 20,
    "en_GB": 12,
    "es_ES": 8,
    "sv_SE": 6,
    "pl_PL": 6,
    "ja_JP": 3,
}
"""The locales, each with its weight among a hundred companies."""
COUNTRIES: dict[str, dict[str, int]] = {
    "en_US": {"United States": 8, "USA": 1, "United States of America": 1},
    "fr_FR": {"France": 1},
    "de_DE": {"Germany": 7, "Deutschland": 3},
    "en_GB": {"United Kingdom": 8, "UK": 2},
    "es_ES": {"Spain": 8, "España": 2},
    "sv_SE": {"Sweden": 1},
    "pl_PL": {"Poland": 9, "Polska": 1},
    "ja_JP": {"Japan": 9, "日本": 1},
}
"""How people spell the country, with weights."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Names from one locale, to be drawn from."""

    locale: str
    first_names: list[str]
    last_names: list[str]
    companies: list[str]
    cities: list[str]


def make_pools(seed: int) -> dict[str, Pool]:
    """A pool per locale; the same seed gives the same names, as long as Faker is of the same version."""
    return {locale: _pool(locale, seed) for locale in LOCALES}


def slug(text: str) -> str:
    """The text in the letters of a mail address or domain; empty when it has none of them."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _pool(locale: str, seed: int) -> Pool:
    fake = _faker(locale)
    fake.seed_instance(f"{seed} {locale}")
    return Pool(
        locale,
        [fake.first_name() for _ in range(POOL_SIZE)],
        [fake.last_name() for _ in range(POOL_SIZE)],
        [fake.company() for _ in range(POOL_SIZE)],
        [fake.city() for _ in range(POOL_SIZE)],
    )


@lru_cache
def _faker(locale: str) -> Faker:
    return Faker(locale, use_weighting=False)
