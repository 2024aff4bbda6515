"""Nothing is sent to a CRM that cannot prove who it is, and nothing turns that off."""

from __future__ import annotations

import pytest
from admin import CRMS, TOKEN, Admin
from authority import Certificate, serving_securely
from pydantic import BaseModel
from werkzeug import Request, Response

from adapters.catalogue import connect
from adapters.errors import FatalError
from adapters.settings import ConnectionSettings
from connector.config.settings import Settings
from sandbox.command import build
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.generator import generate

TRUST = {"hubspot": "SSL_CERT_FILE", "salesforce": "REQUESTS_CA_BUNDLE"}
"""How an admin makes each of the two libraries trust an authority of the company's own."""

SWITCHES = {
    "PYTHONHTTPSVERIFY": "0",
    "CURL_CA_BUNDLE": "",
    "REQUESTS_CA_BUNDLE": "",
    "SSL_CERT_FILE": "",
    "GIT_SSL_NO_VERIFY": "1",
    "NODE_TLS_REJECT_UNAUTHORIZED": "0",
}
"""What turns verification off elsewhere, or did in some version of a library of ours."""

LOGIN = {
    "hubspot": {"client_id": "app", "client_secret": "s3cret-s3cret", "refresh_token": "r3fresh-r3fresh"},
    "salesforce": {"client_id": "app", "client_secret": "s3cret-s3cret"},
}


class Watched:
    """A simulated CRM that keeps the requests it was sent."""

    def __init__(self, crm):
        self._inner = build(crm, generate(accounts=3, contacts=5, deals=5, seed=1), Options(token=TOKEN, limits=False))
        self.name = crm
        self.options = self._inner.options
        self.asked: list[str] = []

    def handle(self, request: Request) -> Response:
        self.asked.append(request.path)
        return self._inner.handle(request)

    def __getattr__(self, name):
        return getattr(self._inner, name)


@pytest.fixture(params=CRMS)
def crm(request):
    return request.param


@pytest.fixture
def watched(crm):
    return Watched(crm)


def ask(crm, url):
    opened = connect(crm, ConnectionSettings("emea", url, {"access_token": TOKEN}))
    try:
        return opened.check()
    finally:
        opened.close()


def test_certificate_that_only_its_owner_vouches_for_is_fatal_and_nothing_is_sent(crm, watched, tmp_path):
    with serving_securely(watched, Certificate(tmp_path / "own.pem")) as url, pytest.raises(FatalError) as caught:
        ask(crm, url)
    assert "certificate" in caught.value.message
    assert "\n" not in caught.value.message
    assert watched.asked == []


@pytest.mark.parametrize("fault", [{"address": "127.0.0.2"}, {"days": (-3, -1)}], ids=["another host's", "expired"])
def test_certificate_of_a_trusted_authority_must_fit_the_host_and_the_day(crm, watched, tmp_path, monkeypatch, fault):
    certificate = Certificate(tmp_path / "unfit.pem", **fault)
    monkeypatch.setenv(TRUST[crm], str(certificate.file))
    with serving_securely(watched, certificate) as url, pytest.raises(FatalError, match="certificate"):
        ask(crm, url)
    assert watched.asked == []


def test_certificate_of_an_authority_that_the_admin_trusts_is_accepted(crm, watched, tmp_path, monkeypatch):
    certificate = Certificate(tmp_path / "company.pem")
    monkeypatch.setenv(TRUST[crm], str(certificate.file))
    with serving_securely(watched, certificate) as url:
        assert ask(crm, url).id
    assert watched.asked


@pytest.mark.parametrize("variable", SWITCHES)
def test_no_variable_of_the_environment_turns_verification_off(crm, watched, tmp_path, monkeypatch, variable):
    monkeypatch.setenv(variable, SWITCHES[variable])
    with serving_securely(watched, Certificate(tmp_path / "own.pem")) as url, pytest.raises(FatalError):
        ask(crm, url)
    assert watched.asked == []


def test_run_against_an_unproven_host_is_one_line_and_exit_3(crm, watched, tmp_path):
    with serving_securely(watched, Certificate(tmp_path / "own.pem")) as url:
        admin = Admin(tmp_path, {crm: url})
        admin.configure()
        outcome = admin.run("sync")
    assert outcome.code == 3, outcome.err
    (line,) = [line for line in outcome.err.splitlines() if "certificate" in line]
    assert TOKEN not in outcome.err
    assert line.startswith("playmaker: ")
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("key", ["verify", "verify_tls", "insecure", "ca_bundle", "ssl"])
def test_setting_that_would_turn_verification_off_does_not_exist(crm, tmp_path, key):
    admin = Admin(tmp_path, {crm: "https://127.0.0.1:9"})
    admin.configure(extra=f"    {key}: false\n")
    outcome = admin.run("sync")
    assert outcome.code == 2
    assert key in outcome.err


def test_no_setting_is_about_verification():
    names = set(_names(Settings)) | set(ConnectionSettings.__dataclass_fields__)
    assert not [name for name in names if any(word in name for word in ("verif", "insecure", "tls", "ssl", "cert"))]
    assert {"base_url", "auth"} <= names, "the walk itself works"


def _names(model: type[BaseModel]):
    for name, field in model.model_fields.items():
        yield name
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _names(part)


class Redirecting:
    """A CRM that sends everybody elsewhere."""

    def __init__(self, target, status):
        self.target, self.status = target, status
        self.name, self.options = "elsewhere", Options()

    def handle(self, request: Request) -> Response:
        return Response(status=self.status, headers={"Location": f"{self.target}{request.path}"})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("auth", ["token", "login"])
def test_redirect_to_another_host_takes_neither_token_nor_secret_there(crm, watched, status, auth):
    secrets = {"token": {"access_token": TOKEN}, "login": LOGIN[crm]}[auth]
    with start(watched) as elsewhere, start(Redirecting(elsewhere.url, status)) as here:
        opened = connect(crm, ConnectionSettings("emea", here.url, secrets))
        with pytest.raises(FatalError, match="redirect"):
            opened.check()
        opened.close()
    assert watched.asked == []
