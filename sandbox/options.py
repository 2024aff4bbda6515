"""How a simulated CRM behaves beyond what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.refusals import Refusals

DEFAULT_TOKEN = "sandbox-token"  # noqa: S105 - it opens nothing but a simulation, and users are to know it
"""The access token that a sandbox accepts unless told otherwise."""


@dataclass(slots=True)
class Options:
    """What a simulator is built with.

    `token`: the access token (and client secret) it accepts. `limits`: whether rate limits are enforced.
    `latency_ms`: how long each answer takes. `index_lag_ms`: how long a change stays unknown to HubSpot's search.
    """

    token: str = DEFAULT_TOKEN
    limits: bool = True
    latency_ms: int = 0
    index_lag_ms: int = 0
    clock: Clock = field(default_factory=Clock)
    refusals: Refusals = field(default_factory=Refusals)
