from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.errors import FatalError
from adapters.salesforce.grants import ClientCredentials, JwtBearer, RefreshToken, choose_grant

HOST = "https://acme.my.salesforce.com"
NOON = 1_800_000_000.5


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def choose(**auth):
    return choose_grant(auth, HOST, lambda: NOON)


def test_an_assertion_vouches_for_the_user_for_three_minutes(key, pem):
    form = choose(client_id="app", username="bot@acme.example", private_key=pem).form()
    claims = jwt.decode(
        form["assertion"], key.public_key(), algorithms=["RS256"], audience=HOST, options={"verify_exp": False}
    )
    assert claims == {"iss": "app", "sub": "bot@acme.example", "aud": HOST, "exp": 1_800_000_180}
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"


def test_a_key_that_cannot_sign_is_refused_without_being_shown():
    grant = choose(client_id="app", username="bot@acme.example", private_key="-----BEGIN hunter2")
    with pytest.raises(FatalError, match=r"auth\.private_key") as caught:
        grant.form()
    assert "hunter2" not in str(caught.value)


def test_an_encrypted_key_is_refused(key):
    locked = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    ).decode()
    with pytest.raises(FatalError, match="unencrypted"):
        choose(client_id="app", username="bot@acme.example", private_key=locked).form()


def test_a_public_app_refreshes_without_a_secret():
    assert "client_secret" not in choose(client_id="app", refresh_token="R1").form()
    assert choose(client_id="app", client_secret="s", refresh_token="R1").form()["client_secret"] == "s"


def test_the_secrets_decide_the_way_to_log_in():
    assert isinstance(choose(client_id="app", client_secret="s"), ClientCredentials)
    assert isinstance(choose(client_id="app", client_secret="s", refresh_token="r"), RefreshToken)
    assert isinstance(choose(client_id="app", username="u", private_key="k"), JwtBearer)
    assert choose(access_token="t") is None


@pytest.mark.parametrize("auth", [{}, {"client_id": "app"}, {"username": "u", "password": "p"}])
def test_secrets_that_do_not_suffice_are_an_error_that_lists_what_does(auth):
    with pytest.raises(FatalError, match="client_id with client_secret"):
        choose(**auth)


def test_no_secret_is_printed(pem):
    grants = [
        choose(client_id="app", client_secret="s3cret"),
        choose(client_id="app", refresh_token="s3cret"),
        choose(client_id="app", username="u", private_key=pem),
    ]
    assert "s3cret" not in repr(grants)
    assert "PRIVATE" not in repr(grants)
