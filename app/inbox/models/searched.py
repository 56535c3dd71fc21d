"""Rows that search goes by: those that changed wait to be taken in anew."""

from typing import Any

from sqlalchemy import Index, event, false, inspect, text
from sqlalchemy.orm import InstanceState

from app.foundation.db import Base


def to_index(table: str) -> Index:
    """The rows of a table whose words search has not taken in as they are now."""
    return Index(
        f"ix_{table}_to_index",
        "id",
        sqlite_where=text("is_indexed = 0"),
        postgresql_where=text("NOT is_indexed"),
    )


def searched_by(model: type[Base], *names: str) -> None:
    """Search goes by these fields.

    A change is said outright, also where the row seemed to wait already: the indexer may have
    been there since it was read.
    """

    def changed(_mapper: object, _connection: object, row: Any) -> None:
        state: InstanceState[Any] = inspect(row)
        if any(state.attrs[name].history.has_changes() for name in names):
            row.is_indexed = false()

    event.listen(model, "before_update", changed)
