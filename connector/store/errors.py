"""What can be wrong with the local database, in words for people."""

from __future__ import annotations


class StoreError(Exception):
    """The database cannot be used now; the message says which, why and what to do, without its password."""
