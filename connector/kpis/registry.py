"""The decorators that make a function a KPI: its name is the key, its docstring the label and the help text.

The docstring's first line is the label, its second paragraph the help text for reps, and further paragraphs say in
the documentation what a rep need not read. {window_days} and the other names of Wording.fill are filled in. Label and
help text are said in the configured language; its catalogue in connector/languages must have them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Required, TypeAlias, TypedDict, Unpack

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.deals import DealView
from connector.kpis.inputs import Inputs
from connector.kpis.result import Kpi
from connector.kpis.stages import StageView
from connector.kpis.trace import Trace
from connector.kpis.view import AccountView
from connector.languages.translation import Translator

AccountFunction: TypeAlias = Callable[[AccountView], Kpi]
DealFunction: TypeAlias = Callable[[DealView], Kpi]
StageFunction: TypeAlias = Callable[[AccountView, StageView], Kpi]
InputsOf: TypeAlias = Callable[[KpiSettings], Inputs]
TraceOf: TypeAlias = Callable[..., Trace]
"""Takes the views that the KPI's own function takes."""


class Unit(StrEnum):
    """What a KPI's value is."""

    COUNT = "count"
    FRACTION = "fraction"
    MONEY = "money"
    MONEY_PER_DAY = "money_per_day"
    NUMBER = "number"
    DAYS = "days"
    TEXT = "text"
    DATE = "date"
    YES_NO = "yes_no"


MONEY_UNITS = frozenset({Unit.MONEY, Unit.MONEY_PER_DAY})


class Words(TypedDict, total=False):
    """What a KPI declares of itself beside its docstring, as the decorators take it: see Traits."""

    unit: Required[Unit]
    needs: Inputs | InputsOf
    written: bool
    sample: str
    version: int
    trace: TraceOf
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a KPI declares of itself beside its docstring.

    `needs`: its inputs, or a function of the settings that tells them. `written`: to the CRM by default. `sample`:
    what a record behind it is called where there are too few. `version` rises when the formula changes. `trace`: tells
    the records behind a figure and those left out, for `playmaker explain`. `quiet`: where there is no such thing,
    nothing is wrong with the account's data, so that the status line is silent about it.
    """

    unit: Unit
    needs: Inputs | InputsOf = ()
    written: bool = False
    sample: str = "record"
    version: int = 1
    trace: TraceOf | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """How labels and help texts are said: with the numbers of the settings, the reporting currency, in a language."""

    settings: KpiSettings
    currency: str
    translator: Translator = field(default_factory=Translator)

    def say(self, text: str) -> str:
        """A text in the language, filled in."""
        return self.fill(self.translator.say(text))

    def fill(self, text: str) -> str:
        """Put the settings (by their names) and the currency into a text."""
        words = {name: getattr(self.settings, name) for name in type(self.settings).model_fields}
        words["required_roles"] = ", ".join(self.translator.say(role) for role in self.settings.required_roles)
        words["revenue_source"] = self.translator.say(self.settings.revenue_source)
        return text.format(**words, currency=self.currency)


@dataclass(frozen=True, slots=True)
class Definition:
    """A KPI: its function over one view; `per_stage`: one figure for each open stage, keyed key[STAGE]."""

    key: str
    kind: Kind
    function: Callable[..., Kpi]
    traits: Traits
    per_stage: bool = False

    @property
    def paragraphs(self) -> list[str]:
        """The docstring's paragraphs, each on one line."""
        text = inspect.getdoc(self.function) or ""
        return [" ".join(part.split()) for part in text.split("\n\n")]

    @property
    def title(self) -> str:
        """The English label before it is filled in: its identity in the catalogues."""
        return self.paragraphs[0].removesuffix(".")

    @property
    def help_text(self) -> str:
        """The English help text before it is filled in."""
        return "".join(self.paragraphs[1:2])

    def label(self, wording: Wording) -> str:
        """What the CRM calls the field."""
        return wording.say(self.title)

    def help(self, wording: Wording) -> str:
        """What a rep reads about it."""
        return wording.say(self.help_text)

    def notes(self, wording: Wording) -> list[str]:
        """What a rep need not read: the documentation says it, and `playmaker explain`."""
        return [wording.say(part) for part in self.paragraphs[2:]]

    @property
    def trace(self) -> TraceOf | None:
        """What tells the records behind a figure."""
        return self.traits.trace or TRACES.get(self.key)

    def inputs(self, settings: KpiSettings) -> Inputs:
        """The inputs under these settings."""
        needs = self.traits.needs
        return needs(settings) if callable(needs) else needs


REGISTRY: dict[str, Definition] = {}
"""Every KPI by its key, filled by the decorators."""


TRACES: dict[str, TraceOf] = {}
"""By key, the traces that stand below the KPIs that they explain."""


def trace_of(*kpis: Callable[..., Kpi]) -> Callable[[TraceOf], TraceOf]:
    """Make a function, which takes the views that these KPIs take, tell the records behind them."""

    def register(function: TraceOf) -> TraceOf:
        TRACES.update(dict.fromkeys((_name(kpi) for kpi in kpis), function))
        return function

    return register


def account_kpi(**words: Unpack[Words]) -> Callable[[AccountFunction], AccountFunction]:
    """Make a function over an account's view a KPI."""

    def register(function: AccountFunction) -> AccountFunction:
        _add(Definition(_name(function), Kind.ACCOUNT, function, Traits(**words)))
        return function

    return register


def stage_kpi(**words: Unpack[Words]) -> Callable[[StageFunction], StageFunction]:
    """Make a function over an account's view and an open stage a family of KPIs, one for each stage."""

    def register(function: StageFunction) -> StageFunction:
        _add(Definition(_name(function), Kind.ACCOUNT, function, Traits(**words), per_stage=True))
        return function

    return register


def deal_kpi(**words: Unpack[Words]) -> Callable[[DealFunction], DealFunction]:
    """Make a function over a deal's view a KPI."""

    def register(function: DealFunction) -> DealFunction:
        _add(Definition(_name(function), Kind.DEAL, function, Traits(**words)))
        return function

    return register


def _name(function: Callable[..., Kpi]) -> str:
    return str(getattr(function, "__name__", ""))


def _add(definition: Definition) -> None:
    """Two KPIs of one name would overwrite each other's field."""
    if definition.key in REGISTRY:
        raise ValueError(f"there is already a KPI called {definition.key}; give this function another name")
    REGISTRY[definition.key] = definition
