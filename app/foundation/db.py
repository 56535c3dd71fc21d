"""The database: one engine, reading and writing transactions, shared column types.

On SQLite every writing transaction begins IMMEDIATE: a deferred one that reads first and then
writes fails with "locked" whatever the busy timeout (seen: 24,768 times in 6 s with 8 writers).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Insert,
    Integer,
    MetaData,
    create_engine,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

T = TypeVar("T")
CROSSED = frozenset({"40001", "40P01"})
"""PostgreSQL's words for "somebody else first": serialization failure, deadlock."""

Row = dict[str, Any]
"""A row that is about to be written, by its columns' names."""

Id = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused, since nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the desk."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, int: Id}


class DeskSession(Session):
    """A session whose commit first runs the desk's hooks (audit, change feed).

    Work to be told to others is noted with `after_commit` and told once it is true. What a hook
    refuses is rolled back at once, so that no second commit brings it in without its audit row.
    """

    def commit(self) -> None:
        try:
            for hook in self.info["before_commit"]:
                hook(self)
            super().commit()
        except BaseException:
            self.rollback()
            raise
        for tell in self.info.pop("after_commit", []):
            tell()

    def rollback(self) -> None:
        super().rollback()
        for note in [k for k in self.info if k != "before_commit"]:
            del self.info[note]


def numbers(session: Session, model: type[Base], count: int) -> Iterator[int]:
    """Numbers for new rows, so that rows can name each other before they are written.

    Only in a writing transaction: SQLite's next number is nobody else's there.
    """
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(model.__table__.c.id))) or 0
        return iter(range(last + 1, last + 1 + count))
    sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
    one_each = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return iter(session.scalars(one_each).all())


def insert_all(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """New rows of one table in one statement; what a row does not say is as the model begins.

    The session does not know them until it reads them.
    """
    if rows:
        statement, start = _insertion(model)
        session.execute(statement, [{**start, **row} for row in rows])


def insert_unless_there(session: Session, model: type[Base], row: Row) -> None:
    """A new row, unless one with the same key is there: whoever comes second finds the first's."""
    statement, start = _insertion(model)
    kind = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(kind.insert(statement.table).values({**start, **row}).on_conflict_do_nothing())


def row_of(made: Base) -> Row:
    """What was said of a new object, as a row."""
    return {name: value for name, value in vars(made).items() if not name.startswith("_")}


@cache
def _insertion(model: type[Base]) -> tuple[Insert, Row]:
    """How a row is put in, and what it holds where nothing is said; its number is the
    database's."""
    table = Base.metadata.tables[model.__tablename__]
    start = {c.name: getattr(c.default, "arg", None) for c in table.columns if not c.primary_key}
    return insert(table), start


def after_commit(session: Session, tell: Callable[[], None]) -> None:
    """Do this once the transaction is true; never if it is not."""
    session.info.setdefault("after_commit", []).append(tell)


class Database:
    """One desk's database."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._readers = self.engine.execution_options(vuoro_begin="DEFERRED")
        self._writers = self.engine.execution_options(vuoro_begin="IMMEDIATE")
        self.before_commit: list[Callable[[Session], None]] = []

    def session(self, *, is_writing: bool) -> Session:
        """A session that begins at its first use; the caller commits and closes it."""
        return DeskSession(
            self._writers if is_writing else self._readers,
            expire_on_commit=False,
            info={"before_commit": self.before_commit},
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with self.session(is_writing=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that commits at the end, and leaves nothing behind when it fails."""
        with self.session(is_writing=True) as session:
            yield session
            session.commit()

    def append(self, model: type[Base], row: Row) -> None:
        """One new row, true at once: for what only comes in, without a session and its hooks."""
        statement, start = _insertion(model)
        with self._writers.begin() as connection:
            connection.execute(statement, {**start, **row})

    def write(self, work: Callable[[Session], T]) -> T:
        """A writing transaction that may be done again: PostgreSQL breaks one off where two wait
        for each other, and then nothing of it was done."""
        for pause in (0.05, 0.2, 0.5, 1.0):
            try:
                return self._written(work)
            except OperationalError as problem:
                if getattr(problem.orig, "sqlstate", "") not in CROSSED:
                    raise
            time.sleep(pause)
        return self._written(work)

    def _written(self, work: Callable[[Session], T]) -> T:
        with self.writing() as session:
            return work(session)

    def exists(self) -> bool:
        """Whether there is something to open; SQLite would make an empty file by looking."""
        return not self.is_sqlite or Path(str(self.engine.url.database)).exists()

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    """No error of it quotes a statement's values: they may be a customer's words."""
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            hide_parameters=True,
            connect_args={"connect_timeout": 10},
        )
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": 20, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Full durability, real foreign keys; transactions are begun by us, never by the driver."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=20000",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("vuoro_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {kind}")
