"""Credentials show nowhere: not in logs, tracebacks, recordings, the database or the process list."""

from __future__ import annotations

import http.client
import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from admin import CRMS, DAY, Admin
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hubspot_script import Scripted, serving
from scripted_org import ScriptedOrg

from adapters.errors import CRMError
from adapters.hubspot.wire import Wire as HubSpotWire
from adapters.retry import retrying
from adapters.salesforce.wire import Wire as SalesforceWire
from adapters.settings import ConnectionSettings
from connector.cli.app import app
from sandbox.command import build
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.generator import generate

SECRET = "s3cret-of-the-sandbox-7Qx"
WRONG = "wr0ng-secret-of-somebody-9Zz"
EMAIL = "zoe.lang@example.com"
GIVEN = {"access_token": "g1ven-access-token-4Rt", "refresh_token": "r0tated-refresh-token-2Kp"}
APP = {"client_id": "the-app", "client_secret": SECRET}
AS_OF = ("--as-of", str(DAY))


@pytest.fixture(params=CRMS)
def crm(request):
    return request.param


@pytest.fixture
def admin(crm, tmp_path):
    world = generate(accounts=4, contacts=8, deals=8, seed=3, as_of=DAY)
    with start(build(crm, world, Options(token=SECRET, limits=False))) as running:
        opened = Admin(tmp_path, {crm: running.url}, {"TOKEN": SECRET})
        opened.configure()
        opened.good("fields", "apply")
        yield opened


@pytest.fixture
def records():
    """Whatever any library logs at its most talkative, before anything is redacted."""
    kept = []
    handler = logging.Handler()
    handler.emit = kept.append
    names = ["", "urllib3", "urllib3.connectionpool", "simple_salesforce", "hubspot", "hubspot.crm.objects", "requests"]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield kept
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def said(records):
    return "\n".join(f"{each.getMessage()} {each.args} {each.exc_info}" for each in records)


def private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("status", [200, 401, 503])
@pytest.mark.parametrize("auth", [{"access_token": SECRET}, {**APP, "refresh_token": SECRET}], ids=["token", "login"])
def test_no_library_logs_a_hubspot_credential_even_at_debug_level(records, auth, status):
    answers = [Scripted(body=GIVEN)] if "refresh_token" in auth else []
    with serving(*answers, Scripted(status, {"results": []})) as script:
        wire = HubSpotWire(ConnectionSettings("emea", script.url, auth), retrying(attempts=1))
        try:
            wire.get("/crm/objects", "read")
        except CRMError:
            logging.getLogger("ours").exception("failed")
        wire.close()
    assert "/crm/objects" in said(records), "the libraries do log"
    _assert_none_of([SECRET, *GIVEN.values()], said(records))


@pytest.mark.parametrize("code", ["", "INVALID_SESSION_ID", "SERVER_UNAVAILABLE"])
@pytest.mark.parametrize("kind", ["token", "secret", "refresh", "key"])
def test_no_library_logs_a_salesforce_credential_even_at_debug_level(records, kind, code):
    key = private_key()
    auth = {
        "token": {"access_token": SECRET},
        "secret": APP,
        "refresh": {**APP, "refresh_token": SECRET},
        "key": {"client_id": "the-app", "username": EMAIL, "private_key": key},
    }[kind]
    org = ScriptedOrg()
    for _ in range(2):
        org.grant(**GIVEN)
    for _ in range(9):
        org.refuse(code, status=401) if code else org.say({"totalSize": 0, "done": True, "records": []})
    with start(org) as running:
        wire = SalesforceWire(ConnectionSettings("us", running.url, auth), sleep=lambda _: None)
        try:
            wire.query("SELECT Id FROM Contact", "Contact")
        except CRMError:
            logging.getLogger("ours").exception("failed")
        wire.close()
    assert "/services/data" in said(records), "the libraries do log"
    assertions = re.findall(r"assertion=[\w.-]+", "".join(body for _, _, body in org.requests))
    assert bool(assertions) == (kind == "key")
    _assert_none_of([SECRET, *GIVEN.values(), *assertions, *key.splitlines()[1:-1]], said(records))


def test_http_client_prints_no_headers():
    assert http.client.HTTPConnection.debuglevel == 0


BREAK = {
    "hubspot": "import hubspot.crm.objects as vendor; vendor.ApiClient.call_api = broken",
    "salesforce": "import simple_salesforce as vendor; vendor.Salesforce.query = vendor.Salesforce.restful = broken",
}


def test_traceback_of_an_unexpected_error_shows_no_secret_and_nobodys_address(admin, crm):
    """A library fails with everything it knows in the words of its error, and of that error's cause."""
    script = f"""
import os, sys
def broken(*arguments, **options):
    try:
        raise KeyError("{SECRET}")
    except KeyError as error:
        raise RuntimeError("Authorization: Bearer {SECRET} of {EMAIL}") from error
{BREAK[crm]}
from connector.cli.app import main
main(["sync"])
"""
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], env=_environ(admin), capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" in ran.stderr
    assert "RuntimeError" in ran.stderr
    _assert_none_of([EMAIL, SECRET], ran.stdout + ran.stderr)


LOOKS_SECRET = re.compile(
    r"(?i)bearer\s+\w|\bpat-[a-z0-9]+-|00D\w{12,15}!|5Aep|\beyJ\w+\.|PRIVATE KEY|sandbox-token"
    r"|client_secret=(?!&|\s|REDACTED|$)\S|[\"'](?:access|refresh)_token[\"']:\s*[\"'](?!REDACTED)"
    r"|^\s*(?:authorization|cookie|set-cookie):",
    re.MULTILINE,
)


def test_recorded_conversations_hold_no_credential():
    files = [file for folder in Path(__file__).parents[1].rglob("cassettes") for file in folder.rglob("*.y*ml")]
    assert len(files) >= 2
    for file in files:
        assert LOOKS_SECRET.search(file.read_text()) is None, file.name


@pytest.mark.parametrize(
    "text", ["Authorization: Bearer x1", "  Cookie: x", "00D000000000001!AQ", '"access_token": "x"', "client_secret=x"]
)
def test_the_search_of_recordings_finds_what_it_looks_for(text):
    assert LOOKS_SECRET.search(text)


def test_no_file_beside_the_database_holds_a_credential(admin, crm, tmp_path):
    config = tmp_path / "config.yaml"
    if crm == "salesforce":  # there the secret brings a session, which must not be kept either
        login = '{client_id: sandbox, client_secret: "${TOKEN}"}'
        config.write_text(config.read_text().replace('{access_token: "${TOKEN}"}', login))
    admin.good("sync", *AS_OF)
    admin.environ = {"TOKEN": WRONG}
    assert admin.run("sync").code == 3
    files = [file for file in tmp_path.iterdir() if file != config]
    assert tmp_path / "playmaker.db" in files
    for file in files:
        content = file.read_bytes()
        assert SECRET.encode() not in content
        assert WRONG.encode() not in content
        assert re.search(rb"00D\w{12,15}!", content) is None


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="this system shows no process list as files")
def test_running_sync_shows_no_secret_in_the_process_list_and_no_file_to_others(admin, crm, tmp_path):
    admin.fault(crm, action="stall_before", after=6)
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "connector", "sync", *AS_OF], env=_environ(admin), stderr=subprocess.DEVNULL, umask=0
    )
    try:
        _wait_for(lambda: (tmp_path / "playmaker.db-wal").exists() and len(admin.requests(crm)) > 6)
        line = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("playmaker.db*")}
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert "sync" in line
    assert SECRET not in line
    assert {"playmaker.db", "playmaker.db-wal", "playmaker.db-shm"} <= modes.keys()
    assert set(modes.values()) == {0o600}, modes


def test_no_command_takes_a_credential_of_a_crm_as_an_option():
    names = set()

    def walk(command):
        names.update(option for parameter in command.params for option in parameter.opts)
        for name, inner in getattr(command, "commands", {}).items():
            # what the sandbox's clients must show is a password of a toy, and init takes references alone
            if name not in {"sandbox", "init"}:
                walk(inner)

    walk(typer.main.get_command(app))
    assert "--config" in names, "the walk itself works"
    assert not [name for name in names if re.search("token|secret|passw|key|auth(?!or)|credential", name)]


def _environ(admin: Admin) -> dict[str, str]:
    return os.environ | admin.environ | {"PLAYMAKER_CONFIG": str(admin.folder / "config.yaml")}


def _wait_for(is_so, seconds=30):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def _assert_none_of(secrets, text):
    for secret in secrets:
        assert secret not in text
