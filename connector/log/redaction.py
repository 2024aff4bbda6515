"""Takes secrets and personal data out of what is about to be logged, by key, by known value and by looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

HIDDEN = "[redacted]"

_SHORTEST_SECRET = 6
"""Below this a known secret is too short to be told from an ordinary word."""

_HIDDEN_KEY = re.compile(
    r"token|secret|passw|authori[sz]ation|private[_-]?key|api[_-]?key|credential|cookie|session[_-]?id|client[_-]?id|assertion"
    r"|email|e_?mail|first_?name|last_?name|phone|user_?name",
    re.IGNORECASE,
)
_NAMED = r"(?:access_|refresh_|id_)?token|client_secret|password|passwd|assertion|private_key|api_?key|hapikey|secret"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), HIDDEN),
    (re.compile(r"(?i)\b(authorization[\"']?\s*[:=]\s*[\"']?)(?:\w+\s+)?[^\s\"',]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer\s+)[\w.~+/!=-]{8,}"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)\b((?:{_NAMED})=)[^\s\"'&,;)]+"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)([\"'](?:{_NAMED})[\"']\s*:\s*)(?:\"[^\"]*\"|'[^']*')"), rf'\1"{HIDDEN}"'),
    (re.compile(r"\bpat-[a-z0-9]+-[\w-]{8,}"), HIDDEN),  # HubSpot private apps and service keys
    (re.compile(r"\b00D\w{9,15}(?:!|%21)[\w.]+"), HIDDEN),  # a Salesforce session id
    (re.compile(r"\b5Aep[\w.]{20,}"), HIDDEN),  # a Salesforce refresh token
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), HIDDEN),  # a JSON web token
    (re.compile(r"(://[^/\s:@]+:)[^/\s@]+(?=@)"), rf"\1{HIDDEN}"),  # the password of a URL
    (re.compile(r"(?<![\w.%+-])[\w.%+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), HIDDEN),  # an e-mail address
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_KEEPS_LINES = frozenset({"exception", "stack"})


class Redaction:
    """A structlog processor. `secrets`: the values that must never show, whatever they look like."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Know each secret as it is, line by line, and as it looks inside a URL."""
        lines = {line.strip() for secret in secrets for line in [secret, *secret.splitlines()]}
        known = {form for line in lines for form in (line, quote(line, safe=""), quote_plus(line))}
        long_first = sorted((form for form in known if len(form) >= _SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, long_first))) if long_first else None

    def __call__(self, logger: WrappedLogger, method_name: str, event_dict: EventDict) -> EventDict:  # noqa: ARG002 - structlog's signature
        """The event with everything hidden that must not be seen."""
        return {key: self._hide(key, value) for key, value in event_dict.items()}

    def _hide(self, key: str, value: object) -> object:
        if value is None or isinstance(value, bool):
            return value
        if _HIDDEN_KEY.search(key):
            return HIDDEN
        if isinstance(value, Mapping):
            return {self.clean(str(name)): self._hide(str(name), inner) for name, inner in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._hide(key, inner) for inner in value]
        if isinstance(value, (int, float)):
            return value
        text = self.clean(str(value))
        return text if key in _KEEPS_LINES else text.replace("\n", " ")

    def clean(self, text: str) -> str:
        """The text without secrets, personal addresses and control characters."""
        if self._known:
            text = self._known.sub(HIDDEN, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return _CONTROL.sub(" ", text)
