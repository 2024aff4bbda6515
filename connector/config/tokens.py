"""Rotated refresh tokens: written back to where the old one came from, before the new one is first used."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from adapters.errors import FatalError
from connector.config.auth import Secret
from connector.config.references import KEYRING_SERVICE
from connector.languages.speech import _

CANNOT_KEEP = (
    "a rotated refresh token could not be kept, and the next run would be refused: give auth.refresh_token as "
    "${file:/path} in a folder that the program may write to, or as ${keyring:NAME}"
)
"""What to tell the admin where there is a refresh token but no token_saver for it."""


def token_saver(token: Secret) -> Callable[[str], None] | None:
    """What keeps the successor of this refresh token; None where its source cannot be written (a variable, say).

    The returned function raises FatalError when the new token cannot be written after all.
    """
    reference = token.reference
    if reference is None or reference.kind == "variable":
        return None
    if reference.kind == "keyring":
        return partial(_save_in_keyring, reference.name)
    path = Path(reference.name).resolve()  # a link stays a link: its target is replaced
    return partial(_save_in_file, path) if os.access(path.parent, os.W_OK) else None


def _save_in_file(path: Path, token: str) -> None:
    try:
        _replace(path, token)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise FatalError(
            _(
                "the rotated refresh token could not be written to {path} ({reason}): make its folder writable "
                "(mount the folder, not the file), then authorise the connection again",
                path=path,
                reason=reason,
            )
        ) from None


def _replace(path: Path, token: str) -> None:
    """Whole or not at all, for this user's eyes only (mkstemp makes files with mode 0600)."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _save_in_keyring(name: str, token: str) -> None:
    try:
        keyring.set_password(KEYRING_SERVICE, name, token)
    except KeyringError as error:
        raise FatalError(
            _(
                "the rotated refresh token could not be written to the keyring entry {name} ({reason}): unlock the "
                "keyring, then authorise the connection again",
                name=name,
                reason=type(error).__name__,
            )
        ) from None
