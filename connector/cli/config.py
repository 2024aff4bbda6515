"""`playmaker config show|schema`: the configuration as it holds, and its schema for editors."""

from __future__ import annotations

import typer

from connector.cli.output import print_json, print_table
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, JsonOption, load
from connector.cli.words import heads
from connector.config.effective import find_origin, list_values, show_plainly
from connector.config.faults import spell
from connector.config.json_schema import describe_settings
from connector.config.load import read_document
from connector.kpis.catalogue import all_keys
from connector.languages.speech import _, mark

app = typer.Typer(help="The configuration: what holds, and a schema for editors.", no_args_is_help=True)

_COLUMNS = (mark("setting"), mark("value"), mark("from"))


@app.command("show")
def show_command(config: ConfigOption = DEFAULT_CONFIG, *, as_json: JsonOption = False) -> None:
    """Print every setting as it holds, defaults included, secrets masked, and where each comes from."""
    shown, document = show_plainly(load(config)), read_document(config)
    origins = {path: find_origin(document, path) for path, _value in list_values(shown)}
    if as_json:
        print_json({**shown, "sources": {spell(path): origin for path, origin in origins.items()}})
        return
    rows = [(spell(path), _say(value), origins[path]) for path, value in list_values(shown)]
    print_table(_("{path}: what holds", path=config), heads(_COLUMNS), rows)


@app.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of the configuration, for completion in editors."""
    print_json(describe_settings(all_keys()))


def _say(value: object) -> str:
    """A value as it stands in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(map(_say, value))}]"
    return "{}" if value == {} else str(value)
