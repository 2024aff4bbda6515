"""The warning where free text is written: it may be about people, who may ask to read it."""

from __future__ import annotations

from collections.abc import Iterable

from connector.cli.output import say
from connector.languages.speech import _, mark
from connector.plans.draft import Edit
from connector.plans.people import PRIVATE
from mappings.strategy import Entity

OPINIONS = mark(
    "note: this is an opinion about a named person, who may ask to read it; write what you would say to their face"
)
"""Where free text about somebody was written."""

TEXTS = mark("note: whoever is named in this text may ask to read it; write what you would say to their face")
"""Where other free text was written, which may name somebody."""

_FREE = {
    (Entity.PLAN, "objective"),
    (Entity.PLAN, "positioning"),
    (Entity.OBJECTIVE, "text"),
    (Entity.LEVER, "text"),
    (Entity.RISK, "text"),
    (Entity.ACTION, "title"),
    (Entity.REVIEW, "decisions"),
    (Entity.CELL, "blocked"),
    (Entity.CELL, "play"),
}


def warn_of_texts(edits: Iterable[Edit]) -> None:
    """Say so, once, where these changes write any."""
    written = {(edit.entity, edit.field) for edit in edits if edit.new is not None}
    if any(entity is Entity.STAKEHOLDER and field in PRIVATE for entity, field in written):
        say(_(OPINIONS))
    elif written & _FREE:
        say(_(TEXTS))
