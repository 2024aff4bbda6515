"""`playmaker plan …`: people fill and read account plans."""

from __future__ import annotations

import typer

from connector.cli import (
    plan_actions,
    plan_gaps,
    plan_history,
    plan_identify,
    plan_parts,
    plan_reviews,
    plan_set,
    plan_show,
    plan_suggest,
)

app = typer.Typer(
    help="Fill and read account plans: who decides, who is for us, what is to be done by when.", no_args_is_help=True
)
app.command("list")(plan_show.list_command)
app.command("show")(plan_show.show_command)
app.command("set")(plan_set.set_command)
app.command("identify")(plan_identify.identify_command)
app.command("add")(plan_parts.add_command)
app.command("remove")(plan_parts.remove_command)
app.command("add-action")(plan_actions.add_action_command)
app.command("done")(plan_actions.done_command)
app.add_typer(plan_reviews.app, name="review")
app.command("history")(plan_history.history_command)
app.command("conflicts")(plan_show.conflicts_command)
app.command("gaps")(plan_gaps.gaps_command)
app.command("suggest")(plan_suggest.suggest_command)
