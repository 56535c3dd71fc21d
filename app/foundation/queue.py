"""The job engine, which only carries the news that there is work.

The database's rows are the truth: a lost piece of news is found by the sweep. Everyone may
`wake` a topic, after the commit; only `app.jobs` says what a topic runs.
"""

from collections.abc import Callable
from pathlib import Path

import structlog
from huey import RedisHuey, SqliteHuey, crontab
from huey.api import Huey

log = structlog.get_logger()


class Queue:
    """Carries topics from any process to the worker."""

    def __init__(self, huey: Huey) -> None:
        self.huey = huey
        self.topics: dict[str, Callable[[], None]] = {}
        self._task = huey.task(name="wake")(self._run)
        self._sweep = huey.periodic_task(crontab(), name="sweep")(self._wake_all)

    def wake(self, topic: str, delay: float = 0.0) -> None:
        """Tell the worker. Work is never lost by a failure here: the sweep comes each minute."""
        try:
            if delay > 0:
                self._task.schedule((topic,), delay=delay)
            else:
                self._task(topic)
        except Exception as problem:  # whatever the storage raises, the rows are there
            log.warning("wake failed", topic=topic, error=type(problem).__name__)

    def _run(self, topic: str) -> None:
        run = self.topics.get(topic)
        if run is not None:
            run()

    def _wake_all(self) -> None:
        for topic in self.topics:
            self._task(topic)


def open_queue(data_dir: Path, redis_url: str, database_url: str) -> Queue:
    """The queue for this desk: Redis where given, else PostgreSQL or a SQLite file."""
    if redis_url:
        return Queue(RedisHuey("vuoro", url=redis_url, results=False))
    return Queue(
        SqliteHuey("vuoro", filename=str(data_dir / "queue.sqlite3"), results=False, fsync=False)
    )
