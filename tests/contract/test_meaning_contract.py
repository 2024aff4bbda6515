"""The same company means the same through every adapter and its shipped mapping."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from contract_bench import read_all
from contract_world import small_company

from adapters.base import Kind
from mappings.vocabulary import Role, Stance, Survey


@pytest.fixture
def read(bench, crm):
    """Records of a kind in our words, by id, having met neither unusable values nor unknown words."""

    def read(kind):
        records = read_all(bench, crm, kind)
        assert [(record.id, record.problems, record.unknown_words) for record in records] == [
            (record.id, (), ()) for record in records
        ]
        return {record.id: record.values for record in records}

    return read


def test_accounts(bench, read):
    accounts = read(Kind.ACCOUNT)
    for ours in small_company().accounts:
        values = accounts[bench.id_of(Kind.ACCOUNT, ours.key)]
        parent = ours.parent and bench.id_of(Kind.ACCOUNT, ours.parent)
        assert (values["name"], values["domain"], values["parent"]) == (ours.name, ours.domain, parent)
        assert values["annual_revenue"] == ours.annual_revenue
        assert values["potential_revenue"] == ours.potential_revenue
        assert bool(values["strategic"]) == bool(ours.strategic)


def test_contacts(bench, read):
    contacts = read(Kind.CONTACT)
    for ours in small_company().contacts:
        values = contacts[bench.id_of(Kind.CONTACT, ours.key)]
        assert values["account"] == (ours.account and bench.id_of(Kind.ACCOUNT, ours.account))
        names = ("first_name", "last_name", "email", "title")
        assert [values[name] for name in names] == [getattr(ours, name) for name in names]
        assert bool(values["departed"]) is ours.departed


def test_roles_influence_and_stance(bench, read):
    contacts = read(Kind.CONTACT)
    seen = {
        key: tuple(contacts[bench.id_of(Kind.CONTACT, key)][axis] for axis in ("role", "influence", "stance"))
        for key in ("c1", "c2", "c3", "c5")
    }
    assert seen == {
        "c1": (Role.ECONOMIC, 4, Stance.CHAMPION),
        "c2": (Role.USER, 2, Stance.OPPONENT),
        "c3": (None, 3, None),
        "c5": (None, None, None),
    }


def test_deals(bench, read):
    company = small_company()
    deals = read(Kind.DEAL)
    chances = {stage.key: stage.probability for stage in company.stages}
    for ours in company.deals:
        values = deals[bench.id_of(Kind.DEAL, ours.key)]
        assert values["account"] == (ours.account and bench.id_of(Kind.ACCOUNT, ours.account))
        assert (values["name"], values["amount"], values["currency"]) == (ours.name, ours.amount, ours.currency)
        assert (values["close_date"], values["created_at"]) == (ours.close_date, ours.created_at)
        assert values["probability"] == (chances[ours.stage] if ours.probability is None else ours.probability)


def test_a_deals_stage_is_the_code_of_one_of_the_stages(bench, read):
    stages = {values["code"]: values for values in read(Kind.STAGE).values()}
    labels = {stage.key: stage.label for stage in small_company().stages}
    deals = read(Kind.DEAL)
    for ours in small_company().deals:
        assert stages[deals[bench.id_of(Kind.DEAL, ours.key)]["stage"]]["label"] == labels[ours.stage]


def test_stages_in_their_order(read):
    stages = sorted(read(Kind.STAGE).values(), key=lambda values: values["position"])
    assert [(s["label"], s["probability"], bool(s["closed"]), bool(s["won"])) for s in stages] == [
        ("Qualification", Decimal("0.2"), False, False),
        ("Proposal", Decimal("0.5"), False, False),
        ("Won", Decimal(1), True, True),
        ("Lost", Decimal(0), True, False),
    ]


def test_users_who_left_are_there_too(read):
    users = {values["email"]: values for values in read(Kind.USER).values()}
    assert (users["ana.lima@vendor.example"]["name"], users["ana.lima@vendor.example"]["active"]) == ("Ana Lima", True)
    assert users["bo.dahl@vendor.example"]["active"] is False
    owners = {values["owner"] for values in read(Kind.ACCOUNT).values()} - {None}
    assert owners <= set(read(Kind.USER))


def test_people_on_deals(bench, read):
    links = {(values["deal"], values["contact"]): values for values in read(Kind.DEAL_CONTACT).values()}
    meanings = {"Economic Buyer": (Role.ECONOMIC, None), "Champion": (None, Stance.CHAMPION),
                "Technical Evaluator": (Role.TECHNICAL, None), None: (None, None)}  # fmt: skip
    expected = {
        (bench.id_of(Kind.DEAL, link.deal), bench.id_of(Kind.CONTACT, link.contact)): meanings[link.role]
        for link in small_company().deal_contacts
    }
    assert {pair: (values["role"], values["stance"]) for pair, values in links.items()} == expected


def test_line_items(bench, read):
    items = read(Kind.LINE_ITEM)
    for ours in small_company().line_items:
        values = items[bench.id_of(Kind.LINE_ITEM, ours.key)]
        assert values["deal"] == bench.id_of(Kind.DEAL, ours.deal)
        assert values["product"] == bench.id_of(Kind.PRODUCT, ours.product)
        names = ("quantity", "unit_price", "amount")
        assert [values[name] for name in names] == [getattr(ours, name) for name in names]


def test_products(bench, read):
    products = read(Kind.PRODUCT)
    for ours in small_company().products:
        values = products[bench.id_of(Kind.PRODUCT, ours.key)]
        assert (values["name"], values["family"], values["unit_cost"]) == (ours.name, ours.family, ours.unit_cost)


def test_answers_to_surveys_where_the_crm_has_them(bench, crm, read):
    if crm.source(Kind.NPS_ANSWER) is None:
        assert crm.describe(Kind.NPS_ANSWER) == {}
        return
    answers = [
        (values["contact"], values["survey"], values["score"], values["answered_at"])
        for values in read(Kind.NPS_ANSWER).values()
    ]
    meanings = {"NPS": Survey.NPS, "CSAT": Survey.CSAT, "CUSTOM": None}
    expected = [
        (bench.id_of(Kind.CONTACT, ours.contact), meanings[ours.survey], ours.score, ours.answered_at)
        for ours in small_company().answers
    ]
    assert sorted(answers, key=lambda each: each[2]) == sorted(expected, key=lambda each: each[2])


def test_the_history_of_a_deal_ends_where_the_deal_stands(bench, read):
    deals = read(Kind.DEAL)
    history = {}
    for values in sorted(read(Kind.DEAL_HISTORY).values(), key=lambda values: values["at"]):
        if values["stage"]:
            history.setdefault(values["deal"], []).append(values["stage"])
    labels = {values["code"]: values["label"] for values in read(Kind.STAGE).values()}
    renewal = bench.id_of(Kind.DEAL, "d1")
    assert [labels[stage] for stage in history[renewal]] == ["Qualification", "Proposal"]
    assert {deal: stages[-1] for deal, stages in history.items()} == {deal: deals[deal]["stage"] for deal in deals}


def test_a_foreign_amount_can_be_told_in_the_home_currency(bench, crm, read):
    """By a rate of the organisation where it keeps rates, else by what the CRM says of the deal."""
    deal = read(Kind.DEAL)[bench.id_of(Kind.DEAL, "d2")]
    rates = [values for values in read(Kind.RATE).values() if values["currency"] == "USD"]
    if rates:
        (rate,) = [values for values in rates if values["start"] is None or values["start"] <= date(2027, 2, 28)]
        assert rate["per_home"] == Decimal("1.25")
    elif deal["home_amount"] is not None:
        assert deal["home_amount"] == Decimal(640)
    else:
        assert crm.check().multi_currency is False
