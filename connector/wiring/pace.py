"""Where the processes of a machine count their calls together, so that they keep below a rate as one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from connector.config.settings import Settings


def find_pace_file(settings: Settings) -> Path | None:
    """Beside an SQLite file; with a database server, in a folder of this user's own among the temporary files.

    None where there is no such folder: then the threads of each process count by themselves.
    """
    if settings.database.drivername == "sqlite":
        file = settings.database.database
        return Path(f"{file}.pace") if file else None
    folder = Path(tempfile.gettempdir()) / f"playmaker-{os.getuid()}"
    return folder / "calls.pace" if _is_private(folder) else None


def _is_private(folder: Path) -> bool:
    """Make the folder; False where somebody else has put something in its place."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return folder.is_dir() and not folder.is_symlink() and (found.st_uid, found.st_mode & 0o077) == (os.getuid(), 0)
