"""What can be wrong with the local database, in words for people."""

from __future__ import annotations


class StoreError(Exception):
    """The database cannot be used now; the message says which, why and what to do, without its password."""


class StoreSetupError(StoreError):
    """It will not be usable until the configuration, or the program, is changed (exit 2)."""


class EmptyStoreError(StoreSetupError):
    """There is no database yet, or nothing in it."""


class LeaseTakenError(StoreError):
    """Another run of this connection is under way; the message says which, since when and until when at most."""


class LeaseLostError(StoreError):
    """Another run took this one for dead and began in its place; nothing may be written any more."""
