"""Records a run's requests and answers into a file that can be handed on, and plays such a file in the CRM's place."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from vcr import VCR
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.request import Request
from vcr.serialize import serialize

from adapters.errors import TransientError
from connector.config.load import read_document
from connector.languages.speech import _
from connector.log.pseudonyms import Pseudonyms
from connector.pipeline.errors import SetupError

_SETTINGS = ("language", "timezone", "currency", "rates", "kpis")
_OF_CONNECTION = (
    *("name", "crm", "api_version", "overlap_minutes", "sweep_hours", "max_change", "retry", "mapping"),
    *("authority", "portfolio", "kpi_fields"),
)
_GOES_WELL = range(200, 300)
_WRITES = ("PATCH", "/batch/update")


def kept_configuration(config: Path, name: str) -> dict[str, Any]:
    """What of the configuration file decides a connection's run, without secrets and addresses."""
    data: Any = read_document(config).data
    connection = next(one for one in data["connections"] if one["name"] == name)
    of_connection = {key: connection[key] for key in _OF_CONNECTION if key in connection}
    kept = {key: data[key] for key in _SETTINGS if key in data}
    auth = dict.fromkeys(_plain_auth(connection), "recorded")
    kept["connections"] = [of_connection | {"auth": auth, "base_url": "http://127.0.0.1:1"}]
    plain: dict[str, Any] = json.loads(json.dumps(kept, default=str))
    return plain


def _plain_auth(connection: Mapping[str, Any]) -> tuple[str, ...]:
    """The credentials that lead to the same calls; a key to sign with is not invented, the login looks alike."""
    auth = tuple(connection.get("auth") or ())
    return ("client_id", "client_secret") if "private_key" in auth else auth


@contextmanager
def recording(file: Path, known: frozenset[str], metadata: dict[str, Any]) -> Iterator[None]:
    """Record all that goes over the wire during the block; written at its end, however it ends.

    `known`: secrets. The file must not exist yet, and only its owner can read it.
    """
    recorder = VCR(decode_compressed_response=True, record_mode="once")
    recorder.register_persister(_Writer(known, metadata))
    with recorder.use_cassette(str(file)):
        yield


class _Writer:
    """Scrubs a recording as a whole, once it is complete: what is personal is only known from all of it."""

    def __init__(self, known: frozenset[str], metadata: dict[str, Any]) -> None:
        self._pseudonyms = Pseudonyms(known, secrets.token_bytes(16))
        self._metadata = metadata

    def load_cassette(self, cassette_path: str, serializer: object) -> None:  # noqa: ARG002 - vcr's signature
        """There is none yet."""
        raise CassetteNotFoundError

    def save_cassette(self, cassette_path: str, cassette_dict: Mapping[str, Any], serializer: object) -> None:
        """Write the scrubbed recording."""
        requests, responses = cassette_dict["requests"], cassette_dict["responses"]
        for request, response in zip(requests, responses, strict=True):
            self._pseudonyms.learn(request.path, _body(response))
        # errors last: their words may hold what only the records show to be somebody's
        order = sorted(range(len(requests)), key=lambda number: _failed(responses[number]))
        scrubbed = {number: self._scrub(requests[number], responses[number]) for number in order}
        pairs = [scrubbed[number] for number in range(len(requests))]
        whole = {"requests": [one for one, _ in pairs], "responses": [one for _, one in pairs]}
        text = serialize(whole | {"metadata": self._metadata}, serializer)
        with os.fdopen(
            os.open(cassette_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)

    def _scrub(self, request: Any, response: dict[str, Any]) -> tuple[Any, dict[str, Any]]:  # noqa: ANN401 - vcr ships no types
        """No header of a request, none of its body: what is asked is in the path, and what is written is ours."""
        body = self._pseudonyms.body(request.path, _body(response), failed=_failed(response))
        kept = {
            "status": response["status"],
            "headers": self._pseudonyms.headers(response["headers"]),
            "body": {"string": body},
        }
        return Request(request.method, self._pseudonyms.uri(request.uri), None, {}), kept


def _body(response: Mapping[str, Any]) -> bytes:
    string = response["body"]["string"] or b""
    return string.encode() if isinstance(string, str) else bytes(string)


def _failed(response: Mapping[str, Any]) -> bool:
    return response["status"]["code"] not in _GOES_WELL


def read_recording(file: Path) -> dict[str, Any]:
    """What a recording says of the run: its configuration, when it began, whether it wrote. Raises SetupError."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise SetupError(_("{file} cannot be read: {reason}", file=file, reason=fault.strerror)) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        data = None
    found = data.get("metadata") if isinstance(data, dict) else None
    if not isinstance(found, dict) or "configuration" not in found:
        raise SetupError(_("{file} is no recording of `playmaker sync --record`", file=file))
    asked = [one["request"] for one in data["interactions"]]
    writes = any(one["method"] == _WRITES[0] or one["uri"].endswith(_WRITES[1]) for one in asked)
    return found | {"writes": writes}


@contextmanager
def playing(file: Path) -> Iterator[None]:
    """Answer every request from the recording, in the order of those like it; nothing goes over the network.

    Raises TransientError where something is asked that was not recorded.
    """
    player = VCR(record_mode="none")
    player.register_matcher("alike", _alike)
    player.match_on = ("method", "alike")
    try:
        with player.use_cassette(str(file)):
            yield
    except CannotOverwriteExistingCassetteException as fault:
        request = fault.failed_request
        raise TransientError(
            _(
                "the recording holds no (further) answer to {method} {path}: up to there the runs are alike",
                method=request.method,
                path=request.path,
            )
        ) from None


def _alike(asked: Any, recorded: Any) -> None:  # noqa: ANN401 - vcr ships no types
    """Raises AssertionError unless they are: same path, same query but for literals. The host is never the same."""
    plain = Pseudonyms((), b"")
    if plain.uri(asked.uri) != plain.uri(recorded.uri):
        raise AssertionError(asked.path)
