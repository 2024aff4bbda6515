"""What stands before every endpoint: the tokens and the limits of the account."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.hubspot.access.limits import Limits
from sandbox.hubspot.access.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Gate:
    """Some endpoints also speak of them: api-usage tells the counts, the token endpoint gives tokens."""

    tokens: Tokens
    limits: Limits
