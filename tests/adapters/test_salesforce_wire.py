from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from scripted_org import TOKEN_PATH, ScriptedOrg
from werkzeug import Response

from adapters.errors import FatalError, LimitReachedError, SchemaError, TransientError
from adapters.salesforce.failures import LocatorLostError, SlowQueryError
from adapters.salesforce.wire import Wire
from adapters.settings import ConnectionSettings
from sandbox.server import start

NOTHING = {"totalSize": 0, "done": True, "records": []}
SOQL = "SELECT Id FROM Contact WHERE Email = 'zoe@example.com'"
APP = {"client_id": "app", "client_secret": "s3cret"}


@pytest.fixture
def org():
    return ScriptedOrg()


@pytest.fixture
def url(org):
    with start(org) as running:
        yield running.url


@pytest.fixture
def connect(url):
    wires = []

    def open_wire(auth=None, **settings):
        auth = auth or {"access_token": "T0"}
        wires.append(Wire(ConnectionSettings("us", base_url=url, auth=auth, **settings), sleep=lambda _: None))
        return wires[-1]

    yield open_wire
    for wire in wires:
        wire.close()


def test_a_query_is_sent_with_the_token_and_its_decimals_come_exact(org, connect):
    org.say('{"totalSize":1,"done":true,"records":[{"Amount":0.1000000000000000055}]}')
    answer = connect().query(SOQL, "Contact")
    assert answer["records"] == [{"Amount": Decimal("0.1000000000000000055")}]
    assert org.authorizations == ["Bearer T0"]


def test_what_a_connection_spends_is_counted_and_what_the_org_allows_is_read(org, connect):
    org.grant(access_token="T1")
    org.say(NOTHING, **{"Sforce-Limit-Info": "api-usage=18/5000"})
    wire = connect(APP)
    wire.query(SOQL, "Contact")
    limits = wire.limits()
    assert (limits.daily_used, limits.daily_limit) == (18, 5000)
    assert limits.calls == {"auth": 1, "read": 1}


def test_the_allowance_is_read_from_refusals_too(org, connect):
    org.say([{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": ""}], 403, **{"Sforce-Limit-Info": "api-usage=9/9"})
    wire = connect()
    with pytest.raises(LimitReachedError):
        wire.query(SOQL, "Contact")
    assert wire.limits().daily_used == 9


@pytest.mark.parametrize(
    "refusal",
    [
        ("REQUEST_LIMIT_EXCEEDED", 403, "TotalRequests Limit exceeded.", LimitReachedError),
        ("REQUEST_LIMIT_EXCEEDED", 403, "ConcurrentRequests (Concurrent API Requests) exceeded.", TransientError),
        ("INVALID_FIELD", 400, "No such column 'X__c' on entity 'Account'.", SchemaError),
        ("INVALID_TYPE", 400, "sObject type 'Acount' is not supported.", SchemaError),
        ("MALFORMED_QUERY", 400, "unexpected token", FatalError),
        ("API_DISABLED_FOR_ORG", 403, "", FatalError),
        ("NOT_FOUND", 404, "", FatalError),
        ("SERVER_UNAVAILABLE", 503, "", TransientError),
        ("UNKNOWN_EXCEPTION", 500, "", TransientError),
        ("UNABLE_TO_LOCK_ROW", 400, "", TransientError),
        ("SOMETHING_NEW", 500, "", TransientError),
        ("SOMETHING_NEW", 400, "", FatalError),
    ],
)
def test_errors_are_told_by_their_code_and_only_passing_ones_tried_again(org, connect, refusal):
    code, status, message, error = refusal
    org.refuse(code, message, status, times=5)
    with pytest.raises(error) as caught:
        connect().query(SOQL, "Contact")
    assert type(caught.value) is error
    assert caught.value.code == code
    assert len(org.requests) == (5 if error is TransientError else 1)


def test_a_field_that_is_not_there_is_named(org, connect):
    org.refuse(
        "INVALID_FIELD",
        "\nSELECT Id,X__c FROM Account\n ^\nERROR at Row:1:Column:9\nNo such column 'X__c' on entity 'Account'.",
    )
    with pytest.raises(SchemaError, match="no field X__c on Account"):
        connect().query(SOQL, "Account")


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 414, 500, 503])
def test_a_page_of_html_is_worth_another_try_whatever_its_status(org, connect, status):
    org.say("<html>Down for maintenance</html>", status, "text/html")
    org.say(NOTHING)
    assert connect().query(SOQL, "Contact") == NOTHING


@pytest.mark.parametrize("body", ['{"totalSize": 1, "rec', "[]", '["x"]', ""])
def test_an_answer_that_makes_no_sense_is_worth_another_try(org, connect, body):
    org.say(body)
    org.say(NOTHING)
    assert connect().query(SOQL, "Contact") == NOTHING


def test_no_message_shows_the_query_or_a_secret(org, connect):
    org.refuse("MALFORMED_QUERY", f"{SOQL}\n^ ERROR at Row:1")
    with pytest.raises(FatalError) as caught:
        connect().query(SOQL, "Contact")
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    assert "zoe" not in shown
    assert "T0" not in shown
    assert caught.value.__suppress_context__


def test_an_expired_session_costs_one_login_and_the_call_goes_on(org, connect):
    org.grant(access_token="T1")
    org.grant(access_token="T2")
    org.refuse("INVALID_SESSION_ID", status=401)
    org.say(NOTHING)
    wire = connect(APP)
    assert wire.query(SOQL, "Contact") == NOTHING
    assert org.authorizations == ["Bearer T1", "Bearer T2"]
    assert wire.limits().calls == {"auth": 2, "read": 2}


def test_a_session_that_is_never_accepted_costs_two_logins_in_all(org, connect):
    for token in ("T1", "T2"):
        org.grant(access_token=token)
    org.refuse("INVALID_SESSION_ID", status=401, times=2)
    wire = connect(APP)
    for _ in range(3):
        with pytest.raises(FatalError, match="session"):
            wire.query(SOQL, "Contact")
    assert len(org.requests) == 4


def test_refused_credentials_are_not_tried_again(org, connect):
    org.grant(400, error="invalid_client", error_description="invalid client credentials")
    wire = connect(APP)
    for _ in range(3):
        with pytest.raises(FatalError, match=r"invalid_client \(invalid client credentials\)") as caught:
            wire.query(SOQL, "Contact")
    assert len(org.requests) == 1
    assert "s3cret" not in str(caught.value)


def test_an_access_token_that_expires_cannot_be_renewed(org, connect):
    org.refuse("INVALID_SESSION_ID", status=401)
    wire = connect()
    for _ in range(2):
        with pytest.raises(FatalError, match=r"auth\.access_token"):
            wire.query(SOQL, "Contact")
    assert len(org.requests) == 1


@pytest.mark.parametrize(("status", "body"), [(503, {}), (400, {"error": "unknown_error"}), (200, {"no": "token"})])
def test_a_login_that_fails_for_a_moment_is_tried_again(org, connect, status, body):
    org.grant(status, **body)
    org.grant(access_token="T1")
    org.say(NOTHING)
    assert connect(APP).query(SOQL, "Contact") == NOTHING


def test_a_login_with_a_number_beyond_all_bounds_is_tried_again(org, connect):
    org.tokens.append(Response('{"access_token": "T0", "issued_at": ' + "1" * 5_000 + "}"))
    org.grant(access_token="T1")
    org.say(NOTHING)
    assert connect(APP).query(SOQL, "Contact") == NOTHING


def test_a_login_that_fails_for_a_moment_is_repeated_when_it_was_asked_for(org, url):
    waits = []
    org.tokens.append(Response("{}", 503, {"Retry-After": "17"}))
    org.grant(access_token="T1")
    org.say(NOTHING)
    Wire(ConnectionSettings("us", base_url=url, auth=APP), sleep=waits.append).query(SOQL, "Contact")
    assert waits == [17]


@pytest.mark.parametrize("token", ["T\u20ac0", "T\n0", "T 0", "T\xe90", "\ud800"])
def test_a_token_that_no_header_can_hold_is_refused_before_it_is_sent_and_never_shown(org, connect, token):
    with pytest.raises(FatalError, match=r"auth\.access_token") as caught:
        connect({"access_token": token})
    assert token not in str(caught.value)
    assert org.requests == []


def test_a_line_end_after_a_secret_does_no_harm(org, connect):
    org.say(NOTHING)
    connect({"access_token": "T0\n"}).query(SOQL, "Contact")
    assert org.authorizations == ["Bearer T0"]


def test_a_login_that_gives_what_is_no_token_is_tried_again(org, connect):
    org.grant(access_token="T\u20ac0")
    org.grant(access_token="T1")
    org.say(NOTHING)
    connect(APP).query(SOQL, "Contact")
    assert org.authorizations == ["Bearer T1"]


def test_a_locator_is_not_taken_into_a_new_session(org, connect):
    org.grant(access_token="T1")
    org.grant(access_token="T2")
    org.refuse("INVALID_SESSION_ID", status=401)
    with pytest.raises(LocatorLostError):
        connect(APP).query_more("/services/data/v64.0/query/01g-2000", "Contact")


def test_the_next_page_is_asked_for_as_given(org, connect):
    org.say(NOTHING)
    connect().query_more("/services/data/v64.0/query/01gXX-2000", "Contact")
    assert org.requests[0][1] == "/services/data/v64.0/query/01gXX-2000"


@pytest.mark.parametrize("next_url", [".evil.example/x", "https://evil.example/", "None", "@evil.example/services/"])
def test_a_next_page_elsewhere_is_not_followed(org, connect, next_url):
    with pytest.raises(TransientError):
        connect().query_more(next_url, "Contact")
    assert org.requests == []


def test_a_redirect_is_not_followed(org, connect):
    with start(ScriptedOrg()) as elsewhere:
        org.say("", 302, Location=f"{elsewhere.url}/services/data/v64.0/query/")
        with pytest.raises(FatalError, match="redirected elsewhere"):
            connect().query(SOQL, "Contact")


def test_a_redirect_on_the_same_host_is_not_followed_either(org, connect):
    org.say("", 302, Location="/elsewhere")
    with pytest.raises(FatalError, match="redirected elsewhere"):
        connect().get("sobjects/Account/describe", "describing Account")
    assert len(org.requests) == 1


def test_the_instance_url_of_a_login_is_not_gone_to(org, connect):
    org.grant(access_token="T1", instance_url="https://evil.example")
    org.say(NOTHING)
    assert connect(APP).query(SOQL, "Contact") == NOTHING


def test_a_rotated_refresh_token_is_saved_before_the_next_request(org, connect):
    seen = []
    org.grant(access_token="T1", refresh_token="R2")
    org.grant(access_token="T2", refresh_token="R3")
    org.refuse("INVALID_SESSION_ID", status=401)
    org.say(NOTHING)
    auth = {"client_id": "app", "refresh_token": "R1"}
    wire = connect(auth, save_refresh_token=lambda token: seen.append((token, len(org.requests))))
    wire.query(SOQL, "Contact")
    assert seen == [("R2", 1), ("R3", 3)]
    assert "refresh_token=R2" in org.requests[2][2]


def test_a_refresh_token_that_stays_is_not_saved_again(org, connect):
    seen = []
    org.grant(access_token="T1", refresh_token="R1")
    org.say(NOTHING)
    connect({"client_id": "app", "refresh_token": "R1"}, save_refresh_token=seen.append).query(SOQL, "Contact")
    assert seen == []


def test_a_netrc_file_does_not_replace_the_token(org, connect, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    org.say(NOTHING)
    connect().query(SOQL, "Contact")
    assert org.authorizations == ["Bearer T0"]


def dawdle():
    time.sleep(0.3)
    return Response(json.dumps(NOTHING), content_type="application/json")


def test_a_silent_server_is_not_waited_for_for_ever(org, connect):
    org.answers.append(dawdle)
    org.say(NOTHING)
    assert connect(read_timeout=0.2).get("sobjects", "listing objects") == NOTHING


def test_a_query_without_an_answer_is_to_be_narrowed_and_not_repeated(org, connect):
    org.answers.append(dawdle)
    with pytest.raises(SlowQueryError):
        connect(read_timeout=0.1).query(SOQL, "Contact")
    assert len(org.requests) == 1


@pytest.fixture
def certificate(tmp_path):
    """A key and a certificate for this machine, which nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@contextmanager
def listen(answer):
    """A server of sockets: `answer` has one connection after the other."""

    def accept_all():
        with suppress(OSError):
            while True:
                answer(listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept_all, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        # closing alone would leave the thread waiting on a number that the next socket may get
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def https_port(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    body = json.dumps(NOTHING)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close"

    def answer(raw):
        # a client that does not trust us hangs up
        with context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False) as secure, suppress(OSError):
            secure.do_handshake()
            secure.recv(65_536)
            secure.sendall(f"{head}\r\n\r\n{body}".encode())

    with listen(answer) as port:
        yield port


def ask_https(port):
    settings = ConnectionSettings("us", base_url=f"https://127.0.0.1:{port}", auth={"access_token": "T0"})
    wire = Wire(settings, sleep=lambda _: None)
    try:
        return wire.query(SOQL, "Contact")
    finally:
        wire.close()


def test_a_certificate_that_nobody_vouches_for_is_for_a_person_to_mend(https_port):
    with pytest.raises(FatalError, match="certificate"):
        ask_https(https_port)


def test_https_is_spoken_where_the_address_says_so(https_port, certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert ask_https(https_port) == NOTHING


def open_wire(port):
    settings = ConnectionSettings("us", base_url=f"http://127.0.0.1:{port}", auth={"access_token": "T0"})
    return Wire(settings, sleep=lambda _: None)


def test_an_unreachable_host_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    wire = open_wire(port)
    with pytest.raises(TransientError, match=rf"127\.0\.0\.1:{port}"):
        wire.query(SOQL, "Contact")
    wire.close()


def test_a_connection_that_is_cut_each_time_is_an_outage():
    with listen(lambda connection: connection.close()) as port:
        wire = open_wire(port)
        with pytest.raises(TransientError, match="broke the connection"):
            wire.query(SOQL, "Contact")
        wire.close()
    assert wire.limits().calls == {"read": 5}


def test_the_token_is_asked_for_at_the_configured_host(org, connect):
    org.grant(access_token="T1")
    org.say(NOTHING)
    connect(APP).query(SOQL, "Contact")
    method, path, form = org.requests[0]
    assert (method, path) == ("POST", TOKEN_PATH)
    assert form == "grant_type=client_credentials&client_id=app&client_secret=s3cret"
