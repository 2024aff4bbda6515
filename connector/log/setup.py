"""Logging: one line per event on stderr, for people or as JSON, without secrets and personal data.

Bind what every line should carry with `structlog.contextvars.bound_contextvars(run_id=…, connection=…)`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import ProcessorFormatter

from connector.config.service import LogFile
from connector.log.redaction import Redaction
from connector.log.rotation import RotatedFile

if TYPE_CHECKING:
    from structlog.typing import Processor

_TALKATIVE = ("alembic", "apscheduler", "urllib3")
"""Libraries that report each of their steps as news."""


def configure(
    *,
    json: bool,
    level: str = "INFO",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
    file: LogFile | None = None,
) -> None:
    """Send our lines and those of every library to `stream` (stderr), and as JSON to `file`, where it names one.

    Call it again when the secrets are known. Raises OSError where the file cannot be written.
    """
    output, redaction = stream or sys.stderr, Redaction(secrets)
    handler = logging.StreamHandler(output)
    handler.setFormatter(_make_formatter(_make_renderer(json=json, output=output), redaction))
    root = logging.getLogger()
    _replace_handlers(root, [handler, *_open_file(file, redaction)])
    root.setLevel(level)
    _hush_libraries(root.level)
    sys.excepthook = report_unexpected
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_shared(), ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _open_file(file: LogFile | None, redaction: Redaction) -> Iterator[logging.Handler]:
    if file is not None and file.file is not None:
        handler = RotatedFile(Path(file.file), file.max_megabytes * _MEGABYTE, file.keep)
        handler.setFormatter(_make_formatter(JSONRenderer(ensure_ascii=False), redaction))
        yield handler


_MEGABYTE = 1024 * 1024


def _replace_handlers(root: logging.Logger, handlers: list[logging.Handler]) -> None:
    before, root.handlers = root.handlers, handlers
    for handler in before:
        if isinstance(handler, RotatedFile):
            handler.close()


def report_unexpected(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    """Log what nothing foresaw, for the interpreter's own report would show every secret in an error's text."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, at)
        return
    structlog.stdlib.get_logger(__name__).critical("unexpected error, please report it", exc_info=(kind, error, at))


def _hush_libraries(level: int) -> None:
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(level if level <= logging.DEBUG else max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # the report of a failed log call prints its arguments unredacted


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        TimeStamper(fmt="iso", utc=True),
    ]


def _make_formatter(renderer: Processor, redaction: Redaction) -> ProcessorFormatter:
    """The traceback is made text first (never with local variables), then everything is redacted, then written."""
    return ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[ProcessorFormatter.remove_processors_meta, format_exc_info, redaction, renderer],
    )


def _make_renderer(*, json: bool, output: TextIO) -> Processor:
    if json:
        return JSONRenderer(ensure_ascii=False)
    return ConsoleRenderer(colors=output.isatty(), exception_formatter=plain_traceback)
