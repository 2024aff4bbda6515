"""What can go wrong with a simulated CRM through no fault of its code."""

from __future__ import annotations


class SandboxError(Exception):
    """A foreseeable fault (port taken, unreadable data folder, …), as one line for people."""
