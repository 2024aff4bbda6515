"""Files that are no configuration at all, and the one line that each is refused with."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.config.faults import ConfigError
from connector.config.load import load_settings

GOOD = "currency: EUR\nconnections:\n  - name: emea\n    crm: hubspot\n    auth: {access_token: t}\n"

REFUSED = {
    "empty file": ("", "config.yaml: is empty: copy config.example.yaml and change it"),
    "only a comment": ("# nothing\n", "config.yaml: is empty: copy config.example.yaml and change it"),
    "a list where a mapping is expected": ("- a\n", "config.yaml:1: must be a mapping, one `key: value` per line"),
    "a word where a mapping is expected": ("hello\n", "config.yaml:1: must be a mapping, one `key: value` per line"),
    "not YAML": (
        "currency: [EUR\n",
        "config.yaml:2: not YAML: check the indentation, the brackets and the quotes around here",
    ),
    "a colon too many": (
        "currency: a: b\n",
        "config.yaml:1: not YAML: a key needs a blank after its colon, and a value with a colon in it needs quotes",
    ),
    "a tab": ("kpis:\n\twindow_days: 3\n", "config.yaml:2: a tab cannot indent YAML: use spaces"),
    "a bare star": (
        GOOD + "    schedule: */5 * * * *\n",
        "config.yaml:6: a value that starts with * must be in quotes (a schedule too)",
    ),
    "two documents": (
        GOOD + "---\na: 1\n",
        "config.yaml:6: only one document belongs in the file: remove the line ---",
    ),
    "a control character": ("currency: EUR\nkpis: \x01\n", "config.yaml:2: holds a control character: remove it"),
    "a tag": (
        "currency: !!python/name:os.system x\n",
        "config.yaml:1: currency: tags (!) are not used here: put the value in quotes",
    ),
    "a duplicate key": (
        "currency: EUR\n" + GOOD,
        "config.yaml:2: currency: given twice, first on line 1: remove one",
    ),
    "a duplicate key further in": (
        GOOD + "    api_version: a\n    api_version: b\n",
        "config.yaml:7: connections[0].api_version: given twice, first on line 6: remove one",
    ),
    "an alias inside its anchor": (
        "currency: &a [*a]\n",
        "config.yaml:1: currency[0]: an alias (*) inside its own anchor (&) has no end: write it out",
    ),
    "a list as a key": ("? [a]\n: b\n", "config.yaml:1: a key must be one word"),
    "nested without end": ("[" * 5000, "config.yaml: holds something that YAML cannot read as a value"),
}


@pytest.mark.parametrize(("text", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_no_configuration_is_refused_with_one_line(refuse, text, line):
    assert refuse(text) == [line]


@pytest.mark.parametrize("text", ["password: *hunter2\n", "password: !hunter2 x\n", "password: !hunter2!x y\n"])
def test_no_line_shows_a_password_that_yaml_misreads(refuse, text):
    assert "hunter2" not in " ".join(refuse(text))


def _refused_at(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})
    (line,) = caught.value.lines
    return line.replace(str(path), "config.yaml")


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    line = _refused_at(tmp_path / "nothing.yaml")
    said, _, other = line.rpartition(", ")
    assert said == "config.yaml: no such file: run `playmaker init`, copy config.example.yaml there"
    assert other == "or name another with --config"


def test_a_folder_is_no_configuration(tmp_path):
    assert _refused_at(tmp_path) == "config.yaml: is a folder: name the file in it"


def test_a_file_below_a_file_cannot_be_read(tmp_path):
    (tmp_path / "file").touch()
    assert _refused_at(tmp_path / "file" / "config.yaml") == "config.yaml: cannot be read: not a directory"


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes(b"currency: EUR\nname: caf\xe9\n")
    assert _refused_at(path) == "config.yaml:2: not UTF-8 text: save the file as UTF-8"
