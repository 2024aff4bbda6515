"""What `playmaker init` asks a person at the terminal, and what it takes where nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

import typer

from connector.cli.output import inert, say
from connector.config.address import normalise_address
from connector.config.references import find_references
from connector.languages.speech import _
from connector.pipeline.errors import SetupError

WAYS: Mapping[str, Mapping[str, str]] = {
    "hubspot": {"access_token": "${HUBSPOT_TOKEN}"},
    "salesforce": {"client_id": "${SF_CLIENT_ID}", "client_secret": "${SF_CLIENT_SECRET}"},
}
"""The usual way of logging in to each CRM, with the variables that hold its secrets."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks where somebody is there to answer; else takes what was given, or the default."""

    interactive: bool

    def text(self, question: str, default: str | None, check: Callable[[str], str] = str) -> str:
        """An answer that passes the check. Raises SetupError where nobody can be asked and there is no default."""
        if not self.interactive:
            if default is None:
                raise SetupError(_("{question}: give it as an option, since nobody can be asked", question=question))
            return check(default)
        while True:
            answer: str = typer.prompt(inert(question), default=default, show_default=bool(default), err=True)
            try:
                return check(answer.strip())
            except ValueError as fault:
                say(str(fault))

    def yes(self, question: str) -> bool:
        """Whether a person agrees; where nobody is asked, it is agreed."""
        return not self.interactive or typer.confirm(inert(question), default=True, err=True)

    def secret(self, question: str) -> str:
        """Something typed unseen, kept nowhere; empty where nobody is asked."""
        return (
            typer.prompt(inert(question), default="", hide_input=True, show_default=False, err=True)
            if self.interactive
            else ""
        )


def ask_crm(asker: Asker, given: str | None) -> str:
    """The CRM by its name in the configuration."""
    return given or asker.text(_("CRM (hubspot or salesforce)"), None, _check_crm)


def ask_address(asker: Asker, crm: str, given: str | None) -> str | None:
    """The address of the CRM; HubSpot's is known."""
    if crm == "hubspot" or given:
        return given
    return asker.text(
        _("Address of your org (My Domain), like https://example.my.salesforce.com"), None, normalise_address
    )


def read_auth(crm: str, given: Sequence[str]) -> dict[str, str]:
    """The references given as KEY=REFERENCE, or the usual ones. Raises SetupError for a secret given itself."""
    auth = {}
    for one in given:
        key, sign, reference = one.partition("=")
        if not sign or not find_references(reference):
            raise SetupError(
                _(
                    "--auth takes KEY=REFERENCE, like access_token='${{HUBSPOT_TOKEN}}' or "
                    "private_key='${{file:/path}}': the secret itself does not belong into the file"
                )
            )
        auth[key] = reference
    return auth or dict(WAYS.get(crm, {}))


def borrow_secrets(asker: Asker, auth: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with variables that are not set yet as a person types them, for the test of the credentials."""
    borrowed = dict(environ)
    for reference in auth.values():
        for name in find_references(reference):
            if name.isidentifier() and not borrowed.get(name):
                question = _("{name} is not set. Its value, for the test only and kept nowhere", name=name)
                if typed := asker.secret(question):
                    borrowed[name] = typed
    return borrowed


def check_zone(name: str) -> str:
    """A time zone's name; ValueError says what to write."""
    if name not in available_timezones():
        raise ValueError(_("no such time zone{hint}", hint=_(": write it like Europe/Paris")))
    return name


def _check_crm(crm: str) -> str:
    if crm not in WAYS:
        raise ValueError(_("write hubspot or salesforce"))
    return crm
