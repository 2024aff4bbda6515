"""The resources query, queryAll and tooling/query."""

from __future__ import annotations

import re

from werkzeug import Response

from sandbox.salesforce.api.call import Call, answer
from sandbox.salesforce.soql.names import Column, Names
from sandbox.salesforce.soql.parse import malformed, parse
from sandbox.salesforce.soql.records import record_maker
from sandbox.salesforce.soql.run import find_rows

BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)")
SMALLEST_PAGE, LARGEST_PAGE = 200, 2_000
"""Records (REST API guide, "Query Options Header")."""
MANY_LONG_TEXTS = 2
"""So many custom long texts make a page as small as can be (SOQL reference, "Change the Batch Size in Queries")."""


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
    columns = [names.column(table, path) for path in statement.paths]
    return answer(call.cursors.first_page(call.session, rows, make, _page_size(call, columns), call.root))


def _page_size(call: Call, columns: list[Column]) -> int:
    long_texts = [column for column in columns if column.field.custom and column.field.is_long_text]
    if len(long_texts) >= MANY_LONG_TEXTS:
        return SMALLEST_PAGE
    wanted = BATCH_SIZE.search(call.request.headers.get("Sforce-Query-Options", ""))
    return min(max(int(wanted[1]), SMALLEST_PAGE), LARGEST_PAGE) if wanted else LARGEST_PAGE
