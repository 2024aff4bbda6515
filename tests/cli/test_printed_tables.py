"""What comes from a CRM is printed as it stands, whatever it looks like."""

from __future__ import annotations

import pytest

from connector.cli.output import print_table

ODD = ["Acme [/b] Ltd", "[red]Borealis[/red]", r"C:\[x]", ":smile: & Co", "Ä [link=http://x]y"]


@pytest.mark.parametrize("text", ODD)
def test_names_that_look_like_markup_are_printed_as_they_are(text: str, capsys: pytest.CaptureFixture[str]):
    print_table(f"emea: {text}", ["name"], [(text,)])
    assert capsys.readouterr().out.count(text) == 2
