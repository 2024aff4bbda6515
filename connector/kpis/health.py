"""KPIs of the plan itself: whether people keep it up, and what is wrong with it."""

from __future__ import annotations

from collections import Counter

from connector.kpis.findings import CHECKS, find_plan_findings, touches
from connector.kpis.registry import Unit, account_kpi, trace_of
from connector.kpis.result import Kpi, Status, unknown
from connector.kpis.trace import Counted, LeftOut, Trace
from connector.kpis.view import AccountView
from connector.languages.speech import _

FULL_HEALTH = 100


@account_kpi(unit=Unit.DATE, quiet=True)
def plan_touched_on(view: AccountView) -> Kpi:
    """Plan last worked on.

    Date of the last change that a person made to the account plan (or, in the CRM, to what somebody is to us: role,
    influence, stance). What the connector does by itself never counts.

    n is the number of such changes.

    Example: changed by people on 3 May and 12 June, and synced on 30 June: 12 June.
    """
    days = [day for day, _ in touches(view)]
    return Kpi(max(days), Status.OK, len(days)) if days else unknown(Status.NO_DATA)


@account_kpi(unit=Unit.NUMBER, written=True, quiet=True)
def plan_health(view: AccountView) -> Kpi:
    """Plan health (0 to 100).

    100 minus: no objective 20, not worked on for 90 days 20, less than half of the stakeholders mapped 15, nobody's
    stance known 15, open actions without owner or due date 10, no open action 10, one single contributor in 180 days 5,
    a review overdue 5. The status names what was found. Strategic accounts only.

    The findings are written as codes: no_objective, untouched, low_coverage, no_stance, loose_actions, no_open_action,
    single_contributor, review_overdue; and contact_list, which costs nothing by itself: there are people, but no
    objective, no action and nobody's stance. A business issue is no objective; the plan's main objective is one.
    Coverage is low too where no stakeholder is identified. A review is overdue when even its tolerance has passed.
    n is the number of findings.

    Example: a plan with an objective, one open action without an owner, last worked on yesterday by the only person
    who ever did, with one of its two stakeholders mapped and no review overdue: 100 - 10 - 5 = 85.
    """
    if not view.is_strategic:
        return unknown(Status.NO_DATA)
    found = find_plan_findings(view)
    health = max(0, FULL_HEALTH - sum(finding.weight for finding in found))
    return Kpi(health, Status.OK, len(found), findings=tuple(finding.code for finding in found))


@trace_of(plan_touched_on)
def _trace_touches(view: AccountView) -> Trace:
    """By day and author: how often each worked on the plan."""
    made = Counter(touches(view))
    return Trace(
        [Counted(None, f"{day}, {author}", {"changes": times}) for (day, author), times in sorted(made.items())]
    )


@trace_of(plan_health)
def _trace_findings(view: AccountView) -> Trace:
    found = {finding.code for finding in find_plan_findings(view)}
    counted = [Counted(None, one.say(), {"costs": one.weight}) for one, _ in CHECKS if one.code in found]
    why = _("nothing of the kind") if view.is_strategic else _("the account is not strategic")
    return Trace(counted, [LeftOut(None, one.say(), why) for one, _ in CHECKS if one.code not in found])
