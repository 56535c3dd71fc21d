"""The database's own promises: whole times, one writer at a time, hooks, nothing half done."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.foundation.db import Base, Database, after_commit
from app.foundation.heartbeat import Heartbeat, beat, last_beat
from app.foundation.types import choice
from tests.servers import new_database

AT = datetime(2026, 11, 21, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind with one table of the desk's."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path}/x.sqlite3"
        if request.param == "postgres":
            url = stack.enter_context(new_database(request.getfixturevalue("postgres_server")))
        made = Database(url)
        stack.callback(made.close)
        Base.metadata.create_all(
            made.engine, tables=[Base.metadata.tables[Heartbeat.__tablename__]]
        )
        yield made


def count(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count(Heartbeat.name))) or 0


def test_a_time_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    helsinki = timezone(timedelta(hours=2))
    with database.writing() as db:
        beat(db, AT.astimezone(helsinki), "worker")

    with database.reading() as db:
        found = last_beat(db)

    assert found == AT
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(SQLAlchemyError, match="without a zone"), database.writing() as db:
        beat(db, AT.replace(tzinfo=None))

    assert count(database) == 0


def test_a_beat_is_kept_by_name_and_only_the_last_one(database: Database) -> None:
    with database.writing() as db:
        beat(db, AT, "worker")
        beat(db, AT + timedelta(seconds=5), "worker")
        beat(db, AT, "other")

    with database.reading() as db:
        assert last_beat(db) == AT + timedelta(seconds=5)
        assert last_beat(db, "nobody") is None
    assert count(database) == 2


def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    def fail(db: Session) -> None:
        beat(db, AT)
        db.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError), database.writing() as db:
        fail(db)

    assert count(database) == 0


def test_a_reading_transaction_keeps_nothing(database: Database) -> None:
    with database.reading() as db:
        beat(db, AT)
        db.flush()

    assert count(database) == 0


def refuse(_db: Session) -> None:
    raise RuntimeError("refused")


def test_hooks_run_before_the_commit_and_can_refuse_it(database: Database) -> None:
    seen: list[str] = []
    database.before_commit += [lambda db: seen.append("first"), lambda db: seen.append("second")]
    with database.writing() as db:
        beat(db, AT)
    assert (seen, count(database)) == (["first", "second"], 1)

    database.before_commit.append(refuse)
    with pytest.raises(RuntimeError, match="refused"), database.writing() as db:
        beat(db, AT, "other")

    assert count(database) == 1


def test_what_a_hook_refused_is_not_brought_in_by_a_second_commit(database: Database) -> None:
    told: list[str] = []
    database.before_commit.append(refuse)
    with database.session(is_writing=True) as db:
        beat(db, AT)
        after_commit(db, lambda: told.append("done"))
        with pytest.raises(RuntimeError):
            db.commit()
        database.before_commit.clear()
        db.commit()

    assert (count(database), told) == (0, [])


def test_news_is_told_after_the_commit_and_once(database: Database) -> None:
    told: list[int] = []
    with database.session(is_writing=True) as db:
        beat(db, AT)
        after_commit(db, lambda: told.append(count(database)))
        assert told == []
        db.commit()
        db.commit()

    assert told == [1]


def test_news_of_what_was_taken_back_is_never_told(database: Database) -> None:
    told: list[str] = []
    with database.session(is_writing=True) as db:
        beat(db, AT)
        after_commit(db, lambda: told.append("done"))
        db.rollback()
        beat(db, AT, "other")
        db.commit()

    assert told == []
    assert count(database) == 1


def run_together(act: Callable[[int], None], threads: int = 8) -> list[Exception]:
    problems: list[Exception] = []

    def run(number: int) -> None:
        try:
            act(number)
        except Exception as problem:
            problems.append(problem)

    workers = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return problems


def test_writers_who_read_first_wait_for_each_other(tmp_path: Path) -> None:
    """On SQLite a deferred transaction would fail here with "database is locked"."""
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")
    Base.metadata.create_all(database.engine, tables=[Base.metadata.tables["heartbeats"]])

    def act(number: int) -> None:
        for turn in range(10):
            with database.writing() as db:
                before = db.scalar(select(func.count(Heartbeat.name))) or 0
                beat(db, AT, f"{number}-{turn}-{before}")

    assert run_together(act) == []
    with database.reading() as db:
        seen = sorted(int(n.rsplit("-", 1)[1]) for n in db.scalars(select(Heartbeat.name)))
    assert seen == list(range(80))
    database.close()


def test_sqlite_is_durable_and_minds_its_foreign_keys(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")
    pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}

    with database.reading() as db:
        found = {name: db.scalar(text(f"PRAGMA {name}")) for name in pragmas}

    assert found == pragmas
    database.close()


class Fruit(Enum):
    APPLE = "apple"


class Other(DeclarativeBase):
    """Tables of this test only."""


class Basket(Other):
    __tablename__ = "baskets_of_a_test"
    id: Mapped[int] = mapped_column(primary_key=True)
    fruit: Mapped[Fruit] = mapped_column(choice(Fruit), unique=True)


@pytest.fixture
def baskets(database: Database) -> Iterator[Database]:
    Other.metadata.create_all(database.engine)
    yield database
    Other.metadata.drop_all(database.engine)


def test_a_choice_is_stored_as_its_word(baskets: Database) -> None:
    with baskets.writing() as db:
        db.add(Basket(id=1, fruit=Fruit.APPLE))

    with baskets.reading() as db:
        assert db.scalar(text("SELECT fruit FROM baskets_of_a_test")) == "apple"
        assert db.get_one(Basket, 1).fruit is Fruit.APPLE


def test_what_is_no_choice_is_refused(baskets: Database) -> None:
    with pytest.raises(SQLAlchemyError), baskets.writing() as db:
        db.add(Basket(id=1, fruit="stone"))


def test_the_same_twice_is_refused(baskets: Database) -> None:
    with baskets.writing() as db:
        db.add(Basket(id=1, fruit=Fruit.APPLE))

    with pytest.raises(IntegrityError), baskets.writing() as db:
        db.add(Basket(id=2, fruit=Fruit.APPLE))
