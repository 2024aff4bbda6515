"""When the credentials of a connection stop working, as far as that can be known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

import jwt
from cryptography.x509 import load_pem_x509_certificates

from connector.config.connection import Connection


def find_expiry(connection: Connection) -> datetime | None:
    """The first moment at which one of them expires; None where none tells.

    By the day that the admin gave (neither CRM tells when a client secret or a refresh token ends), by the expiry in an
    access token that is a JSON web token, and by the certificates that stand in the file of a private key.
    """
    return min(_list_expiries(connection), default=None)


def _list_expiries(connection: Connection) -> Iterator[datetime]:
    if connection.credentials_expire_on is not None:
        yield datetime.combine(connection.credentials_expire_on, time(), UTC)
    auth = connection.auth
    if auth.access_token is not None:
        yield from _read_token(auth.access_token.get_secret_value())
    if auth.private_key is not None:
        yield from _read_certificates(auth.private_key.get_secret_value())


def _read_token(token: str) -> Iterator[datetime]:
    try:
        expiry = jwt.decode(token, options={"verify_signature": False}).get("exp")
    except jwt.InvalidTokenError:
        return  # most access tokens tell nothing
    if isinstance(expiry, int):
        yield datetime.fromtimestamp(expiry, UTC)


def _read_certificates(text: str) -> Iterator[datetime]:
    try:
        certificates = load_pem_x509_certificates(text.encode())
    except ValueError:
        return  # a key alone
    yield from (one.not_valid_after_utc for one in certificates)
