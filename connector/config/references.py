"""Values kept elsewhere: `${VAR}`, `${file:/path}` and `${keyring:NAME}` inside the strings of the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import keyring
from keyring.errors import KeyringError

from connector.config.faults import KeyPath
from connector.languages.speech import _

KEYRING_SERVICE = "playmaker"
"""The service under which the system's keyring keeps our entries."""

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value is kept. `name` is the variable, the absolute path or the keyring entry."""

    kind: Literal["variable", "file", "keyring"]
    name: str


class Sourced(str):
    """Text that came whole from one reference."""

    __slots__ = ("reference",)
    reference: Reference

    def __new__(cls, text: str, reference: Reference) -> Self:
        """Keep where the text came from beside it."""
        self = super().__new__(cls, text)
        self.reference = reference
        return self


def find_references(text: str) -> list[str]:
    """What stands between the braces of each reference in a text."""
    return _REFERENCE.findall(text)


class UnresolvedError(Exception):
    """A reference leads nowhere; the message says what to do and holds no value."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where references are looked up; `folder` is the one against which file paths are relative."""

    environ: Mapping[str, str]
    folder: Path

    def substitute(self, text: str) -> str:
        """The text with its references replaced; what they hold is not searched again. Raises UnresolvedError."""
        if "${" in _REFERENCE.sub("", text):
            raise UnresolvedError(_("a ${{ without its }}: close it"))
        whole = _REFERENCE.fullmatch(text)
        if whole:
            reference = self._read(whole[1])
            return Sourced(self._fetch(reference), reference)
        return _REFERENCE.sub(lambda match: self._fetch(self._read(match[1])), text)

    def _read(self, inside: str) -> Reference:
        kind, colon, name = inside.partition(":")
        if not colon and _VARIABLE.fullmatch(inside):
            return Reference("variable", inside)
        if kind == "file" and name:
            return Reference("file", str(self.folder / name))
        if kind == "keyring" and name:
            return Reference("keyring", name)
        raise UnresolvedError(_("not a reference: write ${{NAME}}, ${{file:/path}} or ${{keyring:NAME}}"))

    def _fetch(self, reference: Reference) -> str:
        if reference.kind == "file":
            return _read_file(Path(reference.name))
        if reference.kind == "keyring":
            return _read_keyring(reference.name)
        if text := self.environ.get(reference.name):
            return text
        if reference.name in self.environ:
            raise UnresolvedError(
                _("the environment variable {name} is empty: set it before you start", name=reference.name)
            )
        raise UnresolvedError(
            _("the environment variable {name} is not set: set it before you start", name=reference.name)
        )


def substitute_all(data: object, sources: Sources) -> tuple[object, dict[KeyPath, str]]:
    """The data with all references replaced, and for each one that leads nowhere its path and what to do."""
    unresolved: dict[KeyPath, str] = {}

    def replace(node: object, path: KeyPath) -> object:
        if isinstance(node, dict):
            return {key: replace(value, (*path, key)) for key, value in node.items()}
        if isinstance(node, list):
            return [replace(value, (*path, index)) for index, value in enumerate(node)]
        if not isinstance(node, str) or "${" not in node:
            return node
        try:
            return sources.substitute(node)
        except UnresolvedError as error:
            unresolved[path] = str(error)
            return node

    return replace(data, ()), unresolved


def _read_file(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise UnresolvedError(
            _("the file {path} cannot be read ({reason}): create it or correct the path", path=path, reason=_say(error))
        ) from None
    except UnicodeDecodeError:
        raise UnresolvedError(_("the file {path} is not UTF-8 text: save it as such", path=path)) from None
    if not text:
        raise UnresolvedError(_("the file {path} is empty: put the value into it", path=path))
    return text


def _read_keyring(name: str) -> str:
    try:
        text = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:
        raise UnresolvedError(_("no keyring can be opened here: use ${{file:/path}} or a variable instead")) from None
    if not text:
        raise UnresolvedError(
            _("the keyring has no entry {name}: run `keyring set {service} {name}`", name=name, service=KEYRING_SERVICE)
        )
    return text


def _say(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
