from __future__ import annotations

import io
import json
import logging
import warnings
from pathlib import Path

import pytest
import structlog

from connector.config.service import LogFile
from connector.log import setup as log


@pytest.fixture(autouse=True)
def _leave_logging_as_it_was():
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    yield
    root.handlers, logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    for name in ("alembic", "apscheduler", "urllib3"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def start():
    """Configure the log onto a text, and give that text."""

    def start(**options) -> io.StringIO:
        stream = io.StringIO()
        log.configure(**{"json": True, **options}, stream=stream)
        return stream

    return start


def _fail(message: str) -> None:
    local_value = "-".join(["hidden", "local", message[:5]])
    raise RuntimeError(message + local_value[:0])


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json(start):
    stream = start()
    structlog.get_logger("connector").info("pulled", kind="deal", records=3)
    (line,) = _lines(stream)
    assert (line["event"], line["kind"], line["records"], line["level"]) == ("pulled", "deal", 3, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_every_line_carries_the_run_and_the_connection(start):
    stream = start()
    with structlog.contextvars.bound_contextvars(run_id="r1", connection="emea"):
        structlog.get_logger().info("ours")
        logging.getLogger("library").warning("theirs")
    assert [(line["run_id"], line["connection"]) for line in _lines(stream)] == [("r1", "emea")] * 2


def test_the_lines_of_a_library_are_redacted(start):
    stream = start()
    logging.getLogger("urllib3.connectionpool").warning("Retrying %s", "/x?hapikey=abcdef")
    assert _lines(stream)[0]["event"] == "Retrying /x?hapikey=[redacted]"


def test_talkative_libraries_are_heard_from_warnings_on(start):
    stream = start()
    for name in ("apscheduler.scheduler", "alembic.runtime", "urllib3.connectionpool"):
        logging.getLogger(name).info("step")
    assert stream.getvalue() == ""


def test_talkative_libraries_are_heard_when_asked_for_everything(start):
    stream = start(level="DEBUG")
    logging.getLogger("apscheduler.scheduler").debug("step")
    assert _lines(stream)[0]["event"] == "step"


def test_a_level_silences_what_is_below_it(start):
    stream = start(level="ERROR")
    structlog.get_logger().warning("unheard")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_traceback_shows_no_local_variable_and_no_secret(start, json_lines):
    stream = start(json=json_lines)
    try:
        _fail("refused for jane@example.com")
    except RuntimeError:
        structlog.get_logger().exception("failed")
    text = stream.getvalue()
    assert "RuntimeError: refused for [redacted]" in text
    assert "hidden-local-" not in text


def test_the_traceback_of_a_library_is_redacted_too(start):
    stream = start(secrets=["correct-horse"])
    try:
        _fail("sent correct-horse")
    except RuntimeError:
        logging.getLogger("library").exception("failed")
    assert "RuntimeError: sent [redacted]" in str(_lines(stream)[0]["exception"])


def test_secrets_learnt_later_are_hidden_from_then_on(start):
    start()
    logger = structlog.get_logger()
    logger.info("before")
    stream = start(secrets=["correct-horse"])
    logger.info("uses correct-horse")
    assert _lines(stream)[0]["event"] == "uses [redacted]"


def test_lines_for_people_hold_event_and_values(start):
    stream = start(json=False)
    structlog.get_logger().info("pulled", kind="deal")
    assert "pulled" in stream.getvalue()
    assert "kind=deal" in stream.getvalue()


def test_configuring_twice_does_not_write_twice(start):
    start()
    stream = start()
    structlog.get_logger().info("once")
    assert len(_lines(stream)) == 1


def test_warnings_become_lines(start):
    stream = start()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old way", stacklevel=1)
    assert "old way" in str(_lines(stream)[0]["event"])


def test_a_call_that_a_library_got_wrong_prints_no_argument(start, capsys):
    start()
    logging.getLogger("library").warning("%d calls", "hunter-2")
    assert "hunter-2" not in capsys.readouterr().err


def test_the_log_goes_to_stderr(capsys):
    log.configure(json=True)
    structlog.get_logger().info("here")
    captured = capsys.readouterr()
    assert (captured.out, "here" in captured.err) == ("", True)


def test_a_log_file_is_private_begins_anew_when_it_is_full_and_hides_what_the_stream_hides(start, tmp_path: Path):
    file = tmp_path / "served.log"
    stream = start(secrets=["hunter-2-hunter"], file=LogFile(file=str(file), max_megabytes=1, keep=2))
    for number in range(4000):
        structlog.get_logger().info("line", number=number, text=f"hunter-2-hunter {'x' * 1000}")
    start()  # closes the file
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["served.log", "served.log.1", "served.log.2"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert all(path.stat().st_size <= 1024 * 1024 for path in tmp_path.iterdir())
    assert json.loads(file.read_text().splitlines()[-1])["number"] == 3999
    assert "hunter-2" not in file.read_text() + stream.getvalue()
