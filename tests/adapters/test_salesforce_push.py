from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sandbox_org import BY_NAME, SPECS, SandboxOrg, make_world

from adapters.base import Kind, Outcome, Update
from adapters.errors import TransientError
from adapters.salesforce.push import make_batches

COUNT, RATE, MONEY, STATUS, CHAMPION, AT = BY_NAME
LOCK = "UNABLE_TO_LOCK_ROW"


@pytest.fixture(scope="module")
def shared():
    opened = SandboxOrg(make_world(accounts=450))
    opened.connect().ensure_fields(SPECS)
    yield opened
    opened.close()


@pytest.fixture
def org(shared):
    shared.mend()
    shared.forget_requests()
    return shared


def push(org, updates, crm=None):
    return list((crm or org.connect()).push(updates, BY_NAME))


def account(org, number=0, **values):
    return Update(Kind.ACCOUNT, org.ids("Account")[number], values or {COUNT: 3})


def refuse(org, number, code, times=1):
    org.break_at(
        "refuse_row",
        object="Account",
        id=org.ids("Account")[number],
        code=code,
        message="No.",
        times=times,
        field=COUNT,
    )


def test_values_arrive_as_salesforce_keeps_them(org):
    deal = org.ids("Opportunity")[0]
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    updates = [
        account(
            org, 0, **{RATE: Decimal("0.625"), MONEY: Decimal("9999999999999.99"), COUNT: 7, STATUS: 'Zoë 🎈 "ok"'}
        ),
        Update(Kind.DEAL, deal, {CHAMPION: False, AT: noon}),
    ]
    assert [result.outcome for result in push(org, updates)] == [Outcome.WRITTEN] * 2
    row = org.row("Account", updates[0].id)
    assert (str(row[RATE]), str(row[MONEY]), row[COUNT], row[STATUS]) == ("62.50", "9999999999999.99", 7, 'Zoë 🎈 "ok"')
    assert org.row("Opportunity", deal)[CHAMPION] == "No"
    assert org.row("Opportunity", deal)[AT] == "2026-11-22T12:00:00.000+0000"
    push(org, [account(org, 0, **{RATE: None})])
    assert RATE not in org.row("Account", updates[0].id)


def test_records_go_in_batches_of_two_hundred(org):
    updates = [account(org, number) for number in range(450)]
    results = push(org, updates)
    assert [result.id for result in results] == [update.id for update in updates]
    assert len(org.writes()) == 3


def test_kinds_that_alternate_share_batches_and_keep_their_order(org):
    deals = org.ids("Opportunity")
    updates = [account(org, 0), Update(Kind.DEAL, deals[0], {CHAMPION: True}), account(org, 1)]
    assert [result.id for result in push(org, updates)] == [update.id for update in updates]
    assert len(org.writes()) == 2


def test_a_record_that_comes_twice_is_written_twice_in_order(org):
    updates = [account(org, 0, **{COUNT: 1}), account(org, 0, **{COUNT: 2})]
    assert [list(batch) for batch in make_batches(updates)] == [[0], [1]]
    push(org, updates)
    assert org.row("Account", updates[0].id)[COUNT] == 2


def test_a_refused_row_is_reported_in_its_own_words_and_the_others_are_written(org):
    refuse(org, 1, "FIELD_CUSTOM_VALIDATION_EXCEPTION")
    results = push(org, [account(org, number) for number in range(3)])
    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.REFUSED, Outcome.WRITTEN]
    assert (results[1].code, results[1].message, results[1].field) == (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "No.",
        COUNT,
    )


@pytest.mark.parametrize("code", ["ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY"])
def test_a_row_that_is_no_more_is_gone(org, code):
    refuse(org, 0, code)
    assert push(org, [account(org)])[0].outcome is Outcome.GONE


def test_a_deleted_record_is_gone():
    org = SandboxOrg()
    crm = org.connect()
    crm.ensure_fields(SPECS)
    update = account(org)
    org.write("DELETE", f"sobjects/Account/{update.id}")
    assert push(org, [update], crm)[0].outcome is Outcome.GONE
    org.close()


def test_a_locked_row_is_sent_again_alone(org):
    refuse(org, 1, LOCK, times=2)
    results = push(org, [account(org, number) for number in range(3)])
    assert {result.outcome for result in results} == {Outcome.WRITTEN}
    assert len(org.writes()) == 3


def test_a_row_that_stays_locked_is_refused_and_holds_up_nobody(org):
    refuse(org, 1, LOCK, times=50)
    results = push(org, [account(org, number) for number in range(3)])
    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.REFUSED, Outcome.WRITTEN]
    assert results[1].code == LOCK
    assert len(org.writes()) == 5


def test_what_cannot_be_stored_never_leaves(org):
    updates = [
        account(org, 0, **{MONEY: Decimal("NaN")}),
        account(org, 1, **{MONEY: Decimal("1e16")}),
        account(org, 2, **{STATUS: "x" * 256}),
        account(org, 3, Nope__c=1),
        account(org, 4, Id="001"),
    ]
    results = push(org, updates)
    assert {result.outcome for result in results} == {Outcome.REFUSED}
    assert [result.field for result in results] == [MONEY, MONEY, STATUS, "Nope__c", "Id"]
    assert org.writes() == []


def test_a_write_whose_answer_is_lost_is_sent_again(org):
    org.break_at("reset_after", method="PATCH")
    assert push(org, [account(org, 0, **{COUNT: 11})])[0].outcome is Outcome.WRITTEN
    assert org.row("Account", org.ids("Account")[0])[COUNT] == 11


def test_results_before_an_outage_are_given(org):
    org.break_at("status", status=503, method="PATCH", after=1, times=50)
    results = []
    with pytest.raises(TransientError):
        results.extend(org.connect().push([account(org, number) for number in range(450)], BY_NAME))
    assert [result.outcome for result in results] == [Outcome.WRITTEN] * 200


def test_assignment_rules_stay_asleep(org):
    seen = []
    handle = org.simulator.handle
    org.simulator.handle = lambda request: (seen.append(request.headers.get("Sforce-Auto-Assign")), handle(request))[1]
    push(org, [account(org)])
    org.simulator.handle = handle
    assert "FALSE" in seen


def test_a_field_that_vanishes_is_refused_after_a_fresh_look(org):
    crm = org.connect()
    push(org, [account(org)], crm)
    org.break_at("status", status=400, policy="INVALID_FIELD", method="PATCH")
    assert push(org, [account(org)], crm)[0].outcome is Outcome.WRITTEN
    assert sum("/sobjects/Account/describe" in each for each in org.requests()) == 2
