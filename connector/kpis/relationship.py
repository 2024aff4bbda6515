"""KPIs of relationship and engagement: who decides, who is for and against us, and how many people we know per deal."""

from __future__ import annotations

from connector.kpis.deals import DealView
from connector.kpis.inputs import AMOUNT, DEALS, INFLUENCE, LINKS, PEOPLE, ROLE, STANCE
from connector.kpis.people import Person
from connector.kpis.people_traces import trace_mapped, trace_roles, trace_stance
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, add_up, count, ratio, share, total
from connector.kpis.sale_traces import trace_threads
from connector.kpis.traces import trace_stakeholders
from connector.kpis.view import AccountView

MULTI_THREADED = 2
"""Active contacts from which on a deal no longer hangs by a single thread."""

STAKEHOLDERS = PEOPLE + ROLE + DEALS + LINKS


@account_kpi(
    unit=Unit.COUNT, needs=STAKEHOLDERS, written=True, trace=lambda view: trace_stakeholders(_identified(view), view)
)
def stakeholders_identified(view: AccountView) -> Kpi:
    """Stakeholders identified.

    People of this account known to matter in a purchase: active contacts with a decision role (economic, technical,
    user or coach), placeholders (people known to exist, not yet named), and active contacts on an open deal whose role
    is still unknown. One person counts once.

    Someone whose role is known to be *other* is not a stakeholder by role. A person of another account who only
    appears on a deal counts in that deal's figures alone. Example: an economic buyer, a user who has left, a
    placeholder, somebody without a role on an open deal, and a contact whose role is other: the first, the
    placeholder and the one on the deal, 3.
    """
    return count(len(_identified(view)))


@account_kpi(
    unit=Unit.COUNT,
    needs=STAKEHOLDERS + INFLUENCE + STANCE,
    written=True,
    trace=lambda view: trace_mapped(_identified(view), view),
)
def stakeholders_mapped(view: AccountView) -> Kpi:
    """Stakeholders mapped.

    Of the stakeholders identified, those of whom we know all three: decision role, influence and stance.

    Example: of three stakeholders identified one is known by role and influence alone, one has no name yet, and of
    the third role, influence and stance are known: 1.
    """
    return count(len(_mapped(view)))


@account_kpi(
    unit=Unit.FRACTION,
    needs=STAKEHOLDERS + INFLUENCE + STANCE,
    written=True,
    trace=lambda view: trace_stakeholders(_identified(view), view),
)
def stakeholder_coverage(view: AccountView) -> Kpi:
    """Stakeholder coverage.

    Stakeholders mapped (role, influence and stance known) divided by stakeholders identified. Empty where no
    stakeholder is identified.

    Example: of 8 stakeholders identified 5 are mapped: 5 / 8 = 0.625.
    """
    identified = len(_identified(view))
    return ratio(len(_mapped(view)), identified, identified)


@account_kpi(unit=Unit.FRACTION, needs=PEOPLE + ROLE, trace=trace_roles)
def role_coverage(view: AccountView) -> Kpi:
    """Decision roles covered.

    Share of the required roles ({required_roles}) that at least one active contact of the account holds.

    An account without contacts covers none of its required roles: 0, not empty. n is the number of people who hold
    one of them. Example: with all four roles required, two economic buyers, one user and a technical buyer who has
    left: economic and user are held, 2 / 4 = 0.5, with n = 3.
    """
    required = view.frame.settings.required_roles
    holders = [person for person in view.named if person.role in required]
    return share(len({person.role for person in holders}), len(required), len(holders))


@account_kpi(
    unit=Unit.COUNT,
    needs=PEOPLE + STANCE,
    written=True,
    trace=lambda view: trace_stance(view, lambda person: person.is_champion),
)
def champions(view: AccountView) -> Kpi:
    """Champions.

    Active contacts of the account whose stance is champion: they speak for us when we are not in the room.

    Example: of three champions one has left: 2.
    """
    return count(sum(person.is_champion for person in view.named))


@account_kpi(
    unit=Unit.COUNT,
    needs=PEOPLE + STANCE + INFLUENCE,
    written=True,
    trace=lambda view: trace_stance(view, lambda person: person.is_influential_opponent),
)
def influential_opponents(view: AccountView) -> Kpi:
    """Influential opponents.

    Active contacts of the account whose stance is opponent and whose influence is high (4 or 5 of 5).

    Example: opponents of influence 5, 4, 3 and unknown: 2.
    """
    return count(sum(person.is_influential_opponent for person in view.named))


@account_kpi(unit=Unit.COUNT, needs=DEALS + LINKS, written=True, trace=lambda view: trace_threads(view, _hangs_by_one))
def single_threaded_deals(view: AccountView) -> Kpi:
    """Single-threaded deals.

    Open deals on which we know fewer than two active contacts: one departure can end them.

    Example: open deals with no, one and two active contacts: 2. One with three contacts of whom two have left is a
    third.
    """
    return count(len(_single_threaded(view)))


@account_kpi(unit=Unit.MONEY, needs=DEALS + LINKS + AMOUNT, trace=lambda view: trace_threads(view, _hangs_by_one))
def single_threaded_amount(view: AccountView) -> Kpi:
    """Single-threaded amount.

    Sum of the amounts, in {currency}, of the open deals on which we know fewer than two active contacts.

    A deal without an amount adds nothing. Example: of two single-threaded deals one is worth 40,000 and one has no
    amount: 40,000, with n = 1.
    """
    return total(add_up(deal.amount for deal in _single_threaded(view)))


@account_kpi(unit=Unit.NUMBER, needs=DEALS + LINKS, trace=trace_threads)
def threads_per_deal(view: AccountView) -> Kpi:
    """Contacts per open deal.

    Active contacts on open deals divided by open deals; a person on two deals counts on each. Empty where no deal
    is open.

    Example: on three open deals there are 2, 1 and 0 active contacts: 3 / 3 = 1.
    """
    deals = len(view.open_deals)
    return ratio(sum(len(deal.active_contacts) for deal in view.open_deals), deals, deals)


def _identified(view: AccountView) -> list[Person]:
    on_open_deals = {person.id for deal in view.open_deals for person in deal.contacts}
    return [
        person
        for person in view.stakeholders
        if not person.named or person.decides or (person.role is None and person.id in on_open_deals)
    ]


def _mapped(view: AccountView) -> list[Person]:
    return [person for person in view.stakeholders if person.is_mapped]


def _single_threaded(view: AccountView) -> list[DealView]:
    return [deal for deal in view.open_deals if _hangs_by_one(deal)]


def _hangs_by_one(deal: DealView) -> bool:
    return len(deal.active_contacts) < MULTI_THREADED
