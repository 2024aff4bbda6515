"""How a connection proves who it is: the keys under `auth:`, and which of them belong together for which CRM."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, SecretStr

from connector.config.faults import join_choices
from connector.config.kpis import Strict
from connector.config.references import Reference, Sourced
from connector.languages.speech import _

COMBINATIONS: dict[str, tuple[frozenset[str], ...]] = {
    "hubspot": (
        frozenset({"access_token"}),
        frozenset({"client_id", "client_secret", "refresh_token"}),
    ),
    "salesforce": (
        frozenset({"client_id", "client_secret"}),
        frozenset({"client_id", "username", "private_key"}),
        frozenset({"client_id", "refresh_token"}),
        frozenset({"client_id", "client_secret", "refresh_token"}),
        frozenset({"access_token"}),
    ),
}
"""The ways of logging in to each CRM; one that is not listed here judges its keys itself."""


_BARE_VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")


class Secret(SecretStr):
    """A secret that no print shows, with the reference it came from (None: it stands in the configuration)."""

    def __init__(self, secret_value: str, reference: Reference | None = None) -> None:
        """Keep both; only get_secret_value() gives the secret away."""
        super().__init__(secret_value)
        self.reference = reference


def _hide(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise ValueError(_("must be text: put it in quotes"))  # noqa: TRY004 - pydantic reports ValueError only
    if not value.strip():
        raise ValueError(_("empty: give it a value or remove the line"))
    if _BARE_VARIABLE.fullmatch(value) and not isinstance(value, Sourced):
        raise ValueError(_("a variable is written with braces, like ${{NAME}}"))
    return Secret(value, value.reference if isinstance(value, Sourced) else None)


def _hide_line(value: object) -> Secret:
    """A secret that travels in a header or a form: a stray line break would make the HTTP library print it."""
    secret = _hide(value)
    text = secret.get_secret_value()
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise ValueError(_("holds a blank, a line break or an accent, which no such key has: copy it again"))
    return secret


def _hide_key(value: object) -> Secret:
    """A private key: text in PEM form, which no file name and no other key looks like."""
    secret = _hide(value)
    if not secret.get_secret_value().lstrip().startswith("-----BEGIN"):
        raise ValueError(
            _("not a private key in PEM form, which begins with -----BEGIN: write ${{file:/path/to/key.pem}}")
        )
    return secret


Line = Annotated[Secret | None, PlainValidator(_hide_line)]
Block = Annotated[Secret | None, PlainValidator(_hide)]
Key = Annotated[Secret | None, PlainValidator(_hide_key)]


class Auth(Strict):
    """The secrets of one connection."""

    access_token: Line = None
    client_id: Line = None
    client_secret: Line = None
    refresh_token: Line = None
    username: Block = None
    private_key: Key = None

    def reveal(self) -> dict[str, str]:
        """The given secrets in the clear, by key: for the adapter and for the log's redaction, nothing else."""
        return {key: secret.get_secret_value() for key, secret in self if secret is not None}

    def find_misfit(self, crm: str) -> str | None:
        """What is wrong with the given keys, or None where they are one of the ways of logging in to this CRM."""
        given = self.model_fields_set
        ways = COMBINATIONS.get(crm)
        if ways is None or given in ways:
            return None
        choices = join_choices([" + ".join(sorted(way)) for way in ways])
        return f"{crm} takes {choices}; given: {' + '.join(sorted(given)) or 'nothing'}"
