"""The resources query, queryAll and tooling/query."""

from __future__ import annotations

import re

from werkzeug import Response

from sandbox.salesforce.call import Call, answer
from sandbox.salesforce.soql_names import Names
from sandbox.salesforce.soql_parse import malformed, parse
from sandbox.salesforce.soql_records import record_maker
from sandbox.salesforce.soql_run import find_rows

BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)")
SMALLEST_PAGE, LARGEST_PAGE = 200, 2_000
"""Records (REST API guide, "Query Options Header")."""


def query(call: Call) -> Response:
    """Answer a statement over the records that are not deleted."""
    return _answer_statement(call, deleted=False)


def query_all(call: Call) -> Response:
    """Answer a statement over the recycle bin too."""
    return _answer_statement(call, deleted=True)


def query_more(call: Call, locator: str) -> Response:
    """Answer the next page of a statement, of query and queryAll alike."""
    return answer(call.cursors.next_page(call.session, locator, call.root))


def tooling_query(call: Call) -> Response:
    """Answer a statement over the org's metadata."""
    return _answer_statement(call, deleted=False, tooling=True)


def _answer_statement(call: Call, *, deleted: bool, tooling: bool = False) -> Response:
    soql = call.request.args.get("q")
    if not soql:
        raise malformed("unexpected token: '<EOF>'")
    names = Names(call.org.tooling if tooling else call.org.tables, call.permissions, call.user, soql)
    statement = parse(soql)
    table = names.table(statement)
    root = f"{call.root}/tooling" if tooling else call.root
    make = record_maker(names, table, statement, root, deleted=deleted)
    rows = find_rows(names, table, statement, deleted=deleted)
    if statement.counts:
        return answer({"totalSize": len(rows), "done": True, "records": []})
    return answer(call.cursors.first_page(call.session, rows, make, _page_size(call), call.root))


def _page_size(call: Call) -> int:
    wanted = BATCH_SIZE.search(call.request.headers.get("Sforce-Query-Options", ""))
    return min(max(int(wanted[1]), SMALLEST_PAGE), LARGEST_PAGE) if wanted else LARGEST_PAGE
