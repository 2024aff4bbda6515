"""What reps and other programs do in a CRM, the same words for both: see hubspot_rep.py and salesforce_rep.py."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

import requests
from admin import TOKEN
from hostile_site import Site

Values = Mapping[str, Any]
"""Our words for fields (see FIELDS of each rep) and what to put into them; None empties."""


class Rep(ABC):
    """Somebody at work in one CRM over its own API. What the CRM refuses is not done, and counted."""

    objects: ClassVar[Mapping[str, str]]
    """account, contact, deal, line_item, product → the CRM's own name of the object."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._token = TOKEN

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The live records of a kind, raw."""
        return [row for row in self.site.state()[self.objects[kind]] if not row["archived"]]

    def ids(self, kind: str) -> list[str]:
        """The ids of the live records of a kind."""
        return [row["id"] for row in self.records(kind)]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request; None where the CRM refuses it."""
        answer = self._request(method, path, body)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self._token = self.log_in()
            answer = self._request(method, path, body)
        assert answer.status_code < 500, answer.text
        self.site.counts["edits" if answer.ok else "refused edits"] += 1
        return answer.json() if answer.ok and answer.content else None

    def log_in(self) -> str:
        """A token that is good now."""
        return TOKEN

    def _request(self, method: str, path: str, body: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        return requests.request(method, self.site.url + path, json=body, headers=headers, timeout=60)

    @abstractmethod
    def stages(self) -> Sequence[str]:
        """What a deal's stage can be."""

    @abstractmethod
    def create(self, kind: str, values: Values, parents: Mapping[str, str]) -> None:
        """Make a record that belongs to these (`{"account": id}`, for line items `{"deal": id, "product": id}`)."""

    @abstractmethod
    def change(self, kind: str, record: str, values: Values) -> None:
        """Set fields of a record."""

    @abstractmethod
    def delete(self, kind: str, record: str) -> None:
        """Archive a record, or put it into the bin."""

    @abstractmethod
    def merge(self, kind: str, winner: str, loser: str) -> None:
        """Merge two records."""

    @abstractmethod
    def move(self, kind: str, record: str, account: str | None) -> None:
        """Give a contact, a deal, or an account as a child, to an account or to none."""

    @abstractmethod
    def links(self, of: str) -> list[tuple[str, str, str]]:
        """(id, deal or account, contact) of each person on a deal (of "deal") or beside an account (of "account")."""

    @abstractmethod
    def roles(self) -> Sequence[str | None]:
        """What a person on a deal can be."""

    @abstractmethod
    def link(self, of: str, other: str, contact: str, role: str | None) -> None:
        """Put a person on a deal, or beside an account."""

    @abstractmethod
    def unlink(self, of: str, link: tuple[str, str, str]) -> None:
        """End a link."""

    @abstractmethod
    def tamper(self, kind: str, record: str, key: str, value: int | None) -> None:
        """Write over the field of a KPI."""
