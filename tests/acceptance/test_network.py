"""No request leaves for any host but the configured one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from admin import DAY, Admin

_SEEN: list[tuple[str, object]] = []
_WATCHED = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _WATCHED:
        _SEEN.append((event, arguments))


sys.addaudithook(_watch)


@contextmanager
def watched() -> Iterator[set[object]]:
    """The (host, port) of every connection and look-up made inside the block."""
    _SEEN.clear()
    asked: set[object] = set()
    yield asked
    for event, arguments in _SEEN:
        asked.add(arguments[1][:2] if event == "socket.connect" else arguments[:2])  # type: ignore[index]


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_every_request_of_every_command_goes_to_the_configured_host(admin: Admin, crm: str):
    split = urlsplit(admin.urls[crm])
    with watched() as asked:
        for command in (
            ["check"],
            ["fields", "plan"],
            ["sync", "--dry-run"],
            ["sync", "--as-of", str(DAY)],
            ["status"],
        ):
            admin.run(*command, "--connection", crm)
    assert asked, "the watch itself works"
    assert {(host, int(port)) for host, port in asked} == {(split.hostname, split.port)}


def test_token_answer_that_names_another_host_is_not_followed(admin: Admin):
    """Salesforce's token answer carries an instance_url; ours must be the configured one all the same."""
    path = admin.folder / "config.yaml"
    text = path.read_text().replace(
        'auth: {access_token: "${TOKEN}"}', 'auth: {client_id: sandbox, client_secret: "${TOKEN}"}'
    )
    path.write_text(
        text.replace(
            '    auth: {client_id: sandbox, client_secret: "${TOKEN}"}', '    auth: {access_token: "${TOKEN}"}', 1
        )
    )
    with watched() as asked:
        admin.good("sync", "--connection", "salesforce", "--as-of", str(DAY))
    split = urlsplit(admin.urls["salesforce"])
    assert {(host, int(port)) for host, port in asked} == {(split.hostname, split.port)}
