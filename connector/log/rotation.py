"""A log file that does not grow for ever, for its owner's eyes only."""

from __future__ import annotations

import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

_OWNER_ONLY = 0o600


class RotatedFile(RotatingFileHandler):
    """Begins a new file when one is full, and keeps some older ones. Only one process may write to it."""

    def __init__(self, file: Path, most_bytes: int, keep: int) -> None:
        """Raises OSError where the file cannot be written."""
        super().__init__(file, maxBytes=most_bytes, backupCount=keep, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_open_privately)  # type: ignore[return-value] # it is text


def _open_privately(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)
