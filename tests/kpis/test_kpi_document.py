from __future__ import annotations

from pathlib import Path

from connector.kpis.catalogue import definitions
from connector.kpis.document import document

PAGE = Path(__file__).parents[2] / "docs" / "kpis.md"


def test_the_page_about_kpis_is_current():
    stale = "docs/kpis.md is out of date: run `python -m connector.kpis.document > docs/kpis.md`"
    assert PAGE.read_text(encoding="utf-8") == document(), stale


def test_the_page_explains_every_kpi():
    page = document()
    for definition in definitions():
        assert f"### `{definition.key}" in page


def test_every_kpi_has_a_worked_example():
    sections = document().split("\n### ")[1:]
    assert [section.partition(":")[0] for section in sections if "Example" not in section] == []


def test_the_page_fills_in_every_setting():
    assert "{" not in document().replace("`kpi_fields: {", "")
