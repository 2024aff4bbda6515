"""The stages of the deal pipelines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from adapters.base import Kind, Page, Record
from adapters.hubspot.answers import read_id, read_instant, read_rows
from adapters.hubspot.wire import Json, Wire


def pull_stages(wire: Wire, fields: Sequence[str]) -> Iterator[Page]:
    """All stages of all deal pipelines in one page, the archived ones included; ids are "<pipeline>/<stage>"."""
    path = wire.paths.deal_pipelines()
    records: dict[str, Record] = {}
    for query in ((), (("archived", "true"),)):
        for pipeline in read_rows(wire, path, wire.get(path, "read", query)):
            for record in _stages(wire, path, pipeline, fields):
                records.setdefault(record.id, record)
    yield Page(list(records.values()))


def _stages(wire: Wire, path: str, pipeline: Json, fields: Sequence[str]) -> Iterator[Record]:
    name = read_id(wire, path, pipeline)
    for stage in read_rows(wire, path, pipeline, "stages"):
        code = read_id(wire, path, stage)
        active = not (stage.get("archived") or pipeline.get("archived"))
        values = {**_values(stage), "@pipeline": name, "@code": code, "@active": active}
        shown = {field: values.get(field) for field in fields}
        yield Record(Kind.STAGE, f"{name}/{code}", read_instant(stage.get("updatedAt")), shown)


def _values(stage: Json) -> Json:
    """Closed stages say so; won is the closed stage whose deals are certain (probability 1)."""
    metadata = stage.get("metadata")
    details = metadata if isinstance(metadata, dict) else {}
    closed = str(details.get("isClosed", "")).lower() == "true"
    return {
        "label": stage.get("label"),
        "displayOrder": stage.get("displayOrder"),
        "probability": details.get("probability"),
        "@closed": closed,
        "@won": closed and _is_certain(details.get("probability")),
    }


def _is_certain(probability: object) -> bool:
    try:
        return Decimal(str(probability)) == 1
    except InvalidOperation:
        return False
