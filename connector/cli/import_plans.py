"""`playmaker import`: files of people, actions, potentials, answers and plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from connector.cli.author import AuthorOption, read_author
from connector.cli.exit_codes import ExitCode
from connector.cli.free_text import warn_of_texts
from connector.cli.output import print_json, print_table, say
from connector.cli.plan_place import change_document
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import field_word, shown
from connector.config.connection import Connection
from connector.config.faults import join_choices
from connector.config.settings import Settings
from connector.languages.speech import _, ngettext
from connector.pipeline.errors import SetupError
from connector.plans.draft import Edit
from connector.plans.exchange.files import read_file
from connector.plans.exchange.forms import FORMS, FormName
from connector.plans.exchange.importing import Ground, Imported, Line, import_table
from connector.plans.exchange.table import Table
from connector.plans.pen import Pen
from connector.store.plan_values import Source
from connector.store.store import Store
from connector.wiring.jobs import open_database, read_clock
from mappings.strategy import Entity

FormArgument = Annotated[FormName, typer.Argument(help="What the file holds.")]

Told = set[tuple[Entity, str, str]]


def import_command(
    form: FormArgument,
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx file with the columns of `playmaker export`.")],
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")] = False,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Import the good lines of a file that has others.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import a file into account plans; a line that cannot be used stops the whole file, and is named with its reason.

    Empty cells change nothing. Importing the same file again changes nothing.
    """
    settings = load(config)
    one = choose_one(settings, connection)
    name = read_author(author)
    table = read_file(file, FORMS[form])
    with open_database(settings, dry=dry_run) as store:
        imported, told = _import(store, settings, one, (form, table, name), skip=skip_refused or dry_run)
    done = not imported.refused or skip_refused
    _print(imported, told, table, as_json=as_json, saved=done and not dry_run)
    _summarise(imported, told, dry=dry_run, done=done)
    warn_of_texts(edit for line in imported.lines for edit in _changes(line, told))
    raise typer.Exit(_exit_code(imported, skipped=skip_refused))


def choose_one(settings: Settings, name: str | None) -> Connection:
    """The connection that a file is about. Raises SetupError where there are several and none is named."""
    chosen = choose(settings, name)
    if len(chosen) > 1:
        names = join_choices([one.name for one in chosen])
        raise SetupError(_("a file is about one connection: say --connection {names}", names=names))
    return chosen[0]


def _import(
    store: Store, settings: Settings, connection: Connection, what: tuple[FormName, Table, str], *, skip: bool
) -> tuple[Imported, Told]:
    """Import in one transaction; where lines were refused and must not be skipped, nothing is written."""
    form, table, author = what
    now = read_clock()
    with store.transaction() as ledger:
        today = settings.day_of(now)
        ground = Ground(ledger, connection.name, connection.authority.by_field(), today)
        imported = import_table(ground, FORMS[form], table)
        if imported.refused and not skip:
            return imported, set()
        pen = Pen(connection.name, author, now, Source.IMPORT)
        news = [value for draft in imported.drafts.values() for value in draft.save(ledger, pen)]
        return imported, {(value.entity, value.id, value.field) for value in news}


def _exit_code(imported: Imported, *, skipped: bool) -> ExitCode:
    if not imported.refused:
        return ExitCode.DONE
    return ExitCode.RECORDS_REFUSED if skipped else ExitCode.SETUP


def _changes(line: Line, told: Told) -> Sequence[Edit]:
    """The edits of a line that made a difference."""
    return [edit for edit in line.edits if (edit.entity, edit.id, edit.field) in told]


def _print(imported: Imported, told: Told, table: Table, *, as_json: bool, saved: bool) -> None:
    if as_json:
        lines = [_document(line, told) for line in imported.lines]
        print_json({"read_as": table.read_as, "imported": saved, "lines": lines})
        return
    changes = [(line, edit) for line in imported.lines for edit in _changes(line, told)]
    if changes:
        columns = [_("line"), _("account"), _("field"), _("old"), _("new")]
        rows = [
            (
                line.number,
                imported.names.get(line.account or ""),
                field_word(edit.entity, edit.field),
                shown(edit.field, edit.old),
                shown(edit.field, edit.new),
            )
            for line, edit in changes
        ]
        print_table(_("Changed") if saved else _("What would change"), columns, rows)
    if imported.refused:
        rows_refused = [(line.number, line.reason) for line in imported.refused]
        print_table(_("Refused"), [_("line"), _("because")], rows_refused)


def _document(line: Line, told: Told) -> dict[str, Any]:
    changes = [change_document(edit) for edit in _changes(line, told)]
    status = "refused" if line.reason else "changed" if changes else "unchanged"
    head = {"line": line.number, "status": status, "account": line.account, "id": line.part}
    return head | {"reason": line.reason, "changes": changes}


def _summarise(imported: Imported, told: Told, *, dry: bool, done: bool) -> None:
    refused = len(imported.refused)
    changed = sum(bool(_changes(line, told)) for line in imported.lines)
    if refused and not done:
        say(f"playmaker: {_say_refused(refused, len(imported.lines), dry=dry)}")
        return
    say(_say_imported(changed, {"same": len(imported.lines) - refused - changed, "refused": refused}, dry=dry))


def _say_imported(changed: int, others: Mapping[str, int], *, dry: bool) -> str:
    if dry:
        return ngettext(
            "{number} line would be imported, {same} change nothing, {refused} refused",
            "{number} lines would be imported, {same} change nothing, {refused} refused",
            changed,
            **others,
        )
    return ngettext(
        "{number} line imported, {same} change nothing, {refused} refused",
        "{number} lines imported, {same} change nothing, {refused} refused",
        changed,
        **others,
    )


def _say_refused(refused: int, lines: int, *, dry: bool) -> str:
    if dry:
        return ngettext(
            "{number} of {lines} lines cannot be used", "{number} of {lines} lines cannot be used", refused, lines=lines
        )
    return ngettext(
        "{number} of {lines} lines cannot be used; nothing was imported. Mend it, or say --skip-refused",
        "{number} of {lines} lines cannot be used; nothing was imported. Mend them, or say --skip-refused",
        refused,
        lines=lines,
    )
