"""`playmaker kpis`: every KPI of every account, from the local mirror."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from adapters.base import Kind
from connector.cli.output import print_json, print_table
from connector.cli.session import DEFAULT_CONFIG, AsOfOption, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.kpis.compute import AccountResult
from connector.kpis.result import Kpi, kpi_json
from connector.pipeline.compute import compute_all
from connector.pipeline.errors import SetupError
from connector.store.accounts import read_names
from connector.store.store import Store
from connector.wiring import build_figures, build_mapping, open_ledger, read_clock, reckoning_instant

AccountOption = Annotated[str | None, typer.Option("--account", help="Only the account with this CRM id.")]


def kpis_command(
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    account: AccountOption = None,
    as_of: AsOfOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show every KPI of every account and deal, reckoned from what the last sync pulled."""
    settings = load(config)
    instant = reckoning_instant(settings, as_of.date() if as_of else None, read_clock())
    with open_ledger(settings) as store:
        lines = [line for each in choose(settings, connection) for line in kpi_lines(settings, each, store, instant)]
    chosen = [line for line in lines if account in {None, line["account"]}]
    if account and not chosen:
        raise SetupError(f"no account {account} in the local mirror; give its CRM id, or sync first")
    if as_json:
        print_json(chosen)
    else:
        _print(chosen)
