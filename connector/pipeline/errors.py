"""What stops a connection's run before anything is pulled because its set-up is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.base import Kind
from connector.languages.speech import _, mark, ngettext


class SetupError(Exception):
    """Configuration and CRM do not fit together (exit 2): the message says what, where and what to do."""


class MissingFieldsError(SetupError):
    """The CRM does not have KPI fields that the run would write. `finding` and `mend`: the two halves of the line."""

    mend = mark("create them with `playmaker fields apply`, or run `sync --no-push`")

    def __init__(self, name: str, missing: Mapping[Kind, Sequence[str]]) -> None:
        """`missing`: their names in the CRM, by kind."""
        number = sum(map(len, missing.values()))
        named = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in missing.items())
        said = ngettext("{number} KPI field is not in the CRM", "{number} KPI fields are not in the CRM", number)
        self.mend = _(self.mend)
        super().__init__(f"{name}: {said}; {self.mend} ({named})")
        self.finding = f"{said} ({named})"


class TooMuchChangeError(SetupError):
    """The run would change more of the CRM's KPI values than `max_change` allows; a person must look (exit 2)."""
