"""Finds secrets that stand in the configuration itself while others on the machine can read the file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from connector.config.document import Document
from connector.config.faults import Fault, KeyPath
from connector.languages.speech import _

_PASSWORD = re.compile(r"^[^:/]+://[^:/@]*:[^/]+@")
_PUBLIC = frozenset({"client_id", "username"})
"""Names, not secrets: whoever reads one can do nothing with it alone."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def find_exposed(path: Path, document: Document) -> list[Fault]:
    """One fault per secret in clear; none where only the file's owner can read it, or it is no file on a disk."""
    if os.name != "posix" or not path.is_file() or not path.stat().st_mode & _OTHERS:
        return []
    message = _("a secret in clear in a file that others can read: write ${{NAME}} instead, or chmod 600 the file")
    return [Fault(message, place, document.find_line(place)) for place in _list_clear(document.data)]


def _list_clear(data: object) -> Iterator[KeyPath]:
    if not isinstance(data, dict):
        return
    if _is_clear(address := data.get("database")) and _PASSWORD.match(str(address)):
        yield ("database",)
    alerts = data.get("alerts")
    urls = alerts.get("urls") if isinstance(alerts, dict) else None
    yield from (
        ("alerts", "urls", index) for index, url in enumerate(urls if isinstance(urls, list) else ()) if _is_clear(url)
    )
    connections = data.get("connections")
    for index, one in enumerate(connections if isinstance(connections, list) else []):
        auth = one.get("auth") if isinstance(one, dict) else None
        if isinstance(auth, dict):
            secrets = {key: value for key, value in auth.items() if key not in _PUBLIC}
            yield from (("connections", index, "auth", key) for key, value in secrets.items() if _is_clear(value))


def _is_clear(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "${" not in value
