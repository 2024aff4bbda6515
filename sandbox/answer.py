"""An answer on its way to the client, and how much of it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from werkzeug import Response


class Delivery(Enum):
    """How an answer travels."""

    WHOLE = auto()
    TRUNCATED = auto()  # the connection closes after half of the promised body
    RESET = auto()  # nothing arrives: the connection is reset (TCP RST)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response and what the wire does to it."""

    response: Response
    delivery: Delivery = Delivery.WHOLE
