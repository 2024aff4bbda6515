"""The pages for those who add to the program are true: their code runs, and they name all there is."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path

import pytest
from companies import EVERYTHING, T

from adapters.base import CRM
from connector.config.kpis import KpiSettings
from connector.kpis.catalogue import definition_of
from connector.kpis.compute import compute_accounts
from connector.kpis.facts import Facts, Reference, Terms
from connector.kpis.registry import REGISTRY, Traits
from connector.kpis.result import Kpi, Status
from mappings.entities import Account, Contact
from mappings.vocabulary import Stance

DOCS = Path(__file__).parents[2] / "docs"
KPI_PAGE = (DOCS / "adding-a-kpi.md").read_text(encoding="utf-8")
CRM_PAGE = (DOCS / "adding-a-crm.md").read_text(encoding="utf-8")


@pytest.fixture
def opponents():
    """The KPI of the page, for as long as a test lasts."""
    code = KPI_PAGE.split("```python\n")[1].split("```")[0]
    exec(compile(code, "docs/adding-a-kpi.md", "exec"), {"__name__": "page"})  # noqa: S102 - our own documentation
    yield "opponents"
    del REGISTRY["opponents"]


def test_the_kpi_on_the_page_computes_its_own_example(opponents: str):
    people = [Contact(account="a", stance=Stance.OPPONENT, departed=left) for left in (False, False, True)]
    facts = Facts(accounts={"a": Account()}, contacts=dict(zip("xyz", people, strict=True)))
    reference = Reference(mapped=EVERYTHING, last_complete_pull=T)
    (result,) = compute_accounts(facts, reference, Terms(KpiSettings(), "EUR", {}, UTC, T))
    assert result.kpis[opponents] == Kpi(2, Status.OK, 2)
    assert definition_of(opponents).trace is not None


def test_the_page_names_all_that_a_kpi_declares():
    assert {trait for trait in Traits.__dataclass_fields__ if f"`{trait}" not in KPI_PAGE} == set()


def test_the_page_names_every_method_of_the_protocol():
    methods = {name for name, value in vars(CRM).items() if callable(value) and not name.startswith("_")} - {"close"}
    assert len(methods) > 20
    assert {name for name in methods if f"`{name}`" not in CRM_PAGE} == set()


@pytest.mark.parametrize("page", [KPI_PAGE, CRM_PAGE], ids=["kpi", "crm"])
def test_the_files_that_a_page_names_are_there(page: str):
    named = set(re.findall(r"`((?:adapters|mappings|connector|tests)/[\w./-]*)`", page))
    assert len(named) > 5
    assert {path for path in named if not (DOCS.parent / path).exists() and "NAME" not in path} == set()
