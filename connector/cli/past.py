"""What KPIs were on a past day, as the runs of that time computed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.base import Kind
from connector.kpis.catalogue import definitions, is_configured
from connector.kpis.facts import Reference, Terms
from connector.kpis.figures import figure_document
from connector.kpis.frame import frame_of
from connector.kpis.result import Status
from connector.kpis.shard import order_of
from connector.pipeline.report import RunStatus
from connector.store.accounts import read_names
from connector.store.directory import read_deal_accounts
from connector.store.kpi_history import Past, list_records_at, read_figures_at, read_reach
from connector.store.store import Store
from connector.wiring.jobs import SYNC

_TOGETHER = 200
"""Accounts whose history is read at once."""


def is_kept(store: Store, name: str, at: datetime) -> bool:
    """Whether the history covers a moment: it had begun, and a later run has looked at every account since."""
    with store.reading() as ledger:
        reach = read_reach(ledger, name, SYNC, RunStatus.DONE.value)
    return reach is not None and reach[0] <= at <= reach[1]


def past_lines(store: Store, name: str, reference: Reference, terms: Terms) -> Iterator[dict[str, Any]]:
    """One JSON object per account that runs knew by then, as `kpi_lines` gives them."""
    empty = {kind: _without_value(kind, reference, terms) for kind in (Kind.ACCOUNT, Kind.DEAL)}
    with store.reading() as ledger:
        accounts = list_records_at(ledger, name, Kind.ACCOUNT, terms.as_of)
        deals = list_records_at(ledger, name, Kind.DEAL, terms.as_of)
        owners = read_deal_accounts(ledger, name, deals)
    by_account: dict[str | None, list[str]] = defaultdict(list)
    known = set(accounts)
    for deal in sorted(deals, key=order_of):
        owner = owners.get(deal)
        by_account[owner if owner in known else None].append(deal)
    for start in range(0, len(accounts), _TOGETHER):
        some = accounts[start : start + _TOGETHER]
        heads = _documents(store, name, Kind.ACCOUNT, some, terms.as_of, empty[Kind.ACCOUNT])
        under = [deal for account in some for deal in by_account[account]]
        figures = _documents(store, name, Kind.DEAL, under, terms.as_of, empty[Kind.DEAL])
        for account, head in heads.items():
            line = {"connection": name, "account": account, **head}
            yield line | {"deals": [{"deal": deal, **figures[deal]} for deal in by_account[account]]}
    if orphans := by_account[None]:
        figures = _documents(store, name, Kind.DEAL, orphans, terms.as_of, empty[Kind.DEAL])
        listed = [{"deal": deal, **figures[deal]} for deal in orphans]
        yield {"connection": name, "account": None, "name": None, "kpis": {}, "deals": listed}


def _documents(
    store: Store, name: str, kind: Kind, records: Sequence[str], at: datetime, empty: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    with store.reading() as ledger:
        names = read_names(ledger, name, kind, records)
        found = read_figures_at(ledger, name, kind, records, at)
    return {record: {"name": names.get(record), "kpis": _kpis(found.get(record, {}), empty)} for record in records}


def _kpis(kept: Mapping[str, Past], empty: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What has no row never had a value by then."""
    return dict(empty) | {key: figure_document(past.text) for key, past in kept.items()}


def _without_value(kind: Kind, reference: Reference, terms: Terms) -> dict[str, dict[str, Any]]:
    frame = frame_of(reference, terms)
    nothing = {"value": None, "n": 0, "numerator": None, "denominator": None}
    return {
        key: nothing | {"status": (Status.NO_DATA if is_configured(one, frame) else Status.NOT_CONFIGURED).value}
        for one in definitions(kind)
        for key in ([f"{one.key}[{stage.key}]" for stage in frame.stages.open] if one.per_stage else [one.key])
    }
