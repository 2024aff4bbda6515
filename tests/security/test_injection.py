"""Text from a CRM stays text: in SOQL, in addresses, on a terminal, in the log."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from contextlib import redirect_stdout
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from admin import DAY, Admin
from hostile_text import INJECTIONS, MARKUP, TERMINAL, active_in, injections, printed
from hubspot_script import Scripted, serving
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_org import SandboxOrg
from scripted_org import ScriptedOrg

from adapters.base import Kind
from adapters.errors import FatalError, TransientError
from adapters.hubspot.answers import list_pages
from adapters.hubspot.reading import read_records
from adapters.hubspot.wire import Wire as HubSpotWire
from adapters.salesforce.keyset import Walk, quote
from adapters.salesforce.query import walk
from adapters.salesforce.tooling import read_metadata
from adapters.salesforce.wire import Wire as SalesforceWire
from adapters.settings import ConnectionSettings
from connector.cli.output import print_json, print_line, print_table
from connector.log import setup as log
from sandbox.command import build
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.generator import generate

# a query that begins after a row: nothing but literals where the row's stamp and id stand
_STAMP = r"[\dTZ:.-]+"
_TEXT = r"""'([^'\\\n\r]|\\['"\\nrtbf])*'"""
AFTER = re.compile(
    rf"([^']* WHERE \(SystemModstamp > {_STAMP} OR \(SystemModstamp = {_STAMP} AND Id > {_TEXT}\)\)|[^']*)"
    r" ORDER BY SystemModstamp, Id"
)


@pytest.fixture(scope="module")
def org():
    opened = SandboxOrg()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def wire(org):
    opened = SalesforceWire(ConnectionSettings("us", org.url, {"access_token": "sandbox-token"}))
    yield opened
    opened.close()


@settings(max_examples=60)
@given(injections)
def test_hostile_name_in_a_condition_finds_records_of_that_name_alone(org, wire, text):
    account = org.ids("Account")[0]
    before = org.row("Account", account)["Name"]
    org.row("Account", account)["Name"] = f"x{text}"
    try:
        soql = "SELECT Id FROM Account WHERE Name = "
        found = wire.query(soql + quote("{name}", name=f"x{text}"), "Account")["records"]
        others = wire.query(soql + quote("{name}", name=f"y{text}"), "Account")["records"]
    finally:
        org.row("Account", account)["Name"] = before
    assert [row["Id"] for row in found] == [account]
    assert others == []


@settings(max_examples=40)
@given(st.lists(injections, min_size=1, max_size=3))
def test_hostile_ids_asked_for_bring_no_record_of_another_id(org, hostile):
    crm = org.connect()
    codes = []
    for ask in (crm.read, lambda kind, _, ids: crm.trace(kind, ids)):
        try:
            assert list(ask(Kind.CONTACT, ["LastName"], hostile)) == []
        except FatalError as refused:
            codes.append(refused.code)
    assert "MALFORMED_QUERY" not in codes


def page(*ids, following=None):
    rows = [{"Id": id_, "SystemModstamp": "2026-01-01T00:00:00.000+0000"} for id_ in ids]
    more = {"nextRecordsUrl": following} if following else {}
    return {"totalSize": len(rows) + bool(following), "done": not following, "records": rows} | more


@pytest.mark.parametrize("hostile", [*INJECTIONS, 5, True, ["a"], {"a": 1}])
def test_hostile_id_of_an_answer_is_quoted_where_a_walk_goes_on_after_it(hostile):
    org = ScriptedOrg()
    org.say(page(hostile, following="/services/data/v64.0/query/01g-1"))
    org.refuse("INVALID_QUERY_LOCATOR")
    org.say(page())
    with start(org) as running:
        wire = SalesforceWire(ConnectionSettings("us", running.url, {"access_token": "T"}), sleep=lambda _: None)
        for _ in walk(wire, Walk("Contact", ("Id", "SystemModstamp"))):
            pass
        wire.close()
    soql = parse_qs(urlsplit(org.requests[-1][1]).query)["q"][0]
    assert AFTER.fullmatch(soql), soql


@pytest.mark.parametrize("hostile", [*INJECTIONS, "..", "01p/../../x", ""])
def test_hostile_id_of_an_answer_is_no_part_of_an_address(hostile):
    org = ScriptedOrg()
    with start(org) as running:
        wire = SalesforceWire(ConnectionSettings("us", running.url, {"access_token": "T"}), sleep=lambda _: None)
        with pytest.raises(TransientError):
            read_metadata(wire, hostile, "Account.Playmaker_Champions__c")
        wire.close()
    assert org.requests == []


@pytest.mark.parametrize("hostile", INJECTIONS)
def test_hostile_values_of_hubspot_answers_stay_in_their_place(hostile):
    row = {"id": hostile, "properties": {}}
    first = {"results": [row], "paging": {"next": {"after": hostile}}}
    with serving(Scripted(body=first), Scripted(body={"results": []})) as script:
        wire = HubSpotWire(ConnectionSettings("emea", script.url, {"access_token": "T"}))
        for _ in list_pages(wire, "/crm/objects", "read", [("limit", "1")]):
            pass
        read_records(wire, "deals", [hostile], ["amount"])
        wire.close()
    listing, batch = script.asked[1], script.asked[2]
    assert urlsplit(listing.path).path == "/crm/objects"
    assert parse_qs(urlsplit(listing.path).query) == {"limit": ["1"], "after": [hostile]}
    assert batch.path == wire.paths.batch_read("deals")
    assert json.loads(batch.body)["inputs"] == [{"id": hostile}]


@given(printed)
def test_nothing_printed_moves_the_terminal_or_is_read_as_markup(text):
    out = io.StringIO()
    with redirect_stdout(out):
        print_table(f"title {text}", ["name"], [(f"cell {text}",)])
        print_line(f"line {text}")
    assert active_in(out.getvalue()) == set()
    line = out.getvalue().splitlines()[-1]
    assert line.startswith("line ")
    plain = "".join(letter for letter in text if letter.isascii() and letter.isprintable())
    spelt = re.sub(r"\\(x..|u....|[rnt])", "", line) if active_in(text) or "\n" in text else line.removeprefix("line ")
    assert spelt.removeprefix("line ") == plain


@given(printed)
def test_json_is_whole_and_as_inert(text):
    out = io.StringIO()
    with redirect_stdout(out):
        print_json({text: [text]})
    assert json.loads(out.getvalue()) == {text: [text]}
    assert active_in(out.getvalue()) == set()


@pytest.fixture
def _logging_as_it_was():
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    raising = logging.raiseExceptions
    yield
    root.handlers, sys.excepthook, logging.raiseExceptions = handlers, hook, raising
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logging_as_it_was")
@pytest.mark.parametrize("text", [*TERMINAL, *MARKUP])
@pytest.mark.parametrize("as_json", [True, False])
def test_logged_text_moves_no_terminal_and_forges_no_line(text, as_json):
    stream = io.StringIO()
    log.configure(json=as_json, stream=stream)
    structlog.get_logger("connector").warning("refused", words=text, kind=[text, {"x": text}])
    logging.getLogger("library").warning("said %s", text)
    assert active_in(stream.getvalue()) == set()
    assert len(stream.getvalue().splitlines()) == 2


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_every_command_prints_a_hostile_company_inert(crm, tmp_path):
    world = generate(accounts=12, contacts=20, deals=24, seed=5, as_of=DAY)
    texts = TERMINAL + MARKUP
    for records in (world.accounts, world.deals):
        for record, text in zip(records, texts * 2, strict=False):
            record.name = f"<{text}>"
    with start(build(crm, world, Options(token="sandbox-token", limits=False))) as running:
        admin = Admin(tmp_path, {crm: running.url})
        admin.configure()
        admin.good("fields", "apply")
        kind = {"hubspot": "companies", "salesforce": "Account"}[crm]
        record = admin.state(crm)[kind][0]["id"]
        admin.fault(crm, action="refuse_row", object=kind, id=record, code="X\x1b[1m", message="\x1b[2J\nno [red]")
        as_of = ("--as-of", str(DAY))
        outcomes = [
            admin.run("sync", "--dry-run", *as_of),
            admin.run("sync", *as_of),
            *(admin.run(command) for command in ("kpis", "errors", "status", "check")),
            *(admin.run(command, "--json") for command in ("kpis", "errors", "status")),
        ]
    for outcome in outcomes:
        assert active_in(outcome.out + outcome.err) == set()
        assert "Traceback" not in outcome.err
    dry, _, kpis, errors, *_ = outcomes
    assert dry.code == 0
    assert all(f"<{text}>" in kpis.out for text in MARKUP)
    assert r"<\x1b[2J\x1b[H>" in kpis.out
    assert r"\x1b[2J\nno [red]" in errors.out
