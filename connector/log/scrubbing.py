"""Takes out of requests and answers what is not needed to debug: secrets, addresses, names, what people wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import unquote_plus

from connector.log.redaction import HIDDEN, Redaction

MASK = "…"
_LONGEST = 2000
"""Characters kept of an answer: errors of whole batches repeat themselves."""

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|«[^»]*»|“[^”]*”")
_TELLING = re.compile(
    r"[\"'][A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+[\"']|[\"'][0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?[\"']|[\"']\d+[\"']"
)
"""What may stand in quotes: a field's name with an underscore in it, a record's id, a whole number."""

_CODES = {
    *("errorCode", "code", "statusCode", "status", "category", "subCategory", "error", "policyName", "errorType"),
    *(
        "correlationId",
        "fields",
        "name",
        "id",
        "in",
        "propertyName",
        "objectType",
        "requiredGranularScopes",
        "success",
        "errors",
        "context",
    ),
}
"""Keys of error answers whose texts are codes, names of fields and ids."""

_WORDY = {"message", "error_description", "description"}


class Cleaner:
    """Scrubs what is kept in the database. `secrets`: values that must never show."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._redaction = Redaction(secrets)

    def path(self, path: str) -> str:
        """A path with its query: literals of queries and addresses are masked, ids and names of fields stay."""
        plain = unquote_plus(path)
        return self._redaction.clean(mask_quoted(plain))[:_LONGEST]

    def fault(self, text: str) -> str:
        """Our own words about what happened on the wire."""
        return self._redaction.clean(mask_quoted(text))

    def error(self, body: bytes) -> str:
        """The answer to a request that was no success: codes, fields and ids, and its words without what they quote."""
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return f"(no JSON, {len(body)} bytes)"
        return json.dumps(self._walk(value, ""), ensure_ascii=False)[:_LONGEST]

    def _walk(self, value: Any, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        if isinstance(value, dict):
            return {name: self._walk(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._walk(one, key) for one in value]
        if not isinstance(value, str):
            return value
        if key in _WORDY:
            return self._redaction.clean(mask_quoted(value))
        return self._redaction.clean(value) if key in _CODES else HIDDEN


def mask_quoted(text: str, fields: Collection[str] = ()) -> str:
    """The text without what stands in quotes, unless that is an id, a number or a field's name (or one of `fields`)."""

    def mask(found: re.Match[str]) -> str:
        whole = found[0]
        is_telling = _TELLING.fullmatch(whole) or whole[1:-1] in fields
        return whole if is_telling else f"{whole[0]}{MASK}{whole[-1]}"

    return _QUOTED.sub(mask, text)
