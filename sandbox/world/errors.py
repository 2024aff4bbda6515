"""What can be wrong with a folder of CSV files."""

from __future__ import annotations


class WorldError(Exception):
    """A data folder that cannot be read, as one line for people: which file, line and column, and why."""
