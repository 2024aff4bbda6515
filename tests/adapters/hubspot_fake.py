"""HubSpot at the port: a wire that answers from a few dicts, with what the real one does that surprises."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from adapters.hubspot.paths import choose_paths
from adapters.hubspot.wire import Json, Wire

LONGEST_SEARCH = 3000


class FakeWire:
    """Answers POSTs with `answer(path, body)` and keeps what was asked; GETs with `pages[path]`."""

    connection = "emea"
    garbled = Wire.garbled

    def __init__(self, answer: Callable[[str, Json], Json] | None = None, pages: dict[str, Json] | None = None) -> None:
        self.paths = choose_paths("emea", None)
        self.server_time: datetime | None = None
        self.posts: list[tuple[str, Json]] = []
        self.gets: list[tuple[str, object]] = []
        self.kinds: list[str] = []
        self._answer = answer
        self._pages = pages or {}

    def post(self, path: str, body: Json, kind: str) -> Json:
        self.kinds.append(kind)
        self.posts.append((path, body))
        assert self._answer is not None
        return self._answer(path, body)

    def get(self, path: str, kind: str, query: object = ()) -> Json:
        self.kinds.append(kind)
        self.gets.append((path, query))
        return self._pages[path]


class FakeIndex:
    """A search index over (id → milliseconds), answering as HubSpot's search does.

    `shown`: what a record itself says by now, where the index still lags behind it.
    """

    def __init__(self, stamps: dict[int, int], page: int) -> None:
        self.stamps = dict(stamps)
        self.shown: dict[int, int] = {}
        self.page = page
        self.before_answer: Callable[[], None] = lambda: None

    def __call__(self, path: str, body: Json) -> Json:
        self.before_answer()
        assert path.endswith("/search")
        assert len(json.dumps(body)) <= LONGEST_SEARCH
        assert "after" not in body
        (group,) = body["filterGroups"]
        found = [id_ for id_ in self.stamps if all(self._meets(id_, each) for each in group["filters"])]
        (sort,) = body["sorts"]
        assert sort["direction"] == "ASCENDING"
        found.sort(key=(lambda id_: id_) if sort["propertyName"] == "hs_object_id" else self._index_order)
        return {"total": len(found), "results": [self._row(id_) for id_ in found[: self.page]]}

    def _index_order(self, id_: int) -> tuple[int, int]:
        # of equal stamps the index keeps no order that anyone may rely on
        return self.stamps[id_], id_ * 7919 % 101

    def _meets(self, id_: int, condition: dict[str, str]) -> bool:
        actual = id_ if condition["propertyName"] == "hs_object_id" else self.stamps[id_]
        wanted = int(condition["value"])
        return {"GTE": actual >= wanted, "LT": actual < wanted, "GT": actual > wanted}[condition["operator"]]

    def _row(self, id_: int) -> Json:
        stamp = iso(self.shown.get(id_, self.stamps[id_]))
        return {"id": str(id_), "properties": {"lastmodifieddate": stamp, "hs_lastmodifieddate": stamp}}


def iso(milliseconds: int) -> str:
    instant = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
