"""Every kind of edit that a storm brings, made of choices that somebody else makes: Hypothesis, or a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from rep import Rep

Option = TypeVar("Option")


class Dice(Protocol):
    """Makes the choices."""

    def choose(self, options: Sequence[Option]) -> Option:
        """One of the options, of which there is at least one."""
        ...


NAMES = (
    "Acme",
    "Ünïcode 😀 GmbH",
    "x" * 255,
    "NULL",
    "NA",
    "o'Brien; DROP",
    'a "quoted" name',
    "é" * 80,
    "-",
    "\t Spaced ",
)
AMOUNTS = ("0", "-1500.25", "1", "0.01", "99999.99", "123456789012.34", "77777777777777", "1e3", None)
DATES = ("2026-10-31", "2026-10-30", "2025-11-01", "2025-10-31", "2024-11-01", "2027-03-01", "1999-12-31")
CURRENCIES = ("EUR", "USD", "GBP")
STANCES = ("champion", "neutral", "opponent", "Promoter", "Detractor", "Martian", None)
INFLUENCES = ("1", "3", "5", "high", "low", "9", None)
BUYING = ("DECISION_MAKER", "BUDGET_HOLDER;END_USER", "LEGAL_AND_COMPLIANCE", "CHAMPION", "OTHER", None)
QUANTITIES = ("1", "3", "2.5", "-2", "0", "1000000")
NUMBERS = ("champions", "stakeholders_identified", "weighted_pipeline", "win_rate")
MERGEABLE = ("account", "contact", "deal")
DELETABLE = ("account", "contact", "deal", "line_item")

Edit = Callable[[Rep, Dice], None]


def make_account(rep: Rep, dice: Dice) -> None:
    """A new account."""
    rep.create("account", {"name": dice.choose(NAMES), "potential": dice.choose(AMOUNTS)}, {})


def make_contact(rep: Rep, dice: Dice) -> None:
    """A new contact, mostly at an account."""
    account = _some(rep, dice, "account")
    values = {"last_name": dice.choose(NAMES)[:80], **_opinion(dice)}
    rep.create("contact", values, {"account": account} if account else {})


def make_deal(rep: Rep, dice: Dice) -> None:
    """A new deal."""
    account = _some(rep, dice, "account")
    values = {
        "name": dice.choose(NAMES)[:120],
        "stage": dice.choose(rep.stages()),
        "amount": dice.choose(AMOUNTS),
        "close_date": dice.choose(DATES),
        "currency": dice.choose(CURRENCIES),
    }
    rep.create("deal", values, {"account": account} if account else {})


def make_line_item(rep: Rep, dice: Dice) -> None:
    """A product more on a deal."""
    deal, product = _some(rep, dice, "deal"), _some(rep, dice, "product")
    if deal and product:
        values = {"quantity": dice.choose(QUANTITIES), "price": dice.choose(AMOUNTS)}
        rep.create("line_item", values, {"deal": deal, "product": product})


def change_account(rep: Rep, dice: Dice) -> None:
    """A new name, or another potential."""
    _change(rep, dice, "account", {"name": NAMES, "potential": AMOUNTS})


def change_contact(rep: Rep, dice: Dice) -> None:
    """A new name, role, influence or stance; or the person leaves, or comes back."""
    choices = {"roles": BUYING, "influence": INFLUENCES, "stance": STANCES, "departed": ("true", "false")}
    _change(rep, dice, "contact", {"first_name": [*(name[:40] for name in NAMES), None], **choices})


def change_deal(rep: Rep, dice: Dice) -> None:
    """Another name, stage, amount or close date."""
    choices = {"stage": rep.stages(), "amount": AMOUNTS, "close_date": DATES, "currency": CURRENCIES}
    _change(rep, dice, "deal", {"name": [name[:120] for name in NAMES], **choices})


def change_line_item(rep: Rep, dice: Dice) -> None:
    """Another quantity or price."""
    _change(rep, dice, "line_item", {"quantity": QUANTITIES, "price": AMOUNTS})


def touch(rep: Rep, dice: Dice) -> None:
    """A deal passes through several stages at once."""
    deal = _some(rep, dice, "deal")
    for _ in range(3 if deal else 0):
        rep.change("deal", str(deal), {"stage": dice.choose(rep.stages())})


def delete(rep: Rep, dice: Dice) -> None:
    """A record less."""
    kind = dice.choose(DELETABLE)
    record = _some(rep, dice, kind)
    if record:
        rep.delete(kind, record)


def merge(rep: Rep, dice: Dice) -> None:
    """Two records become one."""
    kind = dice.choose(MERGEABLE)
    winner, loser = _some(rep, dice, kind), _some(rep, dice, kind)
    if winner and loser and winner != loser:
        rep.merge(kind, winner, loser)


def move(rep: Rep, dice: Dice) -> None:
    """A contact, a deal or a subsidiary goes to another account, or to none."""
    kind = dice.choose(("contact", "deal", "account"))
    record = _some(rep, dice, kind)
    if record:
        rep.move(kind, record, dice.choose([None, *rep.ids("account")]))


def put_on(rep: Rep, dice: Dice) -> None:
    """A person joins a deal, or works for another account too."""
    of = dice.choose(("deal", "deal", "account"))
    other, contact = _some(rep, dice, of), _some(rep, dice, "contact")
    if other and contact:
        rep.link(of, other, contact, dice.choose(rep.roles()))


def take_off(rep: Rep, dice: Dice) -> None:
    """A person leaves a deal or an account."""
    of = dice.choose(("deal", "account"))
    links = rep.links(of)
    if links:
        rep.unlink(of, dice.choose(links))


def relabel(rep: Rep, dice: Dice) -> None:
    """A person plays another part in a deal."""
    links = rep.links("deal")
    if links:
        link = dice.choose(links)
        rep.unlink("deal", link)
        rep.link("deal", link[1], link[2], dice.choose(rep.roles()))


def tamper(rep: Rep, dice: Dice) -> None:
    """Somebody writes over a figure of ours."""
    account = _some(rep, dice, "account")
    if account:
        rep.tamper("account", account, dice.choose(NUMBERS), dice.choose((7, 999, None)))


def _some(rep: Rep, dice: Dice, kind: str) -> str | None:
    ids = rep.ids(kind)
    return dice.choose(ids) if ids else None


def _change(rep: Rep, dice: Dice, kind: str, choices: dict[str, Sequence[Any]]) -> None:
    record = _some(rep, dice, kind)
    if record:
        name = dice.choose(sorted(choices))
        rep.change(kind, record, {name: dice.choose(choices[name])})


def _opinion(dice: Dice) -> dict[str, Any]:
    return {"roles": dice.choose(BUYING), "influence": dice.choose(INFLUENCES), "stance": dice.choose(STANCES)}


EVERYWHERE: tuple[Edit, ...] = (
    make_account, make_contact, make_deal, make_line_item, change_account, change_contact, change_deal,
    change_line_item, touch, delete, merge, move, put_on, take_off, relabel, tamper,
)  # fmt: skip
