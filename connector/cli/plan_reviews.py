"""`playmaker plan review`: put a review into the calendar, prepare it, say that it took place."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from connector.cli.author import AuthorOption
from connector.cli.output import print_json, print_line, say
from connector.cli.plan_place import AccountArgument, Where, changing, find_account, know, plain
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import word
from connector.languages.speech import _, speaker
from connector.plans.agenda import Agenda, make_agenda
from connector.plans.reviews import SEPARATOR, add_review, cadence_of, find_review, hold_review, reviews_of
from connector.plans.values import PlanError
from connector.store.plan_values import read_changes
from connector.wiring.jobs import open_ledger, read_clock
from mappings.strategy import ReviewKind

app = typer.Typer(help="The reviews of a plan: add, agenda, hold.", no_args_is_help=True)

KindArgument = Annotated[ReviewKind, typer.Argument(help="light, deep or executive.")]


@app.command("add")
def add_command(
    account: AccountArgument,
    kind: KindArgument,
    due: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day for which it is planned.")],
    required: Annotated[
        list[str] | None, typer.Option(help="Who must be there, a name or a function (default: as configured).")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Put a review into the calendar."""
    with changing(Where(config, connection, account, author), as_json=as_json) as change:
        usual = cadence_of(change.settings.kpis.reviews, kind).required
        id_ = add_review(change.draft, kind, due.date(), required or [role.value for role in usual])
        change.message = _("review {id}: {kind}, {day}", id=id_, kind=word(kind), day=speaker().day(due.date()))


@app.command("hold")
def hold_command(
    account: AccountArgument,
    review: Annotated[str, typer.Argument(help="Its id, or its kind: the one that is waiting, or a new one.")],
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day (default: today).")] = None,
    attended: Annotated[list[str] | None, typer.Option(help="Who came, a name or a function; several times.")] = None,
    decisions: Annotated[str | None, typer.Option(help="What was decided.")] = None,
    checked: Annotated[list[str] | None, typer.Option(help="A point of the checklist gone through.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say that a review took place."""
    outcome = {"attended": SEPARATOR.join(attended or []), "decisions": decisions}
    outcome["checked"] = SEPARATOR.join(checked or [])
    with changing(Where(config, connection, account, author), as_json=as_json) as change:
        day = on.date() if on else change.today
        waiting = {one.kind for one in reviews_of(change.draft).values() if one.held_on is None}
        if review in set(ReviewKind) - waiting:
            usual = cadence_of(change.settings.kpis.reviews, ReviewKind(review)).required
            id_ = add_review(change.draft, ReviewKind(review), day, [role.value for role in usual])
        else:
            id_ = find_review(change.draft, review)
        hold_review(change.draft, id_, day, change.today, outcome)
        change.message = _("review {id} was held on {day}", id=id_, day=speaker().day(day))
    if not attended:
        say(_("note: without --attended it is not known that those required were there, and the review does not count"))


@app.command("agenda")
def agenda_command(
    account: AccountArgument,
    kind: Annotated[ReviewKind, typer.Argument(help="light, deep or executive.")] = ReviewKind.LIGHT,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show the agenda of the next review: what changed since the last one, what is late, and the checklist."""
    settings = load(config)
    with open_ledger(settings) as store, store.reading() as ledger:
        one, id_ = find_account(ledger, choose(settings, connection), account)
        known, changes = know(ledger, one, id_), read_changes(ledger, one.name, [id_])
    today = settings.day_of(read_clock())
    agenda = make_agenda(known, changes, cadence_of(settings.kpis.reviews, kind), today, settings.timezone)
    print_json(agenda_document(kind, agenda)) if as_json else _print(known.name, kind, agenda)


def agenda_document(kind: ReviewKind, agenda: Agenda) -> dict[str, object]:
    """The agenda for other programs."""
    return {
        "kind": kind.value,
        "since": plain(agenda.since),
        "sections": [{"title": section.title, "points": list(section.points)} for section in agenda.sections],
    }


def _print(name: str, kind: ReviewKind, agenda: Agenda) -> None:
    if agenda.since:
        day = speaker().day(agenda.since)
        head = _(
            "{name}: agenda of a review ({kind}), since the last one on {day}", name=name, kind=word(kind), day=day
        )
    else:
        head = _("{name}: agenda of a review ({kind}), the first one", name=name, kind=word(kind))
    print_line(head)
    for section in agenda.sections:
        print_line("")
        print_line(section.title)
        for point in section.points:
            print_line(f"- {point}")
    if not agenda.sections:
        raise PlanError(_("nothing to speak about: there is no checklist, nothing changed and nothing is late"))
