"""`playmaker init`: a configuration for a CRM, its credentials tested and its fields looked at."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from connector.cli.init_ending import describe, say_next
from connector.cli.init_proposals import (
    choose_scope,
    confirm_mapping,
    lay_out,
    propose_rhythm,
    say_cost,
    tell_of_people,
)
from connector.cli.init_questions import Asker, ask_address, ask_crm, borrow_secrets, check_zone, read_auth
from connector.cli.output import print_json, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, JsonOption
from connector.config import draft
from connector.config.cron import require_cron
from connector.config.currency import require_currency
from connector.config.draft import ConnectionDraft, Draft
from connector.config.load import read_document, try_settings
from connector.config.references import find_references
from connector.kpis.catalogue import all_keys
from connector.languages.speech import _, speak
from connector.log.setup import configure
from connector.pipeline.errors import SetupError
from connector.wiring.survey import Survey, survey
from mappings.proposal import propose

Many = Annotated[list[str] | None, typer.Option(metavar="VALUE", help="Which deals count (repeatable; default: all).")]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the configuration goes. `before`: what stands there, for one more connection; `replace`: give it up."""

    path: Path
    before: str | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said on the command line of the whole configuration."""

    currency: str | None
    timezone: str | None
    language: str
    schedule: str | None
    scope: Mapping[str, Sequence[str]]


def init_command(
    config: ConfigOption = DEFAULT_CONFIG,
    crm: Annotated[str | None, typer.Option(help="hubspot or salesforce.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call the connection (default: the CRM's name).")] = None,
    base_url: Annotated[str | None, typer.Option("--base-url", help="Salesforce: your My Domain address.")] = None,
    auth: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=REFERENCE", help="Where a secret is kept, like access_token='${HUBSPOT_TOKEN}'."),
    ] = None,
    currency: Annotated[str | None, typer.Option(help="In which money is reported (default: the CRM's own).")] = None,
    timezone: Annotated[str | None, typer.Option(help="In which dates are meant (default: the CRM's own).")] = None,
    language: Annotated[Literal["en", "fr"], typer.Option(help="en or fr: what reps read in the CRM.")] = "en",
    schedule: Annotated[str | None, typer.Option(help="Cron (default: the one that fits the API limits).")] = None,
    pipeline: Many = None,
    deal_type: Many = None,
    record_type: Many = None,
    *,
    add: Annotated[bool, typer.Option("--add", help="One more connection in the file that is there.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file; the old one is kept as .bak.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Write the file without asking the CRM.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is given, proposed or usual.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a configuration: log in to a CRM, look at its fields, propose mapping, scope and schedule."""
    configure(json=False, level="WARNING")
    speak(language)
    asker = Asker(interactive=not yes and sys.stdin.isatty())
    place = find_place(asker, config, add=add, force=force)
    scope = {"pipelines": pipeline or [], "types": deal_type or [], "record_types": record_type or []}
    wishes = Wishes(currency, timezone, language, schedule, scope)
    chosen = ask_crm(asker, crm)
    begun = ConnectionDraft(
        asker.text(_("Name of the connection"), name or chosen),
        chosen,
        ask_address(asker, chosen, base_url),
        read_auth(chosen, auth or []),
    )
    environ = borrow_secrets(asker, begun.auth, os.environ) if not offline else dict(os.environ)
    seen = None if offline else look(place, begun, wishes, environ)
    finish(asker, place, begun, wishes, seen, as_json=as_json)


def find_place(asker: Asker, path: Path, *, add: bool, force: bool) -> Place:
    """Where to write. A file that is there is neither replaced nor added to without a word."""
    if not path.exists() or force:
        return Place(path, replace=path.exists())
    if not add and not (asker.interactive and asker.yes(_("{path} is there: add a connection to it?", path=path))):
        raise SetupError(
            _(
                "{path} is there already: --add adds a connection to it, --force replaces it, --config names another",
                path=path,
            )
        )
    if not draft.ends_with_connections(read_document(path)):
        raise SetupError(_("{path}: put `connections:` at its end, where one more can be added", path=path))
    return Place(path, before=path.read_text(encoding="utf-8"))


def write_text(place: Place, wishes: Wishes, connection: ConnectionDraft, scope: Mapping[str, Sequence[str]]) -> str:
    """The whole file as it would be."""
    if place.before is not None:
        return draft.add_connection(place.before, connection)
    return draft.write_draft(
        Draft(wishes.currency or "EUR", wishes.timezone or "UTC", wishes.language, scope, connection)
    )


def look(place: Place, begun: ConnectionDraft, wishes: Wishes, environ: Mapping[str, str]) -> Survey:
    """Test the credentials and look around. Raises ConfigError, and what the CRM refuses."""
    text = write_text(place, wishes, begun, wishes.scope)
    settings = try_settings(text, place.path, environ, all_keys())
    configure(json=False, level="WARNING", secrets=settings.secrets())
    seen = survey(settings, settings.connections[-1])
    say(_("logged in to {name} ({id})", name=seen.organisation.name, id=seen.organisation.id))
    return seen


def finish(
    asker: Asker, place: Place, begun: ConnectionDraft, wishes: Wishes, seen: Survey | None, *, as_json: bool
) -> None:
    """Propose, confirm, check the whole, write it, and say what comes next."""
    taken = confirm_mapping(asker, propose(begun.crm, seen.schemas), quiet=as_json) if seen else []
    wishes = settle_wishes(asker, place, begun, wishes, seen)
    connection = _settle_schedule(asker, replace(begun, mapping=lay_out(taken)), wishes, seen)
    text = write_text(place, wishes, connection, wishes.scope)
    _check(text, place, connection)
    _save(place, text)
    if seen:
        tell_of_people(seen)
    if as_json:
        print_json(describe(place.path, connection, wishes.scope, seen, taken))
    else:
        say_next(place.path, connection)


def settle_wishes(asker: Asker, place: Place, begun: ConnectionDraft, wishes: Wishes, seen: Survey | None) -> Wishes:
    """Currency, time zone and scope, by default as the organisation has them; a file that is there has its own."""
    if place.before is not None:
        if any(wishes.scope.values()):
            raise SetupError(_("which deals count is said once for all connections: change kpis.deals in the file"))
        return wishes
    currency = asker.text(_("Currency of the figures"), wishes.currency or _home(seen), require_currency)
    zone = asker.text(_("Time zone"), wishes.timezone or _zone(seen), check_zone)
    scope = choose_scope(asker, begun.crm, seen, wishes.scope)
    return replace(wishes, currency=currency, timezone=zone, scope=scope)


def _home(seen: Survey | None) -> str:
    return (seen and seen.organisation.currency) or "EUR"


def _zone(seen: Survey | None) -> str:
    zone = (seen and seen.organisation.time_zone) or "UTC"
    try:
        return check_zone(zone)
    except ValueError:
        return "UTC"


def _settle_schedule(asker: Asker, connection: ConnectionDraft, wishes: Wishes, seen: Survey | None) -> ConnectionDraft:
    if wishes.schedule or not seen:
        return replace(connection, schedule=wishes.schedule)
    rhythm = propose_rhythm(seen)
    if not rhythm.fits:
        tight = _("even once a day costs more than our share: see `budget` in docs/configuration.md")
        say(_("warning: {text}", text=tight))
    schedule = asker.text(_("Schedule (cron); {cost}", cost=say_cost(rhythm)), rhythm.schedule, require_cron)
    return replace(connection, schedule=schedule, cost=say_cost(rhythm) if schedule == rhythm.schedule else "")


_STAND_IN = "-----BEGIN"
"""Passes for any secret: what is checked is the file, not the credentials."""


def _check(text: str, place: Place, connection: ConnectionDraft) -> None:
    """Raises ConfigError where the file could not be loaded once its secrets are there."""
    for reference in {reference for one in connection.auth.values() for reference in find_references(one)}:
        text = text.replace(f"${{{reference}}}", _STAND_IN)
    try_settings(text, place.path, os.environ, all_keys())


def _save(place: Place, text: str) -> None:
    try:
        if place.before is None and not place.replace:
            draft.save_new(place.path, text)
            return
        kept = draft.replace(place.path, text)
    except OSError as fault:
        reason = (fault.strerror or type(fault).__name__).lower()
        raise SetupError(_("{path} cannot be written: {reason}", path=place.path, reason=reason)) from None
    say(_("what was there is kept as {path}", path=kept))
