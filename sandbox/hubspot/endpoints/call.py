"""One request as the endpoints see it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from werkzeug import Request, Response

from sandbox.hubspot.access.gate import Gate
from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import invalid
from sandbox.hubspot.portal.collection import Collection
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.schema.instants import to_text
from sandbox.hubspot.schema.object_types import ObjectType, resolve

WHOLE_NUMBER = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Call:
    """`args`: the variable parts of the path; `dated`: asked by the 2026-09 family rather than v3/v4."""

    portal: Portal
    gate: Gate
    request: Request
    args: Mapping[str, str]
    now: datetime
    dated: bool

    @property
    def object_type(self) -> ObjectType:
        """The object type of the path."""
        return resolve(self.args["object_type"])

    @property
    def collection(self) -> Collection:
        """The records of that type."""
        return self.portal.collection(self.object_type)

    @property
    def instant(self) -> str:
        """Now, as text."""
        return to_text(self.now)

    def body(self) -> dict[str, object]:
        """The JSON object that was sent. Raises ApiError (400) for anything else."""
        try:
            parsed: object = json.loads(self.request.get_data())
        except ValueError as error:
            raise invalid(f"Invalid input JSON: {error}") from error
        return as_object(parsed, "the request body")

    def inputs(self, most: int) -> list[dict[str, object]]:
        """The `inputs` of a batch, at least one and at most `most`."""
        rows = as_list(self.body().get("inputs"), "inputs")
        if not 0 < len(rows) <= most:
            raise invalid(f"The batch must contain between 1 and {most} inputs, but it contains {len(rows)}.")
        return [as_object(row, "an input") for row in rows]

    def batch(self, results: Sequence[object], errors: Sequence[Mapping[str, object]], status: int = 200) -> Response:
        """A batch's answer. Failed rows make it a 207 in the older family; the dated one documents no 207."""
        return bodies.batch(results, errors, self.instant, 207 if errors and not self.dated else status)

    def flag(self, name: str) -> bool:
        """A boolean of the query, false when it is absent."""
        return self.request.args.get(name, "false").lower() == "true"

    def names(self, name: str) -> list[str]:
        """A list of the query, given as repeated parameters or separated by commas."""
        return [one for value in self.request.args.getlist(name) for one in value.split(",") if one]

    def limit(self, default: int, most: int) -> int:
        """The page size. Raises ApiError (400) beyond `most`."""
        return checked_limit(self.request.args.get("limit", default), most)

    def after(self) -> int:
        """The paging mark of the query, 0 for the first page."""
        return as_number(self.request.args.get("after", 0), "after")


def refuse_other_keys(name: object) -> None:
    """Raises ApiError (400) when records are to be found by another property than their id."""
    if name not in {None, "hs_object_id"}:
        raise invalid(f"This sandbox finds records by hs_object_id only, not by {name}.")


def checked_limit(sent: object, most: int) -> int:
    """A page size between 1 and `most`."""
    limit = as_number(sent, "limit")
    if not 0 < limit <= most:
        raise invalid(f"Page size must be between 1 and {most}, but was {limit}.")
    return limit


def as_object(value: object, what: str) -> dict[str, object]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise invalid(f"Invalid input JSON: {what} must be an object.")
    return cast("dict[str, object]", value)


def as_list(value: object, what: str) -> list[object]:
    """A JSON array; null counts as an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise invalid(f"Invalid input JSON: {what} must be an array.")
    return cast("list[object]", value)


def as_names(value: object, what: str) -> list[str]:
    """A JSON array of texts."""
    return [str(one) for one in as_list(value, what)]


def as_number(value: object, what: str) -> int:
    """An integer, sent as number or text: recordings show both."""
    text = str(value)
    if not WHOLE_NUMBER.fullmatch(text):
        raise invalid(f"{what} must be a whole number, but was {text}.")
    return int(text)


def as_id(row: Mapping[str, object], what: str = "id") -> str:
    """An id, sent as text or number."""
    value = row.get(what)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise invalid(f"Invalid input JSON: every input needs {what}.")
    return str(value)
