"""Stands before a simulated CRM and spoils answers: what proxies, half-dead servers and odd data make of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from werkzeug import Request, Response

Json: TypeAlias = Any
Spot: TypeAlias = tuple[Any, Any]
"""A container and the key or index in it."""

LONG = "n" * 100_000
FIFTY_DECIMALS = "0.40000000000000002220446049250313080847263336181640625"
DEEP: Json = {}
for _ in range(200):
    DEEP = {"deeper": DEEP}

VALUES: Mapping[str, Json] = {
    "null": None,
    "an empty text": "",
    "a word": "Martian",
    "yes": True,
    "a negative number": -1,
    "a number as text": "1,234.5",
    "a number of fifty decimals": FIFTY_DECIMALS,
    "a number beyond all bounds": 10**400,
    "a list": [],
    "a list of lists": [[1], None],
    "an object": {},
    "an object of objects": {"a": {"b": None}},
    "a very deep object": DEEP,
    "a very long text": LONG,
    "NUL characters": "a\x00b\x00",
    "half a character": "\ud83d",
    "a day that is none": "2026-02-31",
    "an instant without a zone": "2026-03-01T00:00:00",
    "an instant far ahead": "9999-12-31T23:59:59.999Z",
    "an instant before all": "0001-01-01T00:00:00Z",
    "an epoch beyond all bounds": "99999999999999999999",
}
BYTES: Mapping[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "the first half": lambda body: body[: len(body) // 2],
    "all but the last character": lambda body: body[:-1],
    "a proxy's page": lambda _: b"<!DOCTYPE html><html><body>Please sign in</body></html>",
    "a page that is not UTF-8": lambda _: b"\xff\xfe<html>\xe9</html>",
    "bytes that are not UTF-8": lambda body: body.replace(b"a", b"\xe9", 1),
    "null": lambda _: b"null",
    "an empty list": lambda _: b"[]",
    "an empty object": lambda _: b"{}",
    "a number": lambda _: b"17",
    "a text": lambda _: b'"ok"',
    "an answer twice": lambda body: body + body,
    "no number": lambda body: body.replace(b":0", b":NaN", 1).replace(b":1", b":Infinity", 1),
    "ten thousand brackets": lambda _: b"[" * 10_000,
}


def places(node: Json) -> Iterator[Spot]:
    """Every place in a JSON document, outer ones first."""
    keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    yield from ((node, key) for key in keys)
    for key in keys:
        yield from places(node[key])


def spoil_value(body: bytes, at: float, value: Json) -> bytes:
    """Put a value in the place that lies at this part (0 to 1) of the document; an answer without places stays."""
    document = json.loads(body)
    found = list(places(document))
    if not found:
        return body
    container, key = found[int(at * (len(found) - 1))]
    container[key] = value
    return json.dumps(document).encode()


def drop_key(body: bytes, at: float) -> bytes:
    """Leave out the key (or item) that lies at this part of the document."""
    document = json.loads(body)
    found = list(places(document))
    if not found:
        return body
    container, key = found[int(at * (len(found) - 1))]
    del container[key]
    return json.dumps(document).encode()


Spoil: TypeAlias = Callable[[bytes], bytes]
MISSING: Json = object()
"""Stands for a key that is not there."""


def spoil_field(body: bytes, record: str, field: str, value: Json) -> bytes:
    """Give a field of one record this value, wherever an answer shows it."""
    if record.encode() not in body:
        return body
    document = json.loads(body)
    rows = [node for node in nodes(document) if isinstance(node, dict) and record in (node.get("id"), node.get("Id"))]
    for fields in (row.get("properties", row) for row in rows):
        if field in fields:
            fields[field] = value
        if value is MISSING:
            fields.pop(field, None)
    return json.dumps(document).encode()


def nodes(document: Json) -> Iterator[Json]:
    """Everything that is in a JSON document."""
    yield document
    yield from (container[key] for container, key in places(document))


class Garbler:
    """A simulated CRM whose n-th answer from now on is spoilt; `plan` says which and how, `always` what befalls all."""

    def __init__(self, simulator: Any) -> None:
        self.simulator = simulator
        self.plan: dict[int, Spoil] = {}
        self.answered = 0
        self.always: list[Spoil] = []

    def spoil(self, plan: Mapping[int, Spoil]) -> None:
        self.plan, self.answered = dict(plan), 0

    def handle(self, request: Request) -> Response:
        response = self.simulator.handle(request)
        spoil = self.plan.get(self.answered)
        self.answered += 1
        for one in [*([spoil] if spoil else []), *self.always]:
            if response.get_data():
                response.set_data(one(response.get_data()))
        return response

    def __getattr__(self, name: str) -> Any:
        return getattr(self.simulator, name)
