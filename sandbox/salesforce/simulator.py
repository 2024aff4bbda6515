"""The simulated Salesforce org, as the sandbox's server serves it."""

from __future__ import annotations

from decimal import Decimal

from werkzeug import Request, Response

from sandbox.options import Options
from sandbox.salesforce.api.call import JSON, Call, answer
from sandbox.salesforce.api.cursors import Cursors
from sandbox.salesforce.api.faults import HEADERS_TOO_LONG, LONGEST_HEAD, fault_body, size_of_head
from sandbox.salesforce.api.oauth import TokenEndpoint, identify
from sandbox.salesforce.api.routes import check_version, find_endpoint, list_versions
from sandbox.salesforce.api.sessions import Sessions
from sandbox.salesforce.api.usage import Usage
from sandbox.salesforce.loading.build import build_org
from sandbox.salesforce.saving.deletion import purge, undelete
from sandbox.salesforce.saving.merging import merge
from sandbox.salesforce.schema.errors import ApiError, not_found
from sandbox.salesforce.schema.ids import read_id
from sandbox.salesforce.state.permissions import Permissions
from sandbox.salesforce.state.table import Table
from sandbox.salesforce.state.writer import Writer
from sandbox.world.model import World

DATA = "/services/data"


class SalesforceSimulator:
    """One org made from a world. `contacts_to_multiple_accounts`: whether it has AccountContactRelation."""

    name = "salesforce"

    def __init__(self, world: World, options: Options, *, contacts_to_multiple_accounts: bool = True) -> None:
        self.options = options
        self.org = build_org(world, options, contacts_to_multiple_accounts=contacts_to_multiple_accounts)
        self.permissions = Permissions(self.org)
        self.usage = Usage(options.clock, options.limits)
        self.cursors = Cursors(options.clock)
        self.sessions = Sessions(options.clock, self.org.id)
        self.sessions.admit(options.token, self.org.user)
        self.token_endpoint = TokenEndpoint(self.org, self.sessions, options.token)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if size_of_head(request) > LONGEST_HEAD:
            return Response(HEADERS_TOO_LONG, 414, content_type="text/html;charset=utf-8")
        try:
            return self._route(request)
        except ApiError as error:
            return answer(error.body(), error.status)

    def _route(self, request: Request) -> Response:
        if request.path == "/services/oauth2/token" and request.method == "POST":
            return self.token_endpoint.handle(request)
        if request.path.rstrip("/") == DATA:
            return answer(list_versions())
        session = self.sessions.find(request.headers.get("Authorization", ""))
        if request.path in {"/services/oauth2/userinfo", f"/id/{self.org.id}/{session.user}"}:
            return answer(identify(request, self.org, session.user))
        version, _, path = request.path.removeprefix(f"{DATA}/").partition("/")
        if not request.path.startswith(f"{DATA}/"):
            raise not_found()
        call = Call(request, self.org, self.permissions, self.cursors, self.usage, session, f"{DATA}/{version}")
        return self._answer_call(call, version, f"/{path}")

    def _answer_call(self, call: Call, version: str, path: str) -> Response:
        try:
            self.usage.count()
            check_version(version)
            endpoint, parts = find_endpoint(call.request, path)
            response = endpoint(call, **parts)
        except ApiError as error:
            response = answer(error.body(), error.status)
        response.headers["Sforce-Limit-Info"] = self.usage.header()
        return response

    def state(self) -> dict[str, object]:
        """Every record of every object, deleted ones included, with its key in the world where it came from there."""
        tables = (*self.org.tables.values(), *self.org.tooling.values())
        return {table.name: [_print_row(table, identity) for identity in table.ids] for table in tables}

    def expire_sessions(self) -> None:
        """End every session, and with them the query locators."""
        self.sessions.expire()
        self.cursors.close_all()

    def merge(self, object_type: str, winner: str, loser: str) -> str:
        """Merge two accounts or contacts. Raises LookupError for an unknown one."""
        table = self._table(object_type)
        kept, gone = (read_id(identity) or identity for identity in (winner, loser))
        merge(self._writer(), table, kept, gone)
        return kept

    def undelete(self, object_type: str, identity: str) -> None:
        """Bring a record back from the recycle bin. Raises LookupError when it is not there."""
        undelete(self._writer(), self._table(object_type), read_id(identity) or identity)

    def purge(self) -> None:
        """Empty the recycle bin: what was in it is in no answer any more."""
        purge(self.org)

    def fault_body(self, status: int, policy: str | None) -> tuple[str, dict[str, str], str]:
        """The org's own answer for a status: body, extra headers, content type."""
        return fault_body(status, policy), {"Sforce-Limit-Info": self.usage.header()}, JSON

    def _writer(self) -> Writer:
        return Writer(self.org, self.permissions, self.org.user)

    def _table(self, object_type: str) -> Table:
        table = self.org.find_table(object_type)
        if table is None:
            raise LookupError(f"the org has no object {object_type}")
        return table


def _print_row(table: Table, identity: str) -> dict[str, object]:
    row = {name: _print_value(value) for name, value in table.rows[identity].items()}
    named: dict[str, object] = {"id": identity, "key": table.keys.get(identity)}
    return named | {"archived": bool(row.get("IsDeleted"))} | row


def _print_value(value: object) -> object:
    """A number as a double where that keeps its digits, else as text: a state is what is held, not what is printed."""
    if not isinstance(value, Decimal):
        return value
    return float(value) if Decimal(str(float(value))) == value else format(value, "f")
