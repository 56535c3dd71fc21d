"""Each step up and down with data in it; the models are what the last step makes."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import sqltypes

from app import migrating, models, runtime
from app.foundation import fulltext
from app.foundation.db import Base, Database
from app.jobs import topics
from app.runtime import NotReady, schema_state
from tests import stand as stands
from tests import talks
from tests.desks import Desk

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
STEPS = [s.revision for s in ScriptDirectory.from_config(runtime.migrations()).walk_revisions()]
"""Newest first."""

assert models.ROOMS


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    is_sqlite = request.param == "sqlite"
    url = (
        f"sqlite:///{tmp_path}/x.sqlite3" if is_sqlite else request.getfixturevalue("postgres_url")
    )
    made = Database(url)
    if not is_sqlite:  # other tests of this worker use it too
        with made.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield made
    made.close()


def is_a_model_s(name: str, _: object = None) -> bool:
    """The index of words belongs to no model, and part of it to SQLite itself."""
    return not fulltext.is_own(name)


def index_tables(database: Database) -> list[str]:
    return [name for name in inspect(database.engine).get_table_names() if fulltext.is_own(name)]


def tables(database: Database) -> dict[str, Table]:
    """What really stands in the database."""
    found = MetaData()
    found.reflect(database.engine, only=is_a_model_s)
    return {t.name: t for t in found.sorted_tables if t.name != "alembic_version"}


def fill(database: Database, *without: str) -> None:
    """One row in every table but these, each column with something of its type."""
    with database.engine.connect() as connection:
        for name, table in tables(database).items():
            if name not in without:
                connection.execute(table.insert().values(row(table)))
        connection.commit()


def row(table: Table) -> dict[str, Any]:
    return {c.name: value(c) for c in table.columns if not c.nullable or c.foreign_keys}


def value(column: Any) -> Any:
    kind = column.type
    if column.foreign_keys:
        (key,) = column.foreign_keys
        # A row may point to itself; the first of a later table is not there yet.
        return 1 if key.column.table is not column.table or not column.nullable else None
    if isinstance(kind, sqltypes.Boolean):
        return False
    if isinstance(kind, sqltypes.Integer):
        return 1
    if isinstance(kind, sqltypes.DateTime):
        return NOW
    if isinstance(kind, sqltypes.LargeBinary):
        return b"\x00\xff"
    return "x"[: getattr(kind, "length", None) or 1]


def count(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {n: len(connection.execute(select(t)).all()) for n, t in tables(database).items()}


def test_the_steps_are_one_line_from_the_first_to_the_last() -> None:
    script = ScriptDirectory.from_config(runtime.migrations())

    assert script.get_bases() == [STEPS[-1]]
    assert script.get_heads() == [STEPS[0]]
    assert [script.get_revision(s).down_revision for s in STEPS] == [*STEPS[1:], None]


def test_the_models_are_what_the_last_step_makes(empty: Database) -> None:
    migrating.upgrade(empty)

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or is_a_model_s(name),
        })  # fmt: skip
        differences = compare_metadata(context, Base.metadata)

    assert differences == []
    assert schema_state(empty) == "current"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_goes_up_and_down_and_up_with_data_in_it(empty: Database, step: str) -> None:
    script = ScriptDirectory.from_config(runtime.migrations())
    before = script.get_revision(step).down_revision
    if before is not None:
        migrating.upgrade(empty, str(before))
        fill(empty)
    kept = count(empty)

    migrating.upgrade(empty, step)
    assert count(empty).items() >= kept.items()
    fill(empty, *kept)
    migrating.downgrade(empty, str(before) if before else "base")
    assert count(empty) == kept
    migrating.upgrade(empty, step)

    assert count(empty).items() >= kept.items()


def test_a_second_factor_from_before_versions_is_the_first_and_a_missing_one_is_past_it(
    empty: Database,
) -> None:
    """All old secrets are bound to 1: one in use still opens, one that is gone never again."""
    migrating.upgrade(empty, "0007")
    members = tables(empty)["members"]
    with empty.engine.begin() as connection:
        for number, (sealed, pending) in enumerate([(b"s", None), (None, b"s"), (None, None)], 1):
            given = {"id": number, "email": f"{number}", "totp_sealed": sealed}
            connection.execute(members.insert().values(
                row(members) | given | {"totp_pending": pending}))  # fmt: skip

    migrating.upgrade(empty, "0008")

    with empty.engine.connect() as connection:
        found = connection.execute(text("SELECT totp_version FROM members ORDER BY id")).scalars()
        assert list(found) == [1, 1, 2]


def test_after_the_last_step_back_nothing_of_ours_is_left(empty: Database) -> None:
    migrating.upgrade(empty)
    assert "search_index" in index_tables(empty)
    migrating.downgrade(empty, "base")

    assert tables(empty) == {}
    assert index_tables(empty) == []
    assert schema_state(empty) == "empty"
    if not empty.is_sqlite:
        with empty.engine.connect() as connection:
            names = connection.execute(text(
                "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace"
                " WHERE n.nspname = 'public'")).all()  # fmt: skip
        assert names == []


def test_a_step_that_fails_leaves_nothing_behind(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All in one transaction: half a schema would be worse than none."""

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)

    with pytest.raises(RuntimeError):
        migrating.upgrade(empty)

    assert (tables(empty), index_tables(empty)) == ({}, [])


def test_the_protection_of_the_log_does_not_stand_in_the_way_of_a_step(desk: Desk) -> None:
    ways = ["DELETE FROM audit_log", "UPDATE audit_log SET actor = 'x'"]
    for way in ways if desk.database.is_sqlite else [*ways, "TRUNCATE audit_log"]:
        protected = pytest.raises(SQLAlchemyError, match="only grows")
        with protected, desk.database.engine.connect() as connection:
            connection.execute(text(way))

    migrating.downgrade(desk.database, "base")
    migrating.upgrade(desk.database)

    assert schema_state(desk.database) == "current"
    with desk.database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_log")).scalar() == 0


def test_what_was_indexed_is_indexed_again_after_the_step_of_search(desk: Desk) -> None:
    talks.say(desk, desk.channel(), "Kaisa", "Missä pakettini on?")
    topics.index_words(desk.running)
    migrating.downgrade(desk.database, "0001")
    migrating.upgrade(desk.database)

    topics.index_words(desk.running)

    with desk.database.reading() as db:
        assert len(fulltext.newest(db, fulltext.Asked(("paketti",)), most=9)) == 1


class TestMigrate:
    """`vuoro migrate` and what refuses to start."""

    def make_old(self, desk: Desk, version: str) -> None:
        with desk.database.engine.connect() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
            connection.commit()

    def test_a_newer_schema_refuses_to_start_and_to_migrate(self, desk: Desk) -> None:
        self.make_old(desk, "9999")

        with pytest.raises(NotReady, match="newer Vuoro"):
            runtime.start(desk.running.settings)
        with pytest.raises(NotReady, match="newer Vuoro"):
            migrating.migrate(desk.database, "", NOW, has_dump=True)
        assert schema_state(desk.database) == "newer"

    def test_an_older_schema_says_which_command_helps(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runtime, "schema_state", lambda database: "old")

        with pytest.raises(NotReady, match="Run: vuoro migrate"):
            runtime.start(desk.running.settings)

    def test_a_current_schema_is_left_alone(self, desk: Desk) -> None:
        url = desk.running.settings.database_url

        assert migrating.migrate(desk.database, url, NOW, has_dump=False) is None

    def test_sqlite_is_copied_whole_before_anything_is_changed(
        self, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = sqlite_desk.running.settings.database_url
        done: list[str] = []
        monkeypatch.setattr(migrating, "schema_state", lambda database: "old")
        monkeypatch.setattr(
            migrating, "upgrade",
            lambda database: done.extend(p.name for p in sqlite_desk.folder.glob("*-before-*")),
        )  # fmt: skip

        copy = migrating.migrate(sqlite_desk.database, url, NOW, has_dump=False)

        assert copy == sqlite_desk.folder / "vuoro-before-20261121T123000.sqlite3"
        assert done == [copy.name]
        assert dump(copy) == dump(sqlite_desk.folder / "vuoro.sqlite3")

    def test_a_copy_that_failed_leaves_no_part_of_itself_and_changes_nothing(
        self, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done: list[str] = []
        url = sqlite_desk.running.settings.database_url
        monkeypatch.setattr(migrating, "schema_state", lambda database: "old")
        monkeypatch.setattr(migrating, "upgrade", lambda database: done.append("upgraded"))
        sqlite_desk.database.close()
        (sqlite_desk.folder / "vuoro.sqlite3").write_bytes(b"not a database" * 999)

        with pytest.raises(sqlite3.Error):
            migrating.migrate(sqlite_desk.database, url, NOW, has_dump=False)

        assert (done, list(sqlite_desk.folder.glob("*-before-*"))) == ([], [])

    def test_postgres_wants_a_dump_first(
        self, postgres_desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done: list[str] = []
        monkeypatch.setattr(migrating, "schema_state", lambda database: "old")
        monkeypatch.setattr(migrating, "upgrade", lambda database: done.append("upgraded"))

        with pytest.raises(NotReady, match="Make a dump of the PostgreSQL database first"):
            migrating.migrate(postgres_desk.database, "", NOW, has_dump=False)
        assert done == []
        assert migrating.migrate(postgres_desk.database, "", NOW, has_dump=True) is None
        assert done == ["upgraded"]

    def test_where_there_is_no_desk_nothing_is_made(self, tmp_path: Path) -> None:
        file = tmp_path / "none.sqlite3"
        database = Database(f"sqlite:///{file}")

        with pytest.raises(NotReady, match="Run: vuoro init"):
            migrating.migrate(database, f"sqlite:///{file}", NOW, has_dump=False)

        assert not file.exists()
        database.close()

    def test_a_schema_without_a_desk_says_so(self, tmp_path: Path) -> None:
        settings = stands.settings(tmp_path)
        database = Database(settings.database_url)
        migrating.upgrade(database)
        database.close()

        with pytest.raises(NotReady, match="There is no desk here yet"):
            runtime.start(settings)


def dump(file: Path) -> list[str]:
    with sqlite3.connect(file) as raw:
        lines = list(raw.iterdump())
    raw.close()
    return lines


def test_every_table_of_the_models_is_made(empty: Database) -> None:
    migrating.upgrade(empty)

    names = {n for n in inspect(empty.engine).get_table_names() if is_a_model_s(n)}
    assert names == {*Base.metadata.tables, "alembic_version"}
