"""`playmaker fields package`: the fields as files, for admins whose change process lets no program create them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from connector.cli.output import print_json, print_line, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.languages.speech import _, ngettext
from connector.pipeline.errors import SetupError
from connector.wiring.field_desk import open_desk


def package_command(
    folder: Annotated[Path, typer.Argument(help="Where to write it: a folder that is not there yet, or empty.")],
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    inputs: Annotated[bool, typer.Option("--inputs", help="Also the fields in which reps fill account plans.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write fields and permission sets as an SFDX project to deploy (Salesforce); the CRM is not changed."""
    settings = load(config)
    chosen = choose(settings, connection)
    packages: dict[str, Mapping[str, str]] = {}
    for each in chosen:
        with open_desk(settings, each, inputs=inputs) as desk:
            if files := desk.crm.package(desk.specs):
                packages[each.name] = files
    if not packages:
        raise SetupError(_("only Salesforce deploys fields from files; elsewhere use `playmaker fields apply`"))
    _refuse_full(folder)
    for name, files in packages.items():
        place = folder / name if len(packages) > 1 else folder
        _write(place, files)
        if not as_json:
            print_line(_say(name, place, len(files)))
    if as_json:
        print_json([{"connection": name, "files": sorted(files)} for name, files in packages.items()])
    say(_("deploy it with `sf project deploy start --source-dir force-app`; then assign the permission sets"))


def _say(name: str, place: Path, number: int) -> str:
    return ngettext(
        "{name}: {number} file written to {folder}",
        "{name}: {number} files written to {folder}",
        number,
        name=name,
        folder=place,
    )


def _refuse_full(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SetupError(_("{folder}: is not empty; name a new folder", folder=folder))


def _write(place: Path, files: Mapping[str, str]) -> None:
    try:
        for path, text in files.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, "utf-8")
    except OSError as fault:
        raise SetupError(_("{path}: cannot be written: {reason}", path=place, reason=fault.strerror)) from None
