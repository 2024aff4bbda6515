from __future__ import annotations

import stat

import pytest
from keyring.backends import fail

from adapters.errors import FatalError
from connector.config.auth import Secret
from connector.config.references import KEYRING_SERVICE, Reference
from connector.config.tokens import token_saver


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "secrets" / "refresh"
    path.parent.mkdir()
    path.write_text("old\n")
    return path


def _save(reference: Reference, token: str) -> None:
    save = token_saver(Secret("old", reference))
    assert save is not None
    save(token)


def test_a_rotated_token_replaces_the_file(path):
    _save(Reference("file", str(path)), "new")
    assert path.read_text() == "new"


def test_a_saved_token_is_for_its_owner_only(path):
    path.chmod(0o644)
    _save(Reference("file", str(path)), "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_saving_leaves_nothing_else_behind(path):
    _save(Reference("file", str(path)), "new")
    assert [each.name for each in path.parent.iterdir()] == ["refresh"]


def test_a_link_to_the_token_stays_a_link(path, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(path)
    _save(Reference("file", str(link)), "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_a_token_that_cannot_be_written_stops_the_connection(path):
    save = token_saver(Secret("old", Reference("file", str(path))))
    path.unlink()
    path.mkdir()  # in the way, even of the superuser
    assert save is not None
    with pytest.raises(FatalError) as caught:
        save("new-token")
    assert "authorise the connection again" in caught.value.message
    assert "new-token" not in caught.value.message
    assert [each.name for each in path.parent.iterdir()] == ["refresh"]


def test_a_token_from_the_keyring_goes_back_to_it(use_keyring):
    ring = use_keyring()
    _save(Reference("keyring", "sf"), "new")
    assert ring.get_password(KEYRING_SERVICE, "sf") == "new"


def test_a_keyring_that_refuses_stops_the_connection(use_keyring):
    use_keyring(fail.Keyring())
    with pytest.raises(FatalError, match="unlock the keyring"):
        _save(Reference("keyring", "sf"), "new")


@pytest.mark.parametrize(
    "reference", [None, Reference("variable", "SF_REFRESH"), Reference("file", "/proc/1/nothing/x")]
)
def test_a_token_without_a_writable_source_has_no_saver(reference):
    assert token_saver(Secret("old", reference)) is None


def test_a_loaded_refresh_token_knows_its_file(load, path):
    auth = f'{{client_id: a, client_secret: b, refresh_token: "${{file:{path}}}"}}'
    text = f"currency: EUR\nconnections:\n  - name: a\n    crm: hubspot\n    auth: {auth}\n"
    token = load(text).connections[0].auth.refresh_token
    assert (token.get_secret_value(), token.reference) == ("old", Reference("file", str(path)))
