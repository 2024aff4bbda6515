"""The wire of a Salesforce that is a list of rows: answers the queries of a walk, and breaks off where told to."""

from __future__ import annotations

import re
from datetime import datetime

from adapters.salesforce.failures import LocatorLostError, SlowQueryError

MOMENT = r"[0-9TZ:.+-]+"


class WalkedWire:
    host = "acme.my.salesforce.com"
    server_time: datetime | None = None

    def __init__(self, rows, page=3, lose_at=(), slow_above=None):
        self.rows = rows
        self.page = page
        self.lose_at = set(lose_at)
        self.slow_above = slow_above
        self.queries: list[str] = []
        self.pages_asked = 0
        self._open: list[dict] = []

    def query(self, soql, *_about, **_options):
        self.queries.append(soql)
        limit = re.search(r"LIMIT (\d+)", soql)
        found = self._select(soql)
        if (
            self.slow_above is not None
            and len(found) > self.slow_above
            and not (limit and int(limit[1]) <= self.slow_above)
        ):
            raise SlowQueryError("too slow", code="QUERY_TIMEOUT")
        self._open = found[: int(limit[1])] if limit else found
        return self._answer(0)

    def query_more(self, url, *_about):
        self.pages_asked += 1
        if self.pages_asked in self.lose_at:
            raise LocatorLostError("lost")
        return self._answer(int(url.rpartition("-")[2]))

    def _answer(self, start):
        end = start + self.page
        is_last = end >= len(self._open)
        more = {} if is_last else {"nextRecordsUrl": f"/services/data/v64.0/query/01g-{end}"}
        return {"totalSize": len(self._open), "done": is_last, "records": self._open[start:end], **more}

    def _select(self, soql):
        rows = sorted(self.rows, key=_key if "ORDER BY SystemModstamp" in soql else lambda row: row["Id"])
        if after := re.search(rf"SystemModstamp = ({MOMENT}) AND Id > '(\w+)'", soql):
            return [row for row in rows if _key(row) > (datetime.fromisoformat(after[1]), after[2])]
        if start := re.search(rf"SystemModstamp >= ({MOMENT})", soql):
            return [row for row in rows if _key(row)[0] >= datetime.fromisoformat(start[1])]
        if after := re.search(r"WHERE Id > '(\w+)'", soql):
            return [row for row in rows if row["Id"] > after[1]]
        return rows


def _key(row):
    return datetime.fromisoformat(row["SystemModstamp"]), row["Id"]


def make_row(number, second=0, **fields):
    return {"Id": f"001{number:015d}", "SystemModstamp": f"2026-11-22T10:00:{second:02d}.000+0000", **fields}
