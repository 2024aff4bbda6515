"""`playmaker show`: all that is known of one account, contact or deal, here and in the CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from adapters.base import Kind
from adapters.errors import CRMError
from connector.cli.output import print_json, print_line, print_table, say
from connector.cli.record_document import read_live, record_document
from connector.cli.record_place import KINDS, Place, find_record
from connector.cli.sayers import name_sayer
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import shown, word
from connector.config.settings import Settings
from connector.languages.speech import _
from connector.pipeline.errors import SetupError
from connector.wiring.jobs import SHOW, open_crm, open_ledger, read_clock
from connector.wiring.spending import spending

RecordArgument = Annotated[str, typer.Argument(help="The account, contact or deal: its CRM id or its name.")]
KindOption = Annotated[str | None, typer.Option("--kind", help="Only an account, a contact or a deal.")]
LiveOption = Annotated[bool, typer.Option("--live/--no-live", help="Ask the CRM too what it holds now.")]


def show_command(
    record: RecordArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    kind: KindOption = None,
    *,
    live: LiveOption = True,
    as_json: JsonOption = False,
) -> None:
    """Show a record: what we hold and whence, what we wrote and when, what is refused, and what the CRM says now."""
    settings = load(config)
    with open_ledger(settings) as store, store.reading() as ledger:
        place = find_record(ledger, choose(settings, connection), record, _read_kind(kind))
        document = record_document(ledger, settings, place)
    document["crm"] = _ask(settings, place, document) if live else None
    print_json(document) if as_json else _print(document)


def _read_kind(text: str | None) -> Kind | None:
    if text is None:
        return None
    if text not in KINDS:
        raise SetupError(_("--kind is one of {kinds}", kinds=", ".join(KINDS)))
    return Kind(text)


def _ask(settings: Settings, place: Place, document: Mapping[str, Any]) -> dict[str, Any]:
    """What the CRM says; that it cannot be asked hinders nobody from seeing what is held here."""
    try:
        with (
            open_crm(settings, place.connection) as crm,
            spending(settings, place.connection, SHOW, crm),
        ):
            return read_live(crm, document, read_clock) | {"error": None}
    except CRMError as fault:
        return {"read_at": None, "there": None, "modified_at": None, "fields": {}, "error": str(fault)}


def _print(document: Mapping[str, Any]) -> None:
    crm = document["crm"] or {"fields": {}}
    name, kind = document["name"] or document["id"], word(document["kind"])
    print_line(f"{name} ({document['connection']} {kind} {document['id']})")
    _print_life(document, crm)
    rows = [_value_row(one, crm["fields"]) for one in document["values"] if _tells(one, crm["fields"])]
    columns = [_("field"), _("value"), _("from"), _("CRM field"), _("in the CRM now")]
    print_table(_("What we hold"), columns, rows)
    _print_ours(document["written"], crm["fields"])
    _print_trouble(document)


def _print_life(document: Mapping[str, Any], crm: Mapping[str, Any]) -> None:
    if document["deleted_at"]:
        print_line(_("deleted in the CRM: known since {at}", at=document["deleted_at"]))
    if document["merged_into"]:
        print_line(_("merged into {id}", id=document["merged_into"]))
    if crm.get("there") is False and not document["deleted_at"]:
        print_line(_("the CRM no longer has it, or no longer shows it to our user; the next sync will know"))
    if crm.get("error"):
        say(_("the CRM could not be asked: {error}", error=crm["error"]))


def _tells(one: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    return one["value"] is not None or live.get(one["crm_field"]) not in {None, ""}


def _value_row(one: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[object, ...]:
    source = one["source"] or {}
    from_mapping = source.get("source") == "mapping"
    whence = _("the CRM, by the mapping") if from_mapping else _say_source(source)
    return (word(one["field"]), shown(one["field"], one["value"]), whence, one["crm_field"], live.get(one["crm_field"]))


def _say_source(source: Mapping[str, Any]) -> str:
    if not source:
        return ""
    day = str(source["at"])[:10]
    if source["source"] == "import":
        return _("{who}, by a file, {day}", who=name_sayer(source), day=day)
    return _("{who}, {day}", who=name_sayer(source), day=day)


def _print_ours(written: Sequence[Mapping[str, Any]], live: Mapping[str, Any]) -> None:
    if not written:
        return
    whose = {"us": _("us"), "edited": _("somebody else"), "found": _("found there")}
    rows = [
        (one["field"], one["value"], whose[one["by"]], one["at"], one["run"], live.get(one["field"])) for one in written
    ]
    columns = [_("field"), _("value"), _("by"), _("at"), _("run"), _("in the CRM now")]
    print_table(_("Our fields in the CRM"), columns, rows)


def _print_trouble(document: Mapping[str, Any]) -> None:
    if document["pending"]:
        pending = [(one["field"], one["value"], one["sent"]) for one in document["pending"]]
        print_table(_("On its way"), [_("field"), _("value"), _("sent, not answered")], pending)
    if document["errors"]:
        errors = [
            (
                one["field"],
                f"{one['code']}: {one['message']}",
                one["attempts"],
                one["next_attempt_at"],
                one["parked_at"],
            )
            for one in document["errors"]
        ]
        columns = [_("field"), _("what went wrong"), _("attempts"), _("tried again"), _("parked")]
        print_table(_("Refused or unusable"), columns, errors)
