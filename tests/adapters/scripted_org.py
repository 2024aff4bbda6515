"""A Salesforce that says what it is told to say: one answer after the other, over real HTTP."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable

from werkzeug import Request, Response

from sandbox.options import Options

TOKEN_PATH = "/services/oauth2/token"


class ScriptedOrg:
    name = "salesforce"

    def __init__(self):
        self.options = Options()
        self.answers: deque[Response | Callable[[], Response]] = deque()
        self.tokens: deque[Response] = deque()
        self.requests: list[tuple[str, str, str]] = []
        self.authorizations: list[str | None] = []

    def say(self, body, status=200, content_type="application/json", **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers.append(Response(text, status, headers, content_type=content_type))

    def refuse(self, code, message="", status=400, times=1):
        for _ in range(times):
            self.say([{"message": message, "errorCode": code}], status)

    def grant(self, status=200, **answer):
        self.tokens.append(Response(json.dumps(answer), status, content_type="application/json"))

    def handle(self, request: Request) -> Response:
        path = request.full_path.rstrip("?")
        self.requests.append((request.method, path, request.get_data(as_text=True)))
        if request.path == TOKEN_PATH:
            return self.tokens.popleft()
        self.authorizations.append(request.headers.get("Authorization"))
        answer = self.answers.popleft()
        return answer() if not isinstance(answer, Response) else answer

    def count(self, path: str) -> int:
        return sum(path in each for _, each, _ in self.requests)

    def state(self):
        return {}

    def expire_sessions(self):
        """Scripted too."""

    def merge(self, object_type, *_ids):
        raise LookupError(object_type)

    def fault_body(self, *_asked):
        return "", {}, "text/plain"
