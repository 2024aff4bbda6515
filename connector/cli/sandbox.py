"""`playmaker sandbox`: a simulated CRM over HTTP, to try things on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from connector.pipeline.errors import SetupError
from sandbox.command import run_sandbox
from sandbox.errors import SandboxError
from sandbox.options import DEFAULT_TOKEN


def sandbox_command(
    crm: Annotated[str, typer.Argument(help="hubspot or salesforce")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    token: Annotated[str, typer.Option(help="The access token that it accepts.")] = DEFAULT_TOKEN,
    accounts: Annotated[int, typer.Option(min=0)] = 200,
    contacts: Annotated[int, typer.Option(min=0)] = 1000,
    deals: Annotated[int, typer.Option(min=0)] = 600,
    seed: Annotated[int, typer.Option(help="The same seed is the same world.")] = 1,
    data: Annotated[Path | None, typer.Option(help="A folder of CSV files instead of a generated world.")] = None,
    latency_ms: Annotated[int, typer.Option(min=0, help="Wait so long before each answer.")] = 0,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which the generated world stands.")
    ] = None,
    *,
    limits: Annotated[bool, typer.Option("--limits/--no-limits", help="Keep the CRM's rate limits.")] = True,
) -> None:
    """Serve a simulated CRM; prints `ready http://127.0.0.1:PORT` when it listens."""
    try:
        run_sandbox(
            crm,
            port=port,
            token=token,
            accounts=accounts,
            contacts=contacts,
            deals=deals,
            seed=seed,
            data=data,
            latency_ms=latency_ms,
            limits=limits,
            as_of=as_of.date() if as_of else None,
        )
    except SandboxError as fault:
        raise SetupError(str(fault)) from fault
