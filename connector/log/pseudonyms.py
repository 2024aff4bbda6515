"""Puts others in the place of what a recording may not hold: the same for the same, so that what belongs together does.

Kept are ids of records, numbers, dates, words of picklists and the CRM's description of its fields. Texts, names and
addresses become codes, the organisation's id and address become invented ones, secrets and error texts are masked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from connector.log.redaction import Redaction
from connector.log.scrubbing import mask_quoted

HOST = "https://crm.example.invalid"
NO_JSON = "(no JSON)"

_SCHEMA_PATH = re.compile(
    r"/properties(/|$)|/pipelines(/|$)|/labels$|/describe$|/schemas|/recordCount|/limits$|/recordTypes"
)
_TOKEN_PATH = re.compile(r"/oauth2?/")
_PLAIN_ROWS = {"OpportunityStage", "CurrencyType", "DatedConversionRate", "RecordType", "FieldDefinition"}
"""Salesforce objects whose rows describe the organisation's set-up."""

_TEXT_TYPES = {"string", "phone_number", "email", "phone", "url", "textarea", "encryptedstring", "address", "combobox"}
_ID_NAME = re.compile(r"(?:^|_)(?i:ids?|vids)$|[a-z]Ids?$")
_SAFE = re.compile(
    r"-?\d{1,18}(\.\d+)?|true|false||[A-Z]{3}"
    r"|\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?"
    r"|[0-9A-Za-z]*\d[0-9A-Za-z]*(?<=^.{15})|(?=.*\d)[0-9A-Za-z]{18}"
    r"|[0-9a-f]{8}-[0-9a-f-]{27}"
)
_STRUCTURE = {
    *("type", "category", "status", "errorCode", "code", "statusCode", "subCategory", "label", "after", "toObjectId"),
    *("objectTypeId", "sourceType", "associationCategory", "policyName", "accountType", "companyCurrency", "timeZone"),
    *("DefaultCurrencyIsoCode", "IsoCode", "CurrencyIsoCode", "InstanceName", "OrganizationType", "correlationId"),
}
_WORDY = {"message", "error_description", "description"}
_HELP = {"description", "inlineHelpText", "helpText", "createdUserId", "updatedUserId"}
_ORGANISATION_NUMBERS = {"portalId", "hubId", "hub_id"}
_ORGANISATION_ID = re.compile(r"\b00D[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?\b")
_URL = re.compile(r"https?://[^/\s\"'\\<>]+")
_HEADERS = re.compile(r"(?i)content-type|date|retry-after|x-hubspot-ratelimit-.*|sforce-limit-info")


@dataclass
class Pseudonyms:
    """One recording's. `salt`: secret and forgotten, so that nobody can find out a name by trying."""

    secrets: Iterable[str]
    salt: bytes
    _texts: set[str] = field(default_factory=set)
    _fields: set[str] = field(default_factory=set)
    _codes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._redaction = Redaction(self.secrets)

    def learn(self, path: str, body: bytes) -> None:
        """Take note of which fields hold free text, as the CRM describes them."""
        value = _parse(body)
        if not _SCHEMA_PATH.search(path) or not isinstance(value, dict):
            return
        for one in value.get("results") or value.get("fields") or []:
            if isinstance(one, dict) and isinstance(one.get("name"), str):
                self._fields.add(one["name"])
                if one.get("type") in _TEXT_TYPES and not _ID_NAME.search(one["name"]):
                    self._texts.add(one["name"])

    def uri(self, uri: str) -> str:
        """Another host, and a query without literals."""
        parts = urlsplit(uri)
        query = [(name, mask_quoted(value) if name == "q" else value) for name, value in parse_qsl(parts.query, True)]  # noqa: FBT003 - keep_blank_values
        path = _ORGANISATION_ID.sub(_other_organisation, self._redaction.clean(unquote_plus(parts.path)))
        return f"{HOST}{path}" + (f"?{self._redaction.clean(urlencode(query))}" if query else "")

    def headers(self, headers: dict[str, Any]) -> dict[str, Any]:
        """Those that the program reads."""
        return {name: value for name, value in headers.items() if _HEADERS.fullmatch(name)}

    def body(self, path: str, body: bytes, *, failed: bool) -> str:
        """What an answer says, with others' names in it. What is no JSON stays none."""
        value = _parse(body)
        if value is None:
            return NO_JSON if body.strip() else ""
        if _TOKEN_PATH.search(path):
            return json.dumps(_token(value))
        if failed:
            return json.dumps(self._walk_error(value, ""), ensure_ascii=False)
        walk = self._walk_schema if _SCHEMA_PATH.search(path) else self._walk
        return json.dumps(walk(value, ""), ensure_ascii=False)

    def _walk(self, value: Any, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        if isinstance(value, dict):
            kind = (value.get("attributes") or {}).get("type") if isinstance(value.get("attributes"), dict) else None
            walk = self._walk_schema if kind in _PLAIN_ROWS else self._walk
            # a history lists what one field held: {"value", "timestamp"}
            return {name: walk(one, key if name == "value" else name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._walk(one, key) for one in value]
        if key in _ORGANISATION_NUMBERS:
            return 10000001
        return self._text(value, key) if isinstance(value, str) else value

    def _text(self, text: str, key: str) -> str:
        if text.startswith("/services/data/"):
            return text
        if _ORGANISATION_ID.fullmatch(text):
            return _ORGANISATION_ID.sub(_other_organisation, text)
        if key in _STRUCTURE or (key in self._fields and key not in self._texts) or _ID_NAME.search(key):
            return self._redaction.clean(_URL.sub(HOST, text))
        return text if key not in self._texts and _SAFE.fullmatch(text) else self._code(text)

    def _code(self, text: str) -> str:
        if not text:
            return text
        code = blake2b(text.encode("utf-8", "surrogatepass"), key=self.salt, digest_size=5).hexdigest()
        self._codes[text] = f"p-{code}@example.invalid" if "@" in text else f"text-{code}"
        return self._codes[text]

    def _walk_schema(self, value: Any, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        if isinstance(value, dict):
            return {name: self._walk_schema(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._walk_schema(one, key) for one in value]
        if not isinstance(value, str):
            return value
        return "" if key in _HELP else self._plain(value)

    def _walk_error(self, value: Any, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        if isinstance(value, dict):
            return {name: self._walk_error(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._walk_error(one, key) for one in value]
        if not isinstance(value, str):
            return value
        if key in _WORDY or key in _STRUCTURE or key in self._fields or value in self._fields:
            return self._plain(self._words(value)) if key in _WORDY else self._plain(value)
        return value if _SAFE.fullmatch(value) else self._code(value)

    def _words(self, text: str) -> str:
        """An error's words: what is known from the records has its code there too, and what is quoted is masked."""
        for known in sorted((one for one in self._codes if len(one) > 3), key=len, reverse=True):  # noqa: PLR2004 - a shorter one stands in other words
            text = text.replace(known, self._codes[known])
        return mask_quoted(text, self._fields)

    def _plain(self, text: str) -> str:
        return self._redaction.clean(_ORGANISATION_ID.sub(_other_organisation, _URL.sub(HOST, text)))


def _token(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A login's answer: what is asked of it is that there is a token; a refusal keeps its code."""
    if not isinstance(value, dict):
        return {}
    kept = {
        name: one for name, one in value.items() if name in {"error", "status", "category", "token_type", "expires_in"}
    }
    return kept | ({"access_token": "recorded"} if "access_token" in value else {})


def _other_organisation(found: re.Match[str]) -> str:
    return "00D000000000001EAA"[: len(found[0])]


def _parse(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
