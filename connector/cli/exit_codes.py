"""What each exit code tells the shell, the scheduler and the monitoring."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from connector.pipeline.report import ConnectionReport, ErrorKind


class ExitCode(IntEnum):
    """The first that applies, in the order of `worst`."""

    DONE = 0
    UNEXPECTED = 1
    SETUP = 2
    REFUSED = 3
    INCOMPLETE = 4
    RECORDS_REFUSED = 5


_BY_ERROR = {
    ErrorKind.SETUP: ExitCode.SETUP,
    ErrorKind.REFUSED: ExitCode.REFUSED,
    ErrorKind.INCOMPLETE: ExitCode.INCOMPLETE,
}


def exit_code_of(kind: ErrorKind) -> ExitCode:
    """The exit code of one foreseeable fault."""
    return _BY_ERROR[kind]


def worst(reports: Sequence[ConnectionReport]) -> ExitCode:
    """The exit code of a run over several connections."""
    codes = {exit_code_of(ErrorKind(report.error["kind"])) for report in reports if report.error}
    if any(report.refused for report in reports):
        codes.add(ExitCode.RECORDS_REFUSED)
    return min(codes, default=ExitCode.DONE)
