"""With what a run runs: the program's version, and short digests of the configuration, the mapping and the formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from importlib.metadata import version

from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.kpis.catalogue import definitions
from mappings.overlay import lay_over, read_inputs, read_shipped

DISTRIBUTION = "playmaker-connector"
_BYTES = 6


def read_versions(settings: Settings, connection: Connection) -> Mapping[str, str]:
    """By the column of the ledger that keeps it. Two runs with the same digest ran with the same.

    Of the configuration: all that concerns the connection, whether written or left to its default. Secrets are no part
    of it, so that a rotated key is no other configuration.
    """
    return {
        "program": read_program_version(),
        "configuration": _digest([repr(settings.model_copy(update={"connections": (connection,)}))]),
        "mapping": _digest_mapping(connection),
        "formulas": _digest_formulas(),
    }


def read_program_version() -> str:
    """The version that is installed."""
    return version(DISTRIBUTION)


def _digest_mapping(connection: Connection) -> str:
    laid = lay_over(read_shipped(connection.crm), connection.mapping)
    inputs = read_inputs(connection.crm, connection.mapping)
    rules = [(kind, *rule) for rules in (laid, inputs) for kind, of_kind in rules.items() for rule in of_kind.items()]
    return _digest(sorted(map(repr, rules)))


@cache
def _digest_formulas() -> str:
    return _digest(f"{one.key} {one.traits.version}" for one in definitions())


def _digest(parts: Iterable[str]) -> str:
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()
