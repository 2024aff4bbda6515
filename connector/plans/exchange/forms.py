"""The kinds of files: which columns each has, and what each column holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mappings.strategy import PARTS, Entity


class FormName(StrEnum):
    """What a file holds."""

    STAKEHOLDERS = "stakeholders"
    ACTIONS = "actions"
    POTENTIALS = "potentials"
    NPS = "nps"
    CSAT = "csat"
    PLANS = "plans"
    OBJECTIVES = "objectives"
    COMPETITORS = "competitors"
    LEVERS = "levers"
    RISKS = "risks"
    TEAM = "team"
    LINES = "lines"
    DEAL_ROLES = "deal-roles"
    REVIEWS = "reviews"


ACCOUNT = ("account", "account_name")
EVIDENCE = "_evidence"
CALLED = "_name"
"""Ends the name of a column that says what the one of an id is called: deal, deal_name."""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file. `columns`: all of them in order; `spoken`: the English of those whose name does not say it."""

    name: FormName
    entity: Entity
    columns: Sequence[str]
    spoken: Mapping[str, str]

    @property
    def told(self) -> frozenset[str]:
        """The columns that say what the one of the id in another column is called."""
        names = [column for column in self.columns if column.endswith(CALLED) and column not in ACCOUNT]
        return frozenset(column for column in names if column.removesuffix(CALLED) in self.columns)

    def holds(self, column: str) -> bool:
        """Whether the column is a field of the part itself."""
        return column in PARTS[self.entity].model_fields


_PEOPLE = [
    *("person", "name", "email", "title", "placeholder", "external"),
    *("role", "role_evidence", "influence", "influence_evidence", "stance", "stance_evidence"),
    *("personal_stakes", "professional_stakes", "reports_to", "reports_to_name", "covered_by", "decides_on"),
    *("departed", "departed_evidence"),
]
_ACTIONS = [
    *("id", "title", "owner", "due", "first_due", "status", "done_on"),
    *("stakeholder", "stakeholder_name", "deal", "deal_name", "objective", "objective_name"),
]
_CELLS = ["id", "unit", "unit_name", "line", "potential", "blocked", "competitor", "play", "play_owner", "play_due"]
_ANSWERS = ["id", "person", "name", "email", "survey", "score", "answered_on"]
_PLANS = ["objective", "positioning", "potential_revenue", "currency", "alignment", "tier", "started_on"]
_LINES = ["id", "source", "source_name", "target", "target_name", "strength"]
_DEAL_ROLES = ["id", "deal", "deal_name", "stakeholder", "stakeholder_name", "role", "stance"]
_REVIEWS = ["id", "kind", "due", "held_on", "required", "attended", "decisions", "checked"]


def _form(name: FormName, entity: Entity, columns: Sequence[str], **spoken: str) -> Form:
    return Form(name, entity, [*ACCOUNT, *columns], spoken)


FORMS: Mapping[FormName, Form] = {
    form.name: form
    for form in (
        _form(FormName.STAKEHOLDERS, Entity.STAKEHOLDER, _PEOPLE),
        _form(FormName.ACTIONS, Entity.ACTION, _ACTIONS, title="what is to be done"),
        _form(FormName.POTENTIALS, Entity.CELL, _CELLS, line="product line"),
        _form(FormName.NPS, Entity.ANSWER, _ANSWERS),
        _form(FormName.CSAT, Entity.ANSWER, _ANSWERS),
        _form(FormName.PLANS, Entity.PLAN, _PLANS),
        _form(FormName.OBJECTIVES, Entity.OBJECTIVE, ["id", "text", "kind", "owner", "due"]),
        _form(FormName.COMPETITORS, Entity.COMPETITOR, ["id", "name", "where", "strength"]),
        _form(FormName.LEVERS, Entity.LEVER, ["id", "text", "owner", "due"]),
        _form(FormName.RISKS, Entity.RISK, ["id", "text", "owner", "due"]),
        _form(FormName.TEAM, Entity.TEAM_MEMBER, ["id", "name", "role"]),
        _form(FormName.LINES, Entity.INFLUENCE_LINE, _LINES),
        _form(FormName.DEAL_ROLES, Entity.DEAL_PART, _DEAL_ROLES),
        _form(FormName.REVIEWS, Entity.REVIEW, _REVIEWS),
    )
}
