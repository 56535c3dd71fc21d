"""The queue carries news; when it cannot, nothing is lost and nobody is stopped."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from huey.api import Huey

from app.foundation import queue
from app.foundation.queue import Queue, open_queue


@pytest.fixture(params=["sqlite", "redis", pytest.param("postgres", marks=pytest.mark.postgres)])
def open_one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Queue]]:
    """Opens the same queue again and again, as each program does."""
    redis = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    is_postgres = request.param == "postgres"
    database = request.getfixturevalue("postgres_url") if is_postgres else "sqlite:///x"
    opened: list[Queue] = []

    def one() -> Queue:
        opened.append(open_queue(tmp_path, redis, database))
        return opened[-1]

    one().huey.flush()
    yield one
    for each in opened:
        each.huey.flush()
        each.close()


def work(found: Queue) -> int:
    """What a worker's turn does: everything that waits now. Returns how much it was."""
    huey: Huey = found.huey
    done = 0
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
        done += 1
    return done


def test_news_told_by_one_program_is_run_by_another(open_one: Callable[[], Queue]) -> None:
    web, worker, done = open_one(), open_one(), []
    worker.topics["deliver"] = lambda: done.append("deliver")

    web.wake("deliver")

    assert (work(worker), done) == (1, ["deliver"])
    assert work(worker) == 0


def test_news_that_nobody_listens_for_is_dropped(open_one: Callable[[], Queue]) -> None:
    open_one().wake("nothing of ours")

    assert work(open_one()) == 1


def test_news_for_later_waits(open_one: Callable[[], Queue]) -> None:
    found = open_one()

    found.wake("deliver", delay=60)

    assert len(found.huey.scheduled()) + found.huey.pending_count() == 1


def test_the_same_news_ten_times_is_told_once_at_once_and_once_after(
    open_one: Callable[[], Queue],
) -> None:
    found = open_one()

    for _ in range(10):
        found.wake("intake")
    time.sleep(queue.PAUSE + 0.2)

    assert work(found) == 2


def test_a_sweep_wakes_every_topic(open_one: Callable[[], Queue]) -> None:
    found = open_one()
    done: list[str] = []
    found.topics["deliver"] = lambda: done.append("deliver")
    found.topics["intake"] = lambda: done.append("intake")

    (sweep,) = found.huey._registry.periodic_tasks
    found.huey.execute(sweep)
    work(found)

    assert done == ["deliver", "intake"]


@pytest.mark.parametrize("delay", [0.0, 5.0])
def test_a_storage_that_is_gone_stops_nobody(tmp_path: Path, delay: float) -> None:
    found = open_queue(tmp_path, "redis://127.0.0.1:9/0", "")

    found.wake("deliver", delay)
