"""Rules about all jobs: what is woken is installed, what is installed is looked at by itself."""

import ast

from app.cli.programs import EVERY
from app.jobs import topics
from tests.architecture.source import nodes
from tests.desks import Desk, sqlite_desk

__all__ = ["sqlite_desk"]


def woken() -> set[str]:
    """The topics that the code wakes by name."""
    return {
        str(node.args[0].value)
        for _, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "wake"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_topic_is_looked_at_by_itself_and_every_news_is_of_a_topic(
    sqlite_desk: Desk,
) -> None:
    topics.install(sqlite_desk.running)
    installed = set(sqlite_desk.running.queue.topics)

    assert set(EVERY) <= installed
    assert woken() <= installed
    assert {"intake", "fetch"} <= woken()


def test_the_worker_looks_often_enough_for_nothing_to_be_late() -> None:
    assert EVERY["deliver"] <= 5
    assert EVERY["intake"] <= 5
    assert max(EVERY.values()) <= 60


def test_every_topic_runs_on_a_quiet_desk(sqlite_desk: Desk) -> None:
    topics.install(sqlite_desk.running)

    for run in sqlite_desk.running.queue.topics.values():
        run()


def test_jobs_hold_no_logic() -> None:
    """No query and no state is decided at the door of time."""
    names = {
        alias.name
        for path, node in nodes()
        if path.startswith("app/jobs") and isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert not names & {"select", "update", "delete", "insert"}
