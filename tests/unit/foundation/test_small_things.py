"""Errors, sentences and the log: what a person reads, and what must not be printed."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.foundation import errors, log
from app.foundation.words import Words, words


def test_a_sentence_is_filled_in_where_it_has_values() -> None:
    assert str(words("Wait %(seconds)d seconds.", seconds=5)) == "Wait 5 seconds."
    assert str(Words("100 % of it, %(as_it_is)s")) == "100 % of it, %(as_it_is)s"
    assert words("a", b=1) == Words("a", {"b": 1})


@pytest.mark.parametrize(
    ("kind", "status"),
    [(errors.Invalid, 422), (errors.Forbidden, 403), (errors.Conflict, 409), (errors.TooSoon, 429)],
)
def test_an_error_carries_its_sentence_and_its_status(
    kind: type[errors.DeskError], status: int
) -> None:
    problem = kind(Words("Not now, %(name)s.", {"name": "Ben"}))

    assert (str(problem), problem.status, problem.reason.text) == (
        "Not now, Ben.", status, "Not now, %(name)s.",
    )  # fmt: skip


def test_not_found_says_the_same_whether_it_is_missing_or_closed() -> None:
    assert str(errors.NotFound()) == "There is nothing here, or it is not open to you."
    assert str(errors.NotFound(Words("No."))) == "No."
    assert errors.NotFound().status == 404


def test_an_error_names_the_field_or_shows_the_other_text() -> None:
    assert errors.Invalid(Words("x"), "email").field == "email"
    assert errors.Conflict(Words("x"), "theirs").theirs == "theirs"


Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def logging_put_back() -> Iterator[None]:
    handlers, level, config = logging.root.handlers[:], logging.root.level, structlog.get_config()
    yield
    logging.root.handlers[:], logging.root.level = handlers, level
    structlog.configure(**config)


def test_an_event_is_one_line_of_json(capsys: Captured) -> None:
    log.set_up("INFO")
    structlog.get_logger().info("item set aside", channel=7)

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line) | {"timestamp": ""} == {
        "event": "item set aside", "channel": 7, "level": "info", "timestamp": "",
    }  # fmt: skip


def test_less_is_logged_when_less_is_asked_for(capsys: Captured) -> None:
    log.set_up("ERROR")
    structlog.get_logger().warning("nothing much")

    assert capsys.readouterr().err == ""


def test_an_exception_is_named_by_its_class_only(capsys: Captured) -> None:
    log.set_up("DEBUG")
    try:
        raise ValueError("secret-words")
    except ValueError:
        structlog.get_logger().exception("reading failed", channel=7)

    said = capsys.readouterr().err
    assert "reading failed" in said
    assert "secret-words" not in said


def test_an_exception_that_a_library_logs_keeps_its_class_and_its_place(capsys: Captured) -> None:
    log.set_up("INFO")
    try:
        raise ValueError("secret-words")
    except ValueError:
        logging.getLogger("huey").exception("Unhandled exception in task 7.")

    said = capsys.readouterr().err
    assert "Unhandled exception in task 7." in said
    assert "ValueError at foundation/test_small_things.py:" in said
    assert "secret-words" not in said


def test_where_nothing_was_raised_nothing_is_said() -> None:
    assert log.where(None) == ""


@pytest.mark.parametrize("name", ["tweepy.client", "urllib3.connectionpool", "huey", "facebook"])
def test_libraries_that_would_log_tokens_stay_quiet_even_at_debug(
    capsys: Captured, name: str
) -> None:
    log.set_up("DEBUG")
    logging.getLogger(name).info("Authorization: Bearer secret-token")
    logging.getLogger(name).debug("GET /me?appsecret_proof=secret")

    assert "secret" not in capsys.readouterr().err
