"""HubSpot as the sandbox's server sees it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from sandbox.hubspot.access import scopes
from sandbox.hubspot.access.faults import fault
from sandbox.hubspot.access.gate import Gate
from sandbox.hubspot.access.limits import Limits
from sandbox.hubspot.access.tokens import Tokens
from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import ApiError, body, not_found
from sandbox.hubspot.answers.pages import uri_too_long
from sandbox.hubspot.endpoints.call import Call
from sandbox.hubspot.portal import merging
from sandbox.hubspot.portal.dump import dump
from sandbox.hubspot.portal.filling import fill
from sandbox.hubspot.portal.settings import Settings
from sandbox.hubspot.routes import PATHS, Endpoint
from sandbox.hubspot.schema.object_types import SPELLINGS, ObjectType
from sandbox.options import Options
from sandbox.world.model import World

LONGEST_URI = 8_192
"""Recordings show 414 at URLs of 8 to 16 kB."""


class HubSpotSimulator:
    """One HubSpot account over HTTP; `settings` are its limits, scopes and OAuth app, which tests may change."""

    name = "hubspot"

    def __init__(self, world: World, options: Options, settings: Settings | None = None) -> None:
        self.options = options
        self.settings = settings or Settings()
        self.settings.service_hub |= bool(world.answers)
        self.portal = fill(world, options, self.settings)
        tokens, limits = Tokens(options.token, self.settings), Limits(self.settings, enforced=options.limits)
        self._gate = Gate(tokens, limits)

    def handle(self, request: Request) -> Response:
        """Answer one request of the API."""
        try:
            return self._answer(request)
        except ApiError as error:
            return bodies.failure(error)

    def state(self) -> dict[str, object]:
        """Every record with its raw properties, and the associations of every pair of object types."""
        return dump(self.portal)

    def expire_sessions(self) -> None:
        """End all OAuth access tokens; the token of a private app does not expire."""
        self._gate.tokens.expire(self.portal.now())

    def merge(self, object_type: str, winner: str, loser: str) -> str:
        """Merge two records; the answer is the id of the third one. Raises LookupError for an unknown record."""
        kind = SPELLINGS[object_type.lower()]
        found = [self.portal.collection(kind).live(record_id) for record_id in (winner, loser)]
        if found[0] is None or found[1] is None or found[0] is found[1]:
            raise LookupError(f"no two live {kind} with the ids {winner} and {loser}")
        return str(merging.merge(self.portal, kind, found[0], found[1], self.portal.now()).id)

    def undelete(self, object_type: str, identity: str) -> None:
        """Restore an archived record; neither its modified date nor its associations come back with it.

        What a restore does to the modified date is not documented: this is what is hardest on who reads changes.
        """
        collection = self.portal.collection(SPELLINGS[object_type.lower()])
        record = collection.find(identity)
        if record is None or record.archived_at is None:
            raise LookupError(f"{identity} is not archived")
        collection.restore(record)
        collection.index.announce(record, self.portal.visible_from(self.portal.now()))

    def purge(self) -> None:
        """Forget every archived record, as HubSpot does after 90 days."""
        for kind in ObjectType:
            self.portal.collection(kind).forget_archived()

    def fault_body(self, status: int, policy: str | None) -> tuple[str, Mapping[str, str], str]:
        """HubSpot's words for a provoked fault: body, headers, content type."""
        search = policy in {"SECONDLY", "SEARCH"}
        headers = (
            self._gate.limits.headers(search=search, oauth=False) if status == HTTPStatus.TOO_MANY_REQUESTS else {}
        )
        response = bodies.failure(fault(status, policy, headers))
        return response.get_data(as_text=True), headers, response.content_type or bodies.JSON

    def _answer(self, request: Request) -> Response:
        if len(request.environ.get("REQUEST_URI", request.full_path)) > LONGEST_URI:
            raise uri_too_long()
        endpoint, args = self._route(request)
        call = Call(self.portal, self._gate, request, args, self.portal.now(), endpoint.dated)
        if endpoint.kind == "token":
            return endpoint.handler(call)
        oauth = self._gate.tokens.check(request.headers.get("Authorization", ""), call.now)
        search = endpoint.kind == "search"
        self._gate.limits.admit(call.now, search=search, oauth=oauth)
        response = self._permitted(endpoint, call)
        response.headers.extend(self._gate.limits.headers(search=search, oauth=oauth))
        return response

    def _permitted(self, endpoint: Endpoint, call: Call) -> Response:
        try:
            needs = endpoint.needs(call.args)
            scopes.check_feedback(call.args, served=self.settings.service_hub, with_category=endpoint.names_category)
            scopes.check(self.settings.scopes, needs, with_category=endpoint.names_category)
            return endpoint.handler(call)
        except ApiError as error:
            return bodies.failure(error)

    def _route(self, request: Request) -> tuple[Endpoint, Mapping[str, str]]:
        try:
            return PATHS.bind_to_environ(request.environ).match()
        except MethodNotAllowed as error:
            raise ApiError(405, body(f"HTTP {request.method} is not allowed here.", None)) from error
        except HTTPException as error:
            raise not_found() from error
