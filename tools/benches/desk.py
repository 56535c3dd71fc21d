"""A desk to measure on, filled with made-up conversations by the bare driver."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import runtime
from app.channels.models import Channel, ChannelState, Platform
from app.runtime import Runtime
from tests import stand

PAGE = "900"


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
    db.execute("INSERT INTO posts VALUES (1, 1, '900_1', 'Julkaisu', '', 1, NULL)")
    db.executemany(
        "INSERT INTO contacts (id, channel_id, external_id, name, first_seen_at)"
        " VALUES (?, 1, ?, ?, ?)",
        ((n, f"p{n}", f"Asiakas {n}", start) for n in range(1, conversations + 1)),
    )
    db.executemany(
        "INSERT INTO conversations (id, channel_id, external_key, audience, post_id, contact_id,"
        " state, due_at, waiting_since, waiting_count, activity_at, snippet, has_submitted)"
        " VALUES (?, 1, ?, 'public', 1, ?, ?, ?, ?, ?, ?, ?, 0)",
        (_conversation(n, start, conversations) for n in range(1, conversations + 1)),
    )
    each = messages // conversations
    db.executemany(
        "INSERT INTO messages (channel_id, conversation_id, external_id, parent_external_id,"
        " is_ours, contact_id, author_key, answers, is_settled, text, attachments, sent_at)"
        " VALUES (1, ?, ?, '', 0, ?, ?, '[]', 0, 'Missä pakettini on?', '[]', ?)",
        (
            (n, f"{n}_{m}", n, f"cp{n}", _at(start, n, conversations))
            for n in range(1, conversations + 1)
            for m in range(each)
        ),
    )
    db.execute("COMMIT")
    db.execute("ANALYZE")
    db.close()


def _at(start: datetime, number: int, count: int) -> str:
    return str(start + timedelta(days=390) * (number / count))


def _conversation(number: int, start: datetime, count: int) -> tuple[object, ...]:
    at = _at(start, number, count)
    is_open = number % 2 == 0
    due = at if is_open else None
    return (number, f"k{number}", number, "open" if is_open else "done", due, due,
            int(is_open), at, "Missä pakettini on?")  # fmt: skip
