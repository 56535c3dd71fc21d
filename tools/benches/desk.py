"""A desk to measure on, filled with made-up conversations by the bare driver."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

from app import runtime
from app.channels.models import Channel, ChannelState, Platform
from app.foundation.db import Base
from app.inbox.models import Contact, Conversation, Message, Post
from app.runtime import Runtime
from tests import stand

PAGE = "900"
CHANNELS = 3
Row = dict[str, object]


def make(folder: Path) -> Runtime:
    """An empty practice desk with one connected channel."""
    stand.make_practice_desk(stand.settings(folder / "desk"))
    running = runtime.start(stand.settings(folder / "desk"))
    with running.database.writing() as db:
        db.add(
            Channel(
                id=1,
                platform=Platform.FACEBOOK,
                external_id=PAGE,
                name="Testikauppa",
                state=ChannelState.CONNECTED,
                connected_at=running.clock.now(),
            )
        )
    return running


def fill(running: Runtime, conversations: int, messages: int) -> None:
    """So many conversations, half of them waiting, with so many messages in all."""
    path = running.settings.DATA_DIR / "vuoro.sqlite3"
    start = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=400)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA foreign_keys=OFF")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("BEGIN")
    numbers = range(1, conversations + 1)
    _insert(db, Channel, [_channel(n, start) for n in range(2, CHANNELS + 1)])
    _insert(db, Post, [{"id": 1, "channel_id": 1, "external_id": "900_1", "text": "Julkaisu"}])
    _insert(db, Contact, (_contact(n, start) for n in numbers))
    _insert(db, Conversation, (_conversation(n, start, conversations) for n in numbers))
    each = messages // conversations
    _insert(
        db, Message, (_message(n, m, start, conversations) for n in numbers for m in range(each))
    )
    db.execute("COMMIT")
    db.close()


def _insert(db: sqlite3.Connection, model: type[Base], rows: Iterable[Row]) -> None:
    """Rows by the bare driver; what they do not say is as the model has it at first."""
    columns = model.__table__.columns
    start = {c.name: _stored(getattr(c.default, "arg", None)) for c in columns}
    names = ", ".join(start)
    places = ", ".join(f":{name}" for name in start)
    statement = f"INSERT INTO {model.__tablename__} ({names}) VALUES ({places})"
    db.executemany(statement, ({**start, **row} for row in rows))


def _stored(default: object) -> object:
    return default.value if isinstance(default, Enum) else default


def _on(number: int) -> int:
    return number % CHANNELS + 1


def _at(start: datetime, number: int, count: int) -> str:
    return str(start + timedelta(days=390) * (number / count))


def _channel(number: int, start: datetime) -> Row:
    return {"id": number, "platform": "facebook", "external_id": f"90{number}",
            "name": f"Kauppa {number}", "state": "connected",
            "connected_at": str(start)}  # fmt: skip


def _contact(number: int, start: datetime) -> Row:
    return {"id": number, "channel_id": _on(number), "external_id": f"p{number}",
            "name": f"Asiakas {number}", "first_seen_at": str(start), "is_indexed": 1}  # fmt: skip


def _conversation(number: int, start: datetime, count: int) -> Row:
    at = _at(start, number, count)
    is_open = number % 2 == 0
    due = at if is_open else None
    return {"id": number, "channel_id": _on(number), "external_key": f"k{number}", "post_id": 1,
            "audience": "public", "contact_id": number, "state": "open" if is_open else "done",
            "due_at": due, "waiting_since": due, "waiting_count": int(is_open), "activity_at": at,
            "snippet": "Missä pakettini on?"}  # fmt: skip


def _message(conversation: int, number: int, start: datetime, count: int) -> Row:
    return {"channel_id": _on(conversation), "conversation_id": conversation,
            "external_id": f"{conversation}_{number}", "contact_id": conversation,
            "author_key": f"cp{conversation}", "text": "Missä pakettini on?",
            "sent_at": _at(start, conversation, count), "is_indexed": 1}  # fmt: skip
