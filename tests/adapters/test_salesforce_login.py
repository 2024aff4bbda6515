from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sandbox_org import APP, SandboxOrg

from adapters.base import Kind
from adapters.errors import FatalError
from adapters.salesforce.adapter import SalesforceCRM
from adapters.settings import ConnectionSettings


@pytest.fixture
def org():
    opened = SandboxOrg()
    yield opened
    opened.close()


def test_a_key_that_the_organisation_knows_logs_in(org):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    org.simulator.token_endpoint.keys.append(public.decode())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    auth = {"client_id": "sandbox", "username": "integration@sandbox.example", "private_key": private}
    assert org.connect(auth).check().id == org.simulator.org.id


def test_a_host_clock_that_is_slow_by_minutes_costs_one_login_more(org):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    org.simulator.token_endpoint.keys.append(public.decode())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    auth = {"client_id": "sandbox", "username": "integration@sandbox.example", "private_key": private}
    org.advance(600)
    crm = org.connect(auth)
    assert crm.check().id == org.simulator.org.id
    assert crm.limits().calls["auth"] == 2


def test_a_key_that_the_organisation_does_not_know_is_refused(org):
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
    public = keys[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    org.simulator.token_endpoint.keys.append(public.decode())
    private = keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    auth = {"client_id": "sandbox", "username": "integration@sandbox.example", "private_key": private}
    with pytest.raises(FatalError, match="refused the credentials"):
        org.connect(auth).check()


def test_refresh_tokens_that_are_good_once_carry_a_pull_over_the_end_of_its_session(org):
    org.simulator.token_endpoint.rotates = True
    saved = []
    auth = {"client_id": "sandbox", "refresh_token": "sandbox-token-refresh"}
    crm = SalesforceCRM(
        ConnectionSettings("us", base_url=org.url, auth=auth, save_refresh_token=saved.append), sleep=lambda _: None
    )
    crm.check()
    org.break_at("expire_session", path="/query")
    pages = list(crm.pull(Kind.ACCOUNT, ["Name"]))
    crm.close()
    assert [len(page.records) for page in pages] == [3]
    assert set(saved) > org.simulator.token_endpoint.refresh_tokens.keys()
    assert saved[-1] in org.simulator.token_endpoint.refresh_tokens
    assert len(saved) == 2


def test_a_wrong_secret_is_refused_after_one_request(org):
    crm = org.connect(APP | {"client_secret": "hunter2"})
    for _ in range(2):
        with pytest.raises(FatalError, match="invalid_client") as caught:
            crm.check()
    assert "hunter2" not in caught.value.message
    assert len(org.requests()) == 1
