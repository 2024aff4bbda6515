"""Writes a commented configuration for a first connection, or one more connection into one that is there."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connector.config.document import Document


@dataclass(frozen=True, slots=True)
class MappedField:
    """A line of `mapping`, with what to say of it."""

    source: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionDraft:
    """One entry of `connections`. `auth`: references by key, never the secrets; `cost`: what to say of the schedule."""

    name: str
    crm: str
    base_url: str | None
    auth: Mapping[str, str]
    schedule: str | None = None
    cost: str = ""
    mapping: Mapping[str, Mapping[str, MappedField]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole configuration; `scope`: the lists under kpis.deals by their keys."""

    currency: str
    timezone: str
    language: str
    scope: Mapping[str, Sequence[str]]
    connection: ConnectionDraft


_HEAD = """\
# yaml-language-server: $schema=config.schema.json
# The line above lets editors complete the keys once `playmaker config schema > config.schema.json` has made that file.
# Made by `playmaker init`. What is not written here has its default: `playmaker config show` prints all that holds.
# Secrets stay out of this file: it names environment variables, files or keyring entries that hold them.

database: sqlite:///playmaker.db # our own data, relative to this file; or postgresql+psycopg://user@host/db
language: {language} # en or fr: of what reps read in the CRM
timezone: {timezone} # in which dates and schedules are meant
currency: {currency} # in which money is reported
"""


def write_draft(draft: Draft) -> str:
    """The text of the file."""
    head = _HEAD.format(language=draft.language, timezone=draft.timezone, currency=draft.currency)
    lines = [head, *_write_scope(draft.scope), "", "connections:", *_write_connection(draft.connection), ""]
    return "\n".join(lines)


def add_connection(text: str, connection: ConnectionDraft) -> str:
    """The text of a configuration with one more entry at its end, where `connections:` must stand last."""
    return "\n".join([text.rstrip(), "", *_write_connection(connection), ""])


def ends_with_connections(document: Document) -> bool:
    """Whether an entry at the end of the file is one of its connections."""
    return isinstance(document.data, dict) and list(document.data)[-1:] == ["connections"]


def save_new(path: Path, text: str) -> None:
    """Write a file that only its owner can read. FileExistsError where one is there."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def replace(path: Path, text: str) -> Path:
    """Put the text in the file's place, whole or not at all; what was there is kept beside it, as the path returned."""
    kept = path.with_name(f"{path.name}.bak")
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    kept.unlink(missing_ok=True)
    os.link(path, kept)
    Path(temporary).replace(path)
    return kept


def _write_scope(scope: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield "kpis:"
    yield "  deals: # which deals count, by the CRM's ids; an empty list means all"
    for key, values in scope.items():
        yield f"    {key}: [{', '.join(map(_quote, values))}]"


def _write_connection(draft: ConnectionDraft) -> Iterator[str]:
    yield f"  - name: {_quote(draft.name)}"
    yield f"    crm: {draft.crm}"
    if draft.base_url is not None:
        yield f"    base_url: {_quote(draft.base_url)}"
    yield "    auth: # where each secret is kept"
    for key, reference in draft.auth.items():
        yield f"      {key}: {_quote(reference)}"
    if draft.schedule is not None:
        yield f"    schedule: {_quote(draft.schedule)}{_comment(draft.cost)}"
    if draft.mapping:
        yield "    mapping: # fields of your own over the shipped mapping, our field: yours"
    for kind, fields in draft.mapping.items():
        yield f"      {kind}:"
        for name, mapped in fields.items():
            yield f"        {name}: {_quote(mapped.source)}{_comment(mapped.remark)}"


def _quote(text: str) -> str:
    """JSON's strings are YAML's too, and hold no line break."""
    return json.dumps(text, ensure_ascii=True)


def _comment(text: str) -> str:
    return f" # {' '.join(text.split())}" if text else ""
