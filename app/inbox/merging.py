"""A conversation that turned out to be a part of another: everything in it goes along.

What points to it is found in the tables themselves, so that nothing a person wrote there stays
behind, whichever area it belongs to.
"""

from typing import Any

from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from app.foundation.db import Base
from app.inbox import turns
from app.inbox.models import Conversation, Turn, TurnState


def merge(db: Session, stray: Conversation, into: Conversation) -> None:
    """Move it all; who waits is folded anew afterwards, by the caller."""
    _join_turns(db, stray, into)
    into.assignee_id = into.assignee_id or stray.assignee_id
    into.has_submitted = into.has_submitted or stray.has_submitted
    stray.has_submitted = False
    db.flush()
    _point(db, Conversation, stray.id, into.id)
    db.expire_all()
    stray.merged_into_id = into.id


def _join_turns(db: Session, stray: Conversation, into: Conversation) -> None:
    """A customer who waits in both waits once: answers that are being written follow."""
    standing = turns.open_turns(db, [stray.id, into.id])
    waiting = standing[into.id]
    for key, turn in standing[stray.id].items():
        if key in waiting:
            turn.end(TurnState.GONE, turn.opened_at)
            db.flush()
            _point(db, Turn, turn.id, waiting[key].id)


def _point(db: Session, kind: type[Base], old: int, new: int) -> None:
    """Everything that points to one row points to the other, unless it does so already."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table is kind.__table__ for key in column.foreign_keys):
                _move(db, table, column, old, new)


def _move(db: Session, table: Table, column: Column[Any], old: int, new: int) -> None:
    moved = update(table).where(column == old).values({column: new})
    if "is_indexed" in table.columns:
        moved = moved.values(is_indexed=False)
    for beside in table.primary_key if column.primary_key else ():
        if beside is not column:
            moved = moved.where(beside.not_in(select(beside).where(column == new)))
    db.execute(moved)
