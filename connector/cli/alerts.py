"""`playmaker alerts`: whether alerts reach whom they should."""

from __future__ import annotations

from dataclasses import asdict

import typer

from connector.cli.exit_codes import ExitCode
from connector.cli.output import print_json, print_table
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, JsonOption, load
from connector.languages.speech import _
from connector.pipeline.errors import SetupError
from connector.watch.places import send

app = typer.Typer(no_args_is_help=True, help="Try the places that are told when something goes bad.")


@app.callback()
def alerts_command() -> None:
    """Try the places that are told when something goes bad."""


@app.command("test")
def try_command(config: ConfigOption = DEFAULT_CONFIG, *, as_json: JsonOption = False) -> None:
    """Send a message to every place under `alerts.urls`, and say which of them took it."""
    settings = load(config)
    if not settings.alerts.urls:
        raise SetupError(_("nobody is to be told: give alerts.urls, see docs/running.md"))
    body = _("This is a test. Alerts about {number} connections will come here.", number=len(settings.connections))
    done = send(settings.alerts.urls, _("playmaker: test of the alerts"), body, good=True)
    if as_json:
        print_json([asdict(one) | {"delivered": one.fault is None} for one in done])
    else:
        rows = [(one.place, one.fault or _("delivered")) for one in done]
        print_table(_("Test of the alerts"), [_("place"), _("outcome")], rows)
    raise typer.Exit(ExitCode.INCOMPLETE if any(one.fault for one in done) else ExitCode.DONE)
