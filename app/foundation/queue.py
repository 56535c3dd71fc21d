"""The job engine, which only carries the news that there is work.

The database's rows are the truth: a lost piece of news is found by the sweep. Everyone may
`wake` a topic, after the commit; only `app.jobs` says what a topic runs.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from huey import PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.api import Huey

log = structlog.get_logger()
PAUSE = 0.4
"""Seconds between two pieces of the same news from one process."""


class Queue:
    """Carries topics from any process to the worker."""

    def __init__(self, huey: Huey) -> None:
        self.huey = huey
        self.topics: dict[str, Callable[[], None]] = {}
        self._told: dict[str, float] = {}
        self._is_closed = False
        self._lock = threading.Lock()
        self._task = huey.task(name="wake")(self._run)
        self._sweep = huey.periodic_task(crontab(), name="sweep")(self._wake_all)

    def wake(self, topic: str, delay: float = 0.0) -> None:
        """Tell the worker. Work is never lost by a failure here: the sweep comes each minute.

        News that comes in quick succession is told once at its beginning and once after it.
        """
        if delay > 0:
            self._tell(topic, delay)
            return
        with self._lock:
            now, last = time.monotonic(), self._told.get(topic, -PAUSE)
            if now < last:
                return
            self._told[topic] = max(now, last + PAUSE)
        wait = last + PAUSE - now
        if wait <= 0:
            self._tell(topic)
        else:
            later = threading.Timer(wait, self._tell, (topic,))
            later.daemon = True
            later.start()

    def _tell(self, topic: str, delay: float = 0.0) -> None:
        if self._is_closed:  # a timer that was still running: the sweep tells it
            return
        try:
            if delay > 0:
                self._task.schedule((topic,), delay=delay)
            else:
                self._task(topic)
        except Exception as problem:  # whatever the storage raises, the rows are there
            log.warning("wake failed", topic=topic, error=type(problem).__name__)

    def let_go(self) -> None:
        """Close the storage's connections; the next news opens one of its own."""
        self.huey.storage.close()

    def close(self) -> None:
        """No more news from here."""
        self._is_closed = True
        self.let_go()

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
    if database_url.startswith("postgresql"):
        plain = database_url.replace("postgresql+psycopg:", "postgresql:", 1)
        return Queue(PostgresHuey("vuoro", dsn=plain, results=False))
    return Queue(
        SqliteHuey("vuoro", filename=str(data_dir / "queue.sqlite3"), results=False, fsync=False)
    )
