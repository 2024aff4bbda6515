"""Reads the configuration file into Settings, or says in one line per fault what to mend."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from connector.config.clear_text import find_exposed
from connector.config.document import Document, parse
from connector.config.explain import explain
from connector.config.faults import ConfigError, Fault
from connector.config.references import Sources, substitute_all
from connector.config.settings import Settings
from connector.languages.speech import _
from connector.languages.translation import ENGLISH

_LANGUAGES = get_args(Settings.model_fields["language"].annotation)
_LANGUAGE = re.compile(rf"^language:\s*['\"]?({'|'.join(_LANGUAGES)})\b".encode(), re.MULTILINE)


def load_settings(path: Path, environ: Mapping[str, str], kpis: Collection[str] | None = None) -> Settings:
    """The configuration at `path`, its references looked up in `environ`, in files and in the keyring.

    `kpis`: the keys that kpi_fields may name (None: any). Raises ConfigError with every fault found.
    """
    document = read_document(path)
    return _settle(document, path, environ, kpis, find_exposed(path, document))


def try_settings(text: str, path: Path, environ: Mapping[str, str], kpis: Collection[str]) -> Settings:
    """The configuration that this text would be at `path`. Raises ConfigError as load_settings does."""
    return _settle(parse(text, str(path)), path, environ, kpis, [])


def _settle(
    document: Document, path: Path, environ: Mapping[str, str], kpis: Collection[str] | None, exposed: Sequence[Fault]
) -> Settings:
    folder = path.absolute().parent  # not resolved: a mounted configuration is often a link
    data, unresolved = substitute_all(document.data, Sources(environ, folder))
    faults = [Fault(message, place, document.find_line(place)) for place, message in unresolved.items()]
    faults += exposed
    try:
        settings = Settings.model_validate(data, context=None if kpis is None else {"kpis": kpis})
    except ValidationError as error:
        faults += explain(error, Settings, document, [fault.path for fault in faults])
        raise ConfigError(str(path), faults) from None
    if faults:
        raise ConfigError(str(path), faults)
    return settings.beside(folder)


def read_document(path: Path) -> Document:
    """The file as it stands, unchecked, with its references as written. Raises ConfigError where it is no YAML."""
    return parse(_read(path), str(path))


def guess_language(path: Path) -> str:
    """The language that a file seems to ask for, so that also what is wrong with it can be said in that language."""
    try:
        # a pipe can be read once only
        asked = _LANGUAGE.search(path.read_bytes()) if path.is_file() else None
    except OSError:
        return ENGLISH
    return asked[1].decode() if asked else ENGLISH


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _refuse(
            path,
            _("no such file: run `playmaker init`, copy config.example.yaml there, or name another with --config"),
        ) from None
    except IsADirectoryError:
        raise _refuse(path, _("is a folder: name the file in it")) from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise _refuse(path, _("cannot be read: {reason}", reason=reason)) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(str(path), [Fault(_("not UTF-8 text: save the file as UTF-8"), line=line)]) from None


def _refuse(path: Path, message: str) -> ConfigError:
    return ConfigError(str(path), [Fault(message)])
