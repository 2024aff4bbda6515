"""The last requests and answers of a run, scrubbed, as `runs show --http` tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy

from connector.cli.output import print_table, say
from connector.cli.run_lines import iso
from connector.languages.speech import _
from connector.store.trail import read_exchanges

_KEYS = ("number", "method", "path", "status", "milliseconds", "sent", "received", "fault", "answer")


def list_exchanges(ledger: sqlalchemy.Connection, name: str, run: str) -> list[dict[str, Any]]:
    """What is kept of a run's calls, as JSON."""
    return [
        {"at": iso(row.at)} | {key: getattr(row, key) for key in _KEYS} for row in read_exchanges(ledger, name, run)
    ]


def print_exchanges(name: str, exchanges: Sequence[Mapping[str, Any]]) -> None:
    """A line for each; what was no success tells why."""
    if not exchanges:
        say(_("{name}: no request of this run is kept (see http_trail in docs/configuration.md)", name=name))
        return
    rows = [
        (
            *(one["number"], str(one["at"])[11:19], one["milliseconds"], one["method"], one["status"], one["received"]),
            *(one["path"], one["fault"] or one["answer"]),
        )
        for one in exchanges
    ]
    heads = [_("no."), _("at"), _("ms"), _("method"), _("status"), _("bytes"), _("path"), _("answer")]
    print_table(_("Requests of {name}", name=name), heads, rows)
