"""A whole plan becomes a page for a review meeting, in which nothing that people wrote is markup."""

from __future__ import annotations

import html
from html.parser import HTMLParser
from pathlib import Path

import pytest
from admin import Admin
from planner import planner

HOSTILE = '<script>alert(1)</script> | [x](javascript:x) *b* <img src="http://evil.test/x">'


@pytest.fixture
def anna(tmp_path: Path) -> Admin:
    admin = planner(tmp_path)
    for words in (
        ["set", "Acme", "objective=Open the Spanish market", f"positioning={HOSTILE}"],
        ["set", "Acme", "--person", "8", "stance=champion", "influence=5", "--evidence", "confirmed"],
        ["set", "Acme", "--person", "7", "reports_to=8", "role=user", f"personal_stakes={HOSTILE}"],
        ["add", "Acme", "competitor", "Rival", "strength=4"],
        ["add", "Acme", "risk", "Merger", "owner=ben"],
        ["add", "Acme", "cell", "line=Radar", "potential=1000", "blocked=no budget", "play=Pilot"],
        ["add-action", "Acme", "Call Zoé", "--due", "2030-01-31", "--person", "7"],
    ):
        admin.good("plan", *words)
    admin.good("plan", "review", "hold", "Acme", "light", "--decisions", "Go on")
    return admin


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links |= {name for name, _ in attrs if name in {"src", "href", "onerror", "onload"}}


TOLD = (
    "Acme: account plan",
    "Open the Spanish market",
    "champion (confirmed)",
    "Rival",
    "Merger",
    "Pilot",
    "no budget",
    "Call Zoé",
    "Go on",
    "January 31, 2030",
    "Plan health",
    "no objective",
)


@pytest.mark.parametrize("form", ["md", "html"])
def test_the_page_tells_all_that_the_plan_holds(anna: Admin, form: str):
    page = anna.good("export", "plan", "Acme", "--format", form)
    for text in TOLD[:-1]:
        assert text in page.out
    assert TOLD[-1] not in page.out
    assert "loose actions; " in page.out
    assert "personnel file" in page.err


def test_the_html_page_runs_and_loads_nothing(anna: Admin):
    page = Tags()
    page.feed(anna.good("export", "plan", "Acme", "--format", "html").out)
    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "strong", "ul", "li"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert page.links == set()


def test_in_markdown_what_people_wrote_stays_text(anna: Admin):
    out = anna.good("export", "plan", "Acme").out
    assert r"\<script\>" in out
    assert r"\| \[x\]" in out
    assert "<" not in out.replace(r"\<", "")


def test_the_org_chart_is_drawn_top_down(anna: Admin):
    lines = anna.good("export", "plan", "Acme").out.splitlines()
    chart = lines[lines.index("## Org chart") + 2 :][:2]
    assert chart == ["- Ben Smith, CFO, champion", "  - Zoé Martin, Directrice des achats"]


def test_tables_of_the_markdown_page_hold_together(anna: Admin):
    lines = anna.good("export", "plan", "Acme").out.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|---"):
            columns = line.count("|")
            assert lines[number - 1].count("|") == columns
            assert lines[number + 1].replace(r"\|", "").count("|") == columns


def test_the_page_is_written_into_a_file_of_its_owners(anna: Admin):
    file = anna.folder / "acme.html"
    anna.good("export", "plan", "Acme", "--format", "html", "--output", str(file))
    assert "<!DOCTYPE html>" in file.read_text()


def test_whose_plan_must_be_said(anna: Admin):
    assert anna.run("export", "plan").code == 2


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_french_page_has_french_words_dates_and_numbers(anna: Admin, form: str):
    config = anna.folder / "config.yaml"
    config.write_text("language: fr\n" + config.read_text())
    out = html.unescape(anna.good("export", "plan", "Acme", "--format", form).out)
    for text in (
        "Acme : plan de compte",
        "Risques",
        "promoteur",
        "31 janvier 2030",
        "1\u202f000",
        "Santé du plan",
        "légère",
    ):
        assert text in out
    for text in ("account plan", "Risks", "champion", "January", "2030-01-31", "no data", "stale", "owner"):
        assert text not in out
