"""One request of the data API, with whom it comes from and what it reaches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from werkzeug import Request, Response

from sandbox.salesforce.api.cursors import Cursors
from sandbox.salesforce.api.sessions import Session
from sandbox.salesforce.api.usage import Usage
from sandbox.salesforce.schema.errors import ApiError, MalformedRequestError
from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.permissions import Permissions
from sandbox.salesforce.state.table import Table

JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in. `root` is the path of its API version, such as /services/data/v64.0."""

    request: Request
    org: Org
    permissions: Permissions
    cursors: Cursors
    usage: Usage
    session: Session
    root: str

    @property
    def user(self) -> str:
        """The id of the running user."""
        return self.session.user

    def table(self, name: str) -> Table:
        """The object named in the path. Raises NOT_FOUND."""
        table = self.org.find_table(name)
        if table is None:
            raise ApiError("NOT_FOUND", "The requested resource does not exist", status=404)
        return table

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent, numbers exact. Raises JSON_PARSER_ERROR."""
        try:
            body = json.loads(self.request.get_data() or b"null", parse_float=Decimal, parse_constant=_refuse_constant)
        except ValueError as error:
            raise MalformedRequestError("JSON_PARSER_ERROR", f"Unexpected character in the body: {error}") from error
        if not isinstance(body, dict):
            raise MalformedRequestError(
                "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body."
            )
        return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def answer(body: Mapping[str, object] | Sequence[object], status: int = 200) -> Response:
    """A JSON answer. Salesforce prints numbers as doubles, which keeps 15 digits."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_print_number)
    return Response(text, status, content_type=JSON)


def _print_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no part of an answer")


def empty() -> Response:
    """The answer to an update or a delete: 204 without a body."""
    return Response(status=204)
