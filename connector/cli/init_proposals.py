"""What `playmaker init` proposes after a look at the CRM: mapping, scope and schedule, for a person to confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.base import Kind
from connector.cli.init_questions import Asker
from connector.cli.output import print_table, say
from connector.cli.words import heads, word
from connector.config.connection import Budget
from connector.config.draft import MappedField
from connector.config.faults import suggest
from connector.languages.speech import _, mark, ngettext
from connector.pipeline.errors import SetupError
from connector.pipeline.rhythm import Rhythm, choose_rhythm
from connector.wiring.survey import Survey
from mappings.overlay import read_shipped
from mappings.proposal import Proposal

SCOPES = {"pipelines": "pipeline", "types": "type", "record_types": "record_type"}
"""The lists under kpis.deals, each with the field of a deal that it goes by."""

_COLUMNS = (mark("kind"), mark("ours"), mark("CRM field"), mark("why"))


def confirm_mapping(asker: Asker, found: Sequence[Proposal], *, quiet: bool) -> list[Proposal]:
    """Those proposals that a person agrees to: all at once, else one by one."""
    if not found:
        return []
    if not quiet:
        rows = [(word(each.kind.value), each.field, each.source, explain(each)) for each in found]
        print_table(_("Fields of your own that seem to hold what the KPIs need"), heads(_COLUMNS), rows)
    if asker.yes(_("Read all of them?")):
        return list(found)
    return [each for each in found if asker.yes(_("Read {field} from {source}?", field=each.field, source=each.source))]


def explain(proposal: Proposal) -> str:
    """Why this field: its label and type, and what is left for the admin to say."""
    parts = [_("labelled {label}, type {type}", label=proposal.label, type=proposal.type)]
    if proposal.unknown:
        parts.append(_("give a meaning to: {words} (docs/mapping.md)", words=", ".join(proposal.unknown)))
    if proposal.others:
        parts.append(_("also looks like it: {names}", names=", ".join(proposal.others)))
    return "; ".join(parts)


def lay_out(taken: Sequence[Proposal]) -> dict[str, dict[str, MappedField]]:
    """The proposals as lines of the file, kind by kind."""
    laid: dict[str, dict[str, MappedField]] = {}
    for each in taken:
        laid.setdefault(each.kind.value, {})[each.field] = MappedField(each.source, explain(each))
    return laid


def choose_scope(
    asker: Asker, crm: str, seen: Survey | None, given: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Which deals count. What is given, or answered, may be ids or labels; empty: all."""
    return {key: _choose_values(asker, key, given[key], _offer(crm, seen, key)) for key in SCOPES}


def _offer(crm: str, seen: Survey | None, key: str) -> Mapping[str, str]:
    rule = read_shipped(crm).get(Kind.DEAL, {}).get(SCOPES[key])
    return seen.options(Kind.DEAL, rule.field if rule else None) if seen else {}


def _choose_values(asker: Asker, key: str, given: Sequence[str], offered: Mapping[str, str]) -> list[str]:
    if given or len(offered) <= 1:
        return [_find_value(key, one, offered) for one in given]
    labels = ", ".join(offered.values())
    question = _("Which {what} of deals count, with commas between ({labels}); empty: all", what=key, labels=labels)
    answer = asker.text(question, "")
    names = [name.strip() for name in answer.split(",") if name.strip()]
    return [_find_value(key, name, offered) for name in names]


def _find_value(key: str, name: str, offered: Mapping[str, str]) -> str:
    by_label = {label.lower(): value for value, label in offered.items()}
    if not offered or name in offered:
        return name
    if value := by_label.get(name.lower()):
        return value
    raise SetupError(
        _("kpis.deals.{key}: the CRM has no {name}{hint}", key=key, name=name, hint=suggest(name, offered.values()))
    )


def propose_rhythm(seen: Survey) -> Rhythm:
    """The schedule that fits the limits, by what there is to read."""
    return choose_rhythm(seen.records, seen.limits.daily_limit, Budget().share_of_daily_limit)


def say_cost(rhythm: Rhythm) -> str:
    """What the schedule is reckoned to cost."""
    cost = ngettext("about {number} API call a day", "about {number} API calls a day", rhythm.a_day)
    if rhythm.allowed is None:
        return cost
    return _("{cost} of the {allowed} that are ours (budget)", cost=cost, allowed=rhythm.allowed)


def tell_of_people(seen: Survey) -> None:
    """Person accounts are no choice: said, so that nobody wonders."""
    if "IsPersonAccount" in seen.schemas.get(Kind.ACCOUNT, {}):
        say(_("person accounts are read like other accounts: each is an account, and a contact of its own"))
