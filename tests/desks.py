"""A running desk without the practice platform's server, for tests of one room at a time.

Import the fixtures in a conftest.py: `from tests.desks import desk, sqlite_desk`.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import runtime
from app.access.identity import Actor
from app.accounts.models import Member
from app.channels.models import Channel, ChannelState, Platform
from app.foundation.db import Database
from app.inbox.intake import Promises
from app.practice import clock as practice_clock
from app.runtime import Runtime
from tests import stand as stands
from tests.servers import new_database

NOWHERE = "http://127.0.0.1:9"
"""The discard port: nothing listens there, so a call that was not meant fails at once."""
PROMISES = Promises(timedelta(hours=4), timedelta(hours=2))


@dataclass
class Desk:
    """A running desk, with shorthands."""

    running: Runtime
    folder: Path
    _channels: Iterator[int] = field(default_factory=lambda: itertools.count(500))

    @property
    def database(self) -> Database:
        return self.running.database

    @property
    def now(self) -> datetime:
        return self.running.clock.now()

    @property
    def log_file(self) -> Path:
        """The audit log's second copy."""
        return self.folder / "audit.log"

    def actor(self, first_name: str) -> Actor:
        """One of the cast, with the rights they hold now."""
        with self.database.reading() as db:
            member = db.scalars(
                select(Member).where(Member.email.startswith(f"{first_name.lower()}@"))
            ).one()
            return member.as_actor()

    def advance(self, seconds: float) -> None:
        """Move the practice clock, wall and monotonic together."""
        wall, monotonic = practice_clock.offsets(self.folder)
        practice_clock.move(self.folder, wall=wall + seconds, monotonic=monotonic + seconds)

    def channel(self, external_id: str = "") -> int:
        """A connected page, without a token."""
        with self.database.writing() as db:
            made = Channel(
                platform=Platform.FACEBOOK,
                external_id=external_id or str(next(self._channels)),
                name="Testikauppa",
                state=ChannelState.CONNECTED,
                connected_at=self.now,
            )
            db.add(made)
            db.flush()
            return made.id


def put_back(desk: Desk, change: Callable[[], None]) -> None:
    """What the change did is undone behind the desk's back: an older copy of the database."""
    put_back_database(desk.database, desk.folder, change)


def put_back_database(database: Database, folder: Path, change: Callable[[], None]) -> None:
    """The same for any desk on SQLite."""
    database.close()
    file = folder / "vuoro.sqlite3"
    older = file.with_name("older.sqlite3")
    shutil.copyfile(file, older)
    change()
    database.close()
    for leftover in folder.glob("vuoro.sqlite3-*"):
        leftover.unlink()
    shutil.move(older, file)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own for the test, on each database in turn."""
    with _made(request, tmp_path, request.param) as made:
        yield made


@pytest.fixture
def sqlite_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The same on SQLite only, where the database makes no difference."""
    with _made(request, tmp_path, "sqlite") as made:
        yield made


@pytest.fixture
def postgres_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The same on PostgreSQL only, where writers run side by side."""
    with _made(request, tmp_path, "postgres") as made:
        yield made


@contextmanager
def _made(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[Desk]:
    folder = tmp_path / "data"
    if kind == "sqlite":
        stands.copy_desk(request.getfixturevalue("sqlite_template"), folder)
        with _running(folder, "") as made:
            yield made
        return
    template, url = request.getfixturevalue("postgres_template")
    server = request.getfixturevalue("postgres_server")
    stands.copy_desk(template, folder)
    with new_database(server, url.rpartition("/")[2]) as copy, _running(folder, copy) as made:
        yield made


@contextmanager
def _running(folder: Path, database_url: str) -> Iterator[Desk]:
    given = stands.settings(folder, database_url, META_GRAPH_URL=NOWHERE)
    running = runtime.start(given)
    try:
        yield Desk(running, folder)
    finally:
        running.close()
