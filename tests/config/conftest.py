from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from connector.config.faults import ConfigError
from connector.config.load import load_settings

HUBSPOT = """\
currency: EUR
connections:
  - name: emea
    crm: hubspot
    auth: {access_token: "${HUBSPOT_TOKEN}"}
"""
ENVIRON = {"HUBSPOT_TOKEN": "pat-na1-00000000", "SF_ID": "id", "SF_SECRET": "hidden-secret"}


@pytest.fixture
def write(tmp_path):
    """Write config.yaml and say where it is."""

    def write(text: str) -> Path:
        path = tmp_path / "config.yaml"
        path.touch(mode=0o600)  # secrets in clear are for its owner alone
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(write):
    """The settings that this text gives."""
    return lambda text=HUBSPOT, environ=ENVIRON, **options: load_settings(write(text), environ, **options)


@pytest.fixture
def refuse(write):
    """The lines that this text is refused with, without the folder."""

    def refuse(text: str, environ=ENVIRON, **options) -> list[str]:
        path = write(text)
        with pytest.raises(ConfigError) as caught:
            load_settings(path, environ, **options)
        return [line.replace(f"{path.parent}/", "") for line in caught.value.lines]

    return refuse


class DictKeyring(KeyringBackend):
    """A keyring in a dict."""

    priority = 1  # type: ignore[assignment]  # keyring asks for a class attribute where it declares a property

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        self.entries[service, username] = password

    def delete_password(self, service, username):
        del self.entries[service, username]


@pytest.fixture
def use_keyring():
    """Put a keyring in a dict, or the given one, in place of the system's."""
    before = keyring.get_keyring()

    def use(backend: KeyringBackend | None = None) -> KeyringBackend:
        chosen = backend or DictKeyring()
        keyring.set_keyring(chosen)
        return chosen

    yield use
    keyring.set_keyring(before)
