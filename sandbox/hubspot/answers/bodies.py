"""Turns what an endpoint has to say into HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from werkzeug import Response

from sandbox.hubspot.answers.errors import ApiError

JSON = "application/json;charset=utf-8"


def reply(payload: object, status: int = 200) -> Response:
    """A JSON answer."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, content_type=JSON)


def nothing() -> Response:
    """204: done, and there is nothing to say."""
    return Response(status=204)


def failure(error: ApiError) -> Response:
    """An error as JSON, or as the page it is."""
    if error.page:
        response = Response(error.page, error.status, content_type="text/html;charset=utf-8")
    else:
        response = reply(error.body, error.status)
    response.headers.extend(dict(error.headers))
    return response


def batch(results: Sequence[object], errors: Sequence[Mapping[str, object]], instant: str, status: int) -> Response:
    """The answer of a batch; `numErrors` and `errors` come only when a row failed."""
    payload: dict[str, object] = {
        "status": "COMPLETE",
        "results": results,
        "requestedAt": instant,
        "startedAt": instant,
        "completedAt": instant,
    }
    if errors:
        payload |= {"numErrors": len(errors), "errors": errors}
    return reply(payload, status)


def paged(results: Sequence[object], after: str | None, **more: object) -> dict[str, object]:
    """A page of results; `paging` appears only when there is a next page."""
    payload: dict[str, object] = {**more, "results": results}
    if after is not None:
        payload["paging"] = {"next": {"after": after, "link": f"?after={after}"}}
    return payload
