"""Bringing a database to this code's schema. SQLite is copied first; PostgreSQL wants a dump."""

import sqlite3
from datetime import datetime
from pathlib import Path

from alembic import command
from sqlalchemy.engine import make_url

from app.foundation.db import Database
from app.runtime import NotReady, migrations, schema_state


def upgrade(database: Database, revision: str = "head") -> None:
    """Run what is missing, all of it in one transaction or none."""
    config = migrations()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def downgrade(database: Database, revision: str) -> None:
    """Back to an older schema (tests only use it; data of newer tables is lost)."""
    config = migrations()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def migrate(database: Database, url: str, now: datetime, *, has_dump: bool) -> Path | None:
    """For `vuoro migrate`: the copy that was made first, if there was something to copy."""
    state = schema_state(database) if database.exists() else "empty"
    if state == "empty":
        raise NotReady("There is no desk here yet. Run: vuoro init")
    if state == "newer":
        raise NotReady("This database was written by a newer Vuoro. Nothing was changed.")
    if state == "current":
        return None
    copy = None
    if state == "old" and database.is_sqlite:
        copy = _copy(Path(str(make_url(url).database)), now)
    elif state == "old" and not has_dump:
        raise NotReady(
            "Make a dump of the PostgreSQL database first (pg_dump), then run: "
            "vuoro migrate --i-have-a-dump. Nothing was changed."
        )
    upgrade(database)
    return copy


def _copy(path: Path, now: datetime) -> Path:
    """A whole copy beside the database, made by SQLite itself while others may be reading."""
    copy = path.with_name(f"{path.stem}-before-{now:%Y%m%dT%H%M%S}{path.suffix}")
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        with target:
            source.backup(target)
    except sqlite3.Error:
        copy.unlink()  # a part of a copy would be taken for one
        raise
    finally:
        source.close()
        target.close()
    return copy
