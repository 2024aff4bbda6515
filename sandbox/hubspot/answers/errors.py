"""HubSpot's error bodies, each as an exception that carries its status.

Shape: `status`, `message`, `correlationId`, `category`, and where they apply `subCategory`, `context`, `errors`,
`links` (the Error schema of HubSpot's public OpenAPI collection).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

SCOPES_PAGE = "https://developers.hubspot.com/scopes"


class ApiError(Exception):
    """An answer other than success; `page` replaces the JSON body by an HTML page."""

    def __init__(
        self, status: int, body: Mapping[str, object], *, headers: Mapping[str, str] | None = None, page: str = ""
    ) -> None:
        """Keep what is sent to the client."""
        super().__init__(str(body.get("message", status)))
        self.status = status
        self.body = body
        self.headers = headers or {}
        self.page = page


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one property value was refused; `error` is HubSpot's word for it."""

    name: str
    error: str
    message: str


def body(message: str, category: str | None, **more: object) -> dict[str, object]:
    """An error body; keys without a value are left out, as HubSpot does."""
    known = {"status": "error", "message": message, "correlationId": str(uuid4()), "category": category, **more}
    return {key: value for key, value in known.items() if value is not None}


def invalid(message: str, **more: object) -> ApiError:
    """The request itself is wrong: 400 VALIDATION_ERROR."""
    return ApiError(400, body(message, "VALIDATION_ERROR", **more))


def invalid_values(problems: Sequence[Problem], portal_id: int) -> ApiError:
    """Property values were refused: the message embeds a JSON array as text, without saying which record it was."""
    listed = [
        {
            "isValid": False,
            "message": problem.message,
            "error": problem.error,
            "name": problem.name,
            "localizedErrorMessage": problem.message,
            "portalId": portal_id,
        }
        for problem in problems
    ]
    return invalid(f"Property values were not valid: {json.dumps(listed, ensure_ascii=False, separators=(',', ':'))}")


def not_found(message: str = "resource not found", **more: object) -> ApiError:
    """404 as JSON."""
    return ApiError(404, body(message, "OBJECT_NOT_FOUND", **more))


def conflict(message: str) -> ApiError:
    """It exists already: 409."""
    return ApiError(409, body(message, "CONFLICT"))


def unauthorized() -> ApiError:
    """No token, or one that is not known here."""
    message = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
        "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    )
    return ApiError(401, body(message, "INVALID_AUTHENTICATION"))


def expired(minutes: int) -> ApiError:
    """An OAuth access token after its 1,800 seconds."""
    message = f"The OAuth token used to make this call expired {minutes} minute(s) ago."
    return ApiError(401, body(message, "EXPIRED_AUTHENTICATION", context={"expire time": [f"{minutes} minute(s)"]}))


def missing_scopes(scopes: Iterable[str], *, with_category: bool = True) -> ApiError:
    """403; recordings of the properties API show it without `category`."""
    message = (
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {SCOPES_PAGE}."
    )
    detail = {
        "message": "One or more of the following scopes are required.",
        "context": {"requiredGranularScopes": sorted(scopes)},
    }
    category = "MISSING_SCOPES" if with_category else None
    return ApiError(403, body(message, category, errors=[detail], links={"scopes": SCOPES_PAGE}))


def row_error(category: str, message: str, **more: object) -> dict[str, object]:
    """One entry of `errors` in a 207 answer."""
    return {"status": "error", "category": category, "message": message, **more}
