"""The platform's SQLite file: WAL, so that a killed process loses nothing it has answered for."""

import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.practice import x_schema
from app.practice.schema import ADDED, LATER, SCHEMA

# The largest number SQLite can hold; a bigger one from outside would raise in the driver.
LARGEST = 2**63 - 1


class Store:
    """Hands out connections: readers see one moment, writers go one at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._writer = threading.Lock()
        with self._connection() as db:
            db.executescript(SCHEMA)
            _add_columns(db)
            db.executescript(LATER)
            db.executescript(x_schema.SCHEMA)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: kept when the block ends, undone when it raises."""
        with self._writer, self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def close(self) -> None:
        while not self._idle.empty():
            self._idle.get_nowait().close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            db = self._idle.get_nowait()
        except queue.Empty:
            db = self._open()
        try:
            yield db
        finally:
            self._idle.put(db)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=20, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode=WAL")
        # NORMAL survives a killed process; only a power cut could lose the last moments.
        db.execute("PRAGMA synchronous=NORMAL")
        return db


def _add_columns(db: sqlite3.Connection) -> None:
    for table, name, kind in ADDED:
        there = {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}
        if name not in there:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
