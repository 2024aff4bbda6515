"""What comes from a CRM is printed as it stands, whatever it looks like."""

from __future__ import annotations

import pytest

from connector.cli.output import print_table

ODD = ["Acme [/b] Ltd", "[red]Borealis[/red]", r"C:\[x]", ":smile: & Co", "Ä [link=http://x]y"]


@pytest.mark.parametrize("text", ODD)
def test_names_that_look_like_markup_are_printed_as_they_are(text: str, capsys: pytest.CaptureFixture[str]):
    print_table(f"emea: {text}", ["name"], [(text,)])
    assert capsys.readouterr().out.count(text) == 2


@pytest.fixture
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns."""
    for name, value in {"TTY_COMPATIBLE": "1", "COLUMNS": "80", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_narrow")
def test_table_whose_names_do_not_fit_beside_one_another_becomes_a_paragraph_per_row(
    capsys: pytest.CaptureFixture[str],
):
    long = "x" * 36
    print_table("Fields", ["connection", "field", "was", "is"], [("emea", long, None, long), ("apac", long, 3, long)])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    first = [["connection", "emea"], ["field", long], ["is", long], []]
    assert lines == [["Fields"], *first, ["connection", "apac"], ["field", long], ["was", "3"], ["is", long], []]


@pytest.mark.usefixtures("_narrow")
def test_column_of_sentences_gives_way_to_one_of_names(capsys: pytest.CaptureFixture[str]):
    name, sentence = "x" * 40, "a sentence that is much longer than what remains of the line beside the name"
    print_table("Fields", ["field", "what"], [(name, sentence)])
    out = capsys.readouterr().out
    assert name in out
    assert all(word in out.split() for word in sentence.split())
    assert max(map(len, out.splitlines())) <= 80
