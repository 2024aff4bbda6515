"""Sends a message to the places that the configuration names, by Apprise; nothing of it ends whatever sends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from connector.config.auth import Secret
from connector.languages.speech import _

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a message fared at one place. `place`: its number in the configuration and its kind; never its address."""

    place: str
    fault: str | None


def send(urls: Sequence[Secret], title: str, body: str, *, good: bool) -> list[Delivery]:
    """Tell all places, one after the other; what could not be delivered is in the log too."""
    done = list(_send(urls, title, body, good=good))
    for delivery in done:
        if delivery.fault:
            log.warning("alert not delivered", place=delivery.place, reason=delivery.fault)
    return done


def _send(urls: Sequence[Secret], title: str, body: str, *, good: bool) -> Iterator[Delivery]:
    from apprise import Apprise, AppriseAsset, NotifyType  # noqa: PLC0415 - a third of a second, for the few who alert

    asset = AppriseAsset(app_id="Playmaker", app_desc="playmaker", allow_templates=False, secure_logging=True)
    for index, url in enumerate(urls):
        address = url.get_secret_value()
        place = f"alerts.urls[{index}] ({address.partition(':')[0]})"
        one = Apprise(asset=asset)
        if not one.add(address):
            yield Delivery(place, _("Apprise does not know such an address: correct it"))
        elif not one.notify(body=body, title=title, notify_type=NotifyType.SUCCESS if good else NotifyType.WARNING):
            yield Delivery(place, _("it could not be reached, or refused the message"))
        else:
            yield Delivery(place, None)
