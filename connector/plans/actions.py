"""The actions of a plan: who does what by when, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from connector.languages.speech import _
from connector.plans.draft import Draft
from connector.plans.finding import pick, pick_part
from connector.plans.ids import numbered, part_id, plain
from connector.plans.people import find_person
from connector.plans.values import PlanError, decode_value, encode
from mappings.strategy import Action, ActionStatus, Entity, Objective


def add_action(draft: Draft, values: Mapping[str, object], today: date) -> str:
    """Put an action in; returns its id. Raises PlanError: one of that title is open, an unknown person or deal."""
    title = str(values.get("title") or "").strip()
    if not title:
        raise PlanError(_("an action needs a title: what is to be done"))
    id_ = _free_id(draft, title)
    change_action(draft, id_, dict(values), today)
    return id_


def find_action(draft: Draft, text: str) -> str:
    """The id of an action, by the id, its beginning or the title. Raises PlanError."""
    actions = {id_: [action.title] for id_, action in actions_of(draft).items()}
    return pick_part("action", text, actions)


def change_action(draft: Draft, id_: str, values: Mapping[str, object], today: date) -> None:
    """Set values of an action, new or not.

    The date first promised stays when the due date moves; what is done has the day on which it was, today by default.
    """
    held = actions_of(draft).get(id_, Action())
    settled = dict(values) | _references(draft, values)
    settled |= _first_due(held, settled) | _status(held, settled, today)
    draft.write(Entity.ACTION, id_, settled)


def actions_of(draft: Draft) -> dict[str, Action]:
    """The actions as they now stand."""
    return {id_: part for id_, part in draft.shelf(Entity.ACTION).items() if isinstance(part, Action)}


def _free_id(draft: Draft, title: str) -> str:
    """The id that the title leads to; used again, once that action is over or has another title, to the next one."""
    for words in numbered("action", title):
        id_ = part_id(draft.account, *words)
        held = actions_of(draft).get(id_)
        if held is None:
            break
        if held.status in {None, ActionStatus.OPEN} and plain(held.title or "") == plain(title):
            raise PlanError(_("action {id} has this title and is open: change that one, or give another title", id=id_))
    return id_


def _references(draft: Draft, values: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    if text := values.get("stakeholder"):
        found["stakeholder"] = find_person(draft, str(text))
    if text := values.get("deal"):
        found["deal"] = find_deal(draft, str(text))
    if text := values.get("objective"):
        found["objective"] = find_objective(draft, str(text))
    return found


def find_deal(draft: Draft, text: str) -> str:
    """The id of one of the account's deals, by id or name. Raises PlanError."""
    return pick("deal", text, {id_: [deal.name] for id_, deal in draft.known.deals.items()})


def find_objective(draft: Draft, text: str) -> str:
    """The id of one of the plan's objectives, by the id, its beginning or the text. Raises PlanError."""
    objectives = draft.shelf(Entity.OBJECTIVE).items()
    return pick_part("objective", text, {id_: [one.text] for id_, one in objectives if isinstance(one, Objective)})


def _first_due(held: Action, values: Mapping[str, object]) -> dict[str, object]:
    given = _read("first_due", values)
    if held.first_due is None:
        first = given or held.due or _read("due", values)
        return {"first_due": first} if first else {}
    if given is not None and given != held.first_due:
        raise PlanError(
            _("first_due: {first_due} was promised first and stays; change `due`", first_due=held.first_due)
        )
    return {"first_due": held.first_due} if "first_due" in values else {}


def _status(held: Action, values: Mapping[str, object], today: date) -> dict[str, object]:
    done_on = _read("done_on", values)
    status = _read("status", values) or (ActionStatus.DONE if done_on else held.status or ActionStatus.OPEN)
    if status is not ActionStatus.DONE:
        if done_on:
            raise PlanError(
                _("done_on: an action that is {status} has none; leave it out, or say status=done", status=status)
            )
        return {"status": status, "done_on": None}
    day = done_on or held.done_on or today
    if isinstance(day, date) and day > today:
        raise PlanError(_("done_on: {day} has not come yet", day=day))
    return {"status": status, "done_on": day}


def _read(field: str, values: Mapping[str, object]) -> object:
    """A value as the plan would hold it. Raises PlanError."""
    return decode_value(Entity.ACTION, field, encode(Entity.ACTION, field, values.get(field)))
