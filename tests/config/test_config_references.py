from __future__ import annotations

import pytest
from keyring.backends import fail

from connector.config.references import KEYRING_SERVICE, Reference, Sources, UnresolvedError


@pytest.fixture
def resolve(tmp_path):
    return lambda text, **environ: Sources(environ, tmp_path).substitute(text)


def _refusal(resolve, text, **environ) -> str:
    with pytest.raises(UnresolvedError) as caught:
        resolve(text, **environ)
    return str(caught.value)


def test_a_variable_is_replaced(resolve):
    assert resolve("${A}", A="x") == "x"


def test_references_inside_a_text_are_replaced(resolve):
    assert resolve("postgresql://${U}:${P}@h", U="me", P="pw") == "postgresql://me:pw@h"


def test_what_a_reference_held_is_not_searched_again(resolve):
    assert resolve("${A}", A="${B}", B="x") == "${B}"
    assert resolve("x${A}", A="}${B}{") == "x}${B}{"


def test_a_value_with_yaml_in_it_stays_a_value(load):
    text = 'currency: EUR\nconnections: [{name: a, crm: hubspot, auth: {access_token: "${T}"}}]\n'
    token = load(text, {"T": "x}#:{'\"&*!"}).connections[0].auth.access_token
    assert token.get_secret_value() == "x}#:{'\"&*!"


def test_keys_are_never_substituted(refuse):
    lines = refuse('"${A}": 1\n', {"A": "currency"})
    assert any(line.startswith("config.yaml:1: ${A}: unknown key") for line in lines)


def test_a_file_is_read_without_its_last_line_break(resolve, tmp_path):
    (tmp_path / "token").write_text("abc\r\n")
    assert resolve(f"${{file:{tmp_path}/token}}") == "abc"


def test_a_relative_file_is_beside_the_configuration(resolve, tmp_path):
    (tmp_path / "token").write_text("abc")
    found = resolve("${file:token}")
    assert (found, found.reference) == ("abc", Reference("file", f"{tmp_path}/token"))


def test_a_missing_file_is_named(resolve, tmp_path):
    expected = f"the file {tmp_path}/x cannot be read (no such file or directory): create it or correct the path"
    assert _refusal(resolve, "${file:x}") == expected


def test_a_folder_is_no_secret(resolve, tmp_path):
    assert "(is a directory)" in _refusal(resolve, f"${{file:{tmp_path}}}")


def test_an_empty_file_is_no_secret(resolve, tmp_path):
    (tmp_path / "x").write_text("\n")
    assert _refusal(resolve, "${file:x}") == f"the file {tmp_path}/x is empty: put the value into it"


def test_a_binary_file_is_no_secret(resolve, tmp_path):
    (tmp_path / "x").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in _refusal(resolve, "${file:x}")


def test_an_empty_variable_is_no_secret(resolve):
    assert _refusal(resolve, "${A}", A="") == "the environment variable A is empty: set it before you start"


@pytest.mark.parametrize("text", ["${}", "${a b}", "${file:}", "${keyring:}", "${env:A}", "${A-b}"])
def test_a_reference_of_no_known_form_is_refused(resolve, text):
    assert _refusal(resolve, text) == "not a reference: write ${NAME}, ${file:/path} or ${keyring:NAME}"


def test_a_reference_without_its_end_is_refused(resolve):
    assert _refusal(resolve, "${A", A="x") == "a ${ without its }: close it"


def test_a_dollar_alone_is_a_dollar(resolve):
    assert resolve("a$b$") == "a$b$"


def test_a_keyring_entry_is_read(resolve, use_keyring):
    use_keyring().set_password(KEYRING_SERVICE, "hubspot", "abc")
    assert resolve("${keyring:hubspot}") == "abc"


def test_a_missing_keyring_entry_is_named(resolve, use_keyring):
    use_keyring()
    assert _refusal(resolve, "${keyring:x}") == "the keyring has no entry x: run `keyring set playmaker x`"


def test_a_machine_without_a_keyring_says_so(resolve, use_keyring):
    use_keyring(fail.Keyring())
    expected = "no keyring can be opened here: use ${file:/path} or a variable instead"
    assert _refusal(resolve, "${keyring:x}") == expected
