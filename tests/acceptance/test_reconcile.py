"""Whatever leaves a trace in the CRM or none: what a sync cannot see, a sweep or a reconciliation finds and repairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from admin import DAY, TOKEN, Admin
from sqlalchemy import Connection, NullPool, create_engine, select, update

from adapters.base import Kind
from connector.store.guarantee_tables import SWEEPS
from connector.store.mirror_tables import TABLES
from sandbox.hubspot.simulator import HubSpotSimulator
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.generator import generate
from sandbox.world.model import World

TYPES = {
    "hubspot": {Kind.ACCOUNT: "companies", Kind.CONTACT: "contacts", Kind.DEAL: "deals"},
    "salesforce": {Kind.ACCOUNT: "Account", Kind.CONTACT: "Contact", Kind.DEAL: "Opportunity"},
}
PATHS = {"hubspot": "/crm/v3/objects", "salesforce": "/services/data/v64.0/sobjects"}
DAY_SECONDS = 86_400


@pytest.fixture
def admin(open_admin: Callable[..., Admin], tiny_world: World, crm: str) -> Admin:
    """One whose CRM was synced, and has been quiet for a day since."""
    made = open_admin(tiny_world, crm, limits=False)
    made.configure()
    made.good("fields", "apply")
    made.good("sync")
    pass_a_day(made, crm)
    return made


def pass_a_day(admin: Admin, crm: str) -> None:
    """Somebody edits something, so that the cursors move far beyond what was there before."""
    admin.control("POST", crm, "clock", {"advance_seconds": DAY_SECONDS})
    for kind in (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL):
        edit(admin, crm, kind, rows(admin, crm, kind)[-1]["id"])
    admin.good("sync")


def edit(admin: Admin, crm: str, kind: Kind, id_: str) -> None:
    name = {Kind.CONTACT: ("jobtitle", "Title"), Kind.DEAL: ("dealname", "Name"), Kind.ACCOUNT: ("name", "Name")}[kind]
    values = {"properties": {name[0]: "Edited"}} if crm == "hubspot" else {name[1]: "Edited"}
    admin.call(crm, "PATCH", path(crm, kind, id_), values)


def path(crm: str, kind: Kind, id_: str) -> str:
    return f"{PATHS[crm]}/{TYPES[crm][kind]}/{id_}"


def rows(admin: Admin, crm: str, kind: Kind) -> list[dict[str, Any]]:
    return [row for row in admin.state(crm)[TYPES[crm][kind]] if not row["archived"]]


def delete(admin: Admin, crm: str, kind: Kind, id_: str) -> None:
    admin.call(crm, "DELETE", path(crm, kind, id_), None)


@contextmanager
def database(admin: Admin) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{admin.folder}/playmaker.db", poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def live(admin: Admin, kind: Kind) -> dict[str, Any]:
    table = TABLES[kind]
    with database(admin) as connection:
        return {row.id: row for row in connection.execute(select(table).where(table.c.deleted_at.is_(None)))}


def tombstone(admin: Admin, kind: Kind, id_: str) -> Any:
    table = TABLES[kind]
    with database(admin) as connection:
        row = connection.execute(select(table).where(table.c.id == id_)).one()
    assert row.deleted_at is not None
    return row


def reconcile(admin: Admin, *options: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """The differences by kind: ids missing, extra, stale."""
    outcome = admin.run("reconcile", "--json", *options)
    assert outcome.code == code, outcome.err
    named = {
        one["kind"]: {name: one[f"{name}_ids"] for name in ("missing", "extra", "stale")}
        for one in outcome.json[0]["kinds"]
    }
    return {
        kind: {name: ids for name, ids in found.items() if ids} for kind, found in named.items() if any(found.values())
    }


def assert_equal_to_the_crm(admin: Admin, crm: str) -> None:
    for kind in TYPES[crm]:
        assert set(live(admin, kind)) == {row["id"] for row in rows(admin, crm, kind)}
    assert reconcile(admin) == {}


def repair(admin: Admin, crm: str, expected: dict[str, dict[str, list[str]]]) -> None:
    """Named without --repair (exit 5), repaired with it, zero afterwards; shown by status."""
    found = reconcile(admin, code=5)
    for kind, differences in expected.items():
        assert differences.items() <= found[kind].items()
    assert admin.good("status", "--json").json[0]["reconciliation"]["left"] > 0
    reconcile(admin, "--repair")
    assert_equal_to_the_crm(admin, crm)
    assert admin.good("status", "--json").json[0]["reconciliation"]["left"] == 0


def make_sweeps_due(admin: Admin) -> None:
    with database(admin) as connection:
        for row in connection.execute(select(SWEEPS)).all():
            mine = (SWEEPS.c.connection == row.connection, SWEEPS.c.kind == row.kind)
            connection.execute(update(SWEEPS).where(*mine).values(swept_at=row.swept_at - timedelta(hours=25)))


@pytest.mark.parametrize("kind", [Kind.ACCOUNT, Kind.DEAL])
def test_deleted_record_is_marked_deleted_by_the_next_sync(admin: Admin, crm: str, kind: Kind):
    gone = rows(admin, crm, kind)[0]["id"]
    delete(admin, crm, kind, gone)
    admin.good("sync")
    assert tombstone(admin, kind, gone).merged_into is None
    assert_equal_to_the_crm(admin, crm)


def test_hubspot_owner_archived_without_any_date_is_known_by_the_next_sync(tmp_path: Path, tiny_world: World):
    portal = HubSpotSimulator(tiny_world, Options(token=TOKEN, limits=False))
    with start(portal) as running:
        admin = Admin(tmp_path, {"hubspot": running.url})
        admin.configure()
        admin.good("sync", "--no-push")
        owner = next(one for one in portal.portal.owners.values() if one.active)
        assert live(admin, Kind.USER)[str(owner.id)].active is True
        portal.portal.owners[owner.id] = replace(owner, active=False)
        admin.good("sync", "--no-push")
        assert live(admin, Kind.USER)[str(owner.id)].active is False


def test_undeleted_record_comes_back(admin: Admin, crm: str):
    contact = rows(admin, crm, Kind.CONTACT)[0]["id"]
    delete(admin, crm, Kind.CONTACT, contact)
    admin.good("sync")
    admin.control("POST", crm, "clock", {"advance_seconds": DAY_SECONDS})
    admin.control("POST", crm, "undelete", {"type": TYPES[crm][Kind.CONTACT], "id": contact})
    admin.good("sync")
    if crm == "hubspot":
        assert contact not in live(admin, Kind.CONTACT), "restoring it told no reader of changes"
        repair(admin, crm, {"contact": {"missing": [contact]}})
    assert contact in live(admin, Kind.CONTACT)
    assert_equal_to_the_crm(admin, crm)


@pytest.mark.parametrize("kind", [Kind.ACCOUNT, Kind.CONTACT])
def test_purged_record_is_found_by_reconciliation(admin: Admin, crm: str, kind: Kind):
    gone = rows(admin, crm, kind)[0]["id"]
    delete(admin, crm, kind, gone)
    admin.control("POST", crm, "purge")
    admin.good("sync")
    assert gone in live(admin, kind), "it left no trace"
    repair(admin, crm, {kind.value: {"extra": [gone]}})
    tombstone(admin, kind, gone)


def test_person_forgotten_by_law_in_hubspot_is_found_by_reconciliation(
    open_admin: Callable[..., Admin], tiny_world: World
):
    admin = open_admin(tiny_world, "hubspot", limits=False)
    admin.configure()
    admin.good("fields", "apply")
    admin.good("sync")
    contact = rows(admin, "hubspot", Kind.CONTACT)[0]["id"]
    admin.call("hubspot", "POST", "/crm/v3/objects/contacts/gdpr-delete", {"objectId": contact})
    admin.good("sync")
    repair(admin, "hubspot", {"contact": {"extra": [contact]}})


@pytest.mark.parametrize("kind", [Kind.ACCOUNT, Kind.CONTACT])
def test_after_a_merge_one_record_is_active_and_all_old_ids_lead_to_it(admin: Admin, crm: str, kind: Kind):
    winner, loser = (row["id"] for row in rows(admin, crm, kind)[:2])
    before = set(live(admin, kind))
    survivor = admin.control("POST", crm, "merge", {"type": TYPES[crm][kind], "winner": winner, "loser": loser})["id"]
    admin.good("sync")
    assert set(live(admin, kind)) == before - {winner, loser} | {survivor}
    for old in {winner, loser} - {survivor}:
        assert tombstone(admin, kind, old).merged_into == survivor
    assert_equal_to_the_crm(admin, crm)
    assert admin.sync()[crm]["written"] == 0


def test_deals_of_the_losing_account_belong_to_the_winner(admin: Admin, crm: str):
    winner, loser = (row["id"] for row in rows(admin, crm, Kind.ACCOUNT)[:2])
    mine = {id_ for id_, row in live(admin, Kind.DEAL).items() if row.account in {winner, loser}}
    wish = {"type": TYPES[crm][Kind.ACCOUNT], "winner": winner, "loser": loser}
    survivor = admin.control("POST", crm, "merge", wish)["id"]
    admin.good("sync")
    assert mine
    assert {id_ for id_, row in live(admin, Kind.DEAL).items() if row.account == survivor} == mine
    assert not {row.account for row in live(admin, Kind.CONTACT).values()} & ({winner, loser} - {survivor})


def test_merged_deals_in_hubspot_bring_people_items_and_history_together(
    open_admin: Callable[..., Admin], tiny_world: World
):
    admin = open_admin(tiny_world, "hubspot", limits=False)
    admin.configure()
    admin.good("fields", "apply")
    admin.good("sync")
    winner, loser = (row["id"] for row in rows(admin, "hubspot", Kind.DEAL)[:2])
    survivor = admin.control("POST", "hubspot", "merge", {"type": "deals", "winner": winner, "loser": loser})["id"]
    admin.good("sync")
    for kind in (Kind.DEAL_CONTACT, Kind.LINE_ITEM, Kind.DEAL_HISTORY):
        assert not {row.deal for row in live(admin, kind).values()} & {winner, loser}
    assert survivor in {row.deal for row in live(admin, Kind.DEAL_HISTORY).values()}
    assert_equal_to_the_crm(admin, "hubspot")
    assert admin.sync()["hubspot"]["written"] == 0


@pytest.fixture
def moved(open_admin: Callable[..., Admin], tiny_world: World) -> tuple[Admin, str, str]:
    """A HubSpot deal that was moved to another company, which moves no modified date: the admin, deal and company."""
    admin = open_admin(tiny_world, "hubspot", limits=False)
    admin.configure()
    admin.good("fields", "apply")
    admin.good("sync")
    pass_a_day(admin, "hubspot")
    deal = next(id_ for id_, row in live(admin, Kind.DEAL).items() if row.account)
    company = next(id_ for id_ in live(admin, Kind.ACCOUNT) if id_ != live(admin, Kind.DEAL)[deal].account)
    link = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]
    admin.call("hubspot", "PUT", f"/crm/v4/objects/deals/{deal}/associations/companies/{company}", link)
    admin.good("sync")
    assert live(admin, Kind.DEAL)[deal].account != company
    return admin, deal, company


def test_deal_moved_to_another_company_is_corrected_by_the_next_sweep(moved: tuple[Admin, str, str]):
    admin, deal, company = moved
    make_sweeps_due(admin)
    admin.good("sync")
    assert live(admin, Kind.DEAL)[deal].account == company
    assert_equal_to_the_crm(admin, "hubspot")


def test_deal_moved_to_another_company_is_named_and_repaired_by_reconciliation(moved: tuple[Admin, str, str]):
    admin, deal, company = moved
    repair(admin, "hubspot", {"deal": {"stale": [deal]}})
    assert live(admin, Kind.DEAL)[deal].account == company


def test_person_taken_off_a_deal_is_named_and_repaired_by_reconciliation(admin: Admin, crm: str):
    if crm == "salesforce":
        link = next(iter(live(admin, Kind.DEAL_CONTACT)))
        admin.call(crm, "DELETE", f"{PATHS[crm]}/OpportunityContactRole/{link}", None)
        admin.control("POST", crm, "purge")
    else:
        link, row = next(iter(live(admin, Kind.DEAL_CONTACT).items()))
        admin.call(crm, "DELETE", f"/crm/v4/objects/deals/{row.deal}/associations/contacts/{row.contact}", None)
    admin.good("sync")
    repair(admin, crm, {"deal_contact": {"extra": [link]}})


def test_more_than_a_page_of_people_on_one_deal_is_read_whole(open_admin: Callable[..., Admin]):
    world = generate(accounts=2, contacts=620, deals=2, seed=3, as_of=DAY)
    admin = open_admin(world, "hubspot", limits=False)
    admin.configure()
    deal = rows(admin, "hubspot", Kind.DEAL)[0]["id"]
    people = [row["id"] for row in rows(admin, "hubspot", Kind.CONTACT)]
    inputs = [{"from": {"id": deal}, "to": {"id": person}} for person in people]
    admin.call("hubspot", "POST", "/crm/v4/associations/deals/contacts/batch/associate/default", {"inputs": inputs})
    admin.good("sync", "--no-push")
    assert len([row for row in live(admin, Kind.DEAL_CONTACT).values() if row.deal == deal]) == len(people)


def test_latest_stage_of_the_history_is_the_deal_s_stage(admin: Admin):
    history = live(admin, Kind.DEAL_HISTORY).values()
    for id_, deal in live(admin, Kind.DEAL).items():
        stages = [row for row in history if row.deal == id_ and row.stage]
        assert max(stages, key=lambda row: row.at).stage == deal.stage


def test_outage_during_a_reconciliation_is_incomplete_and_buries_nothing(admin: Admin, crm: str):
    before = {kind: set(live(admin, kind)) for kind in TYPES[crm]}
    admin.control("DELETE", crm, "log")
    reconcile(admin)
    total = len(admin.requests(crm))
    for after in range(total // 2, total, max(1, total // 6)):
        admin.fault(crm, action="status", status=401 if crm == "hubspot" else 403, after=after, times=1000)
        assert admin.run("reconcile", "--repair").code in {3, 4}
        admin.control("DELETE", crm, "faults")
        assert {kind: set(live(admin, kind)) for kind in TYPES[crm]} == before
    assert_equal_to_the_crm(admin, crm)
