"""Taking in: how much of the bare insert's rate is left."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from app.channels.items import CommentItem, PostItem, Verb
from app.channels.models import Channel
from app.inbox import intake
from app.inbox.models import Message
from tools.benches import delivering, desk
from tools.benches.measure import Measure, percentile, seconds

ITEMS = 20_000
PART = 1_000
TEXT = "Missä pakettini on, tilasin sen viikko sitten?"
INSERT = (
    "INSERT INTO messages (channel_id, conversation_id, external_id, parent_external_id, is_ours,"
    " contact_id, author_key, answers, is_settled, is_holding, text, attachments, sent_at,"
    " is_indexed)"
    " VALUES (1, ?, ?, '', 0, ?, ?, '[]', 0, 0, ?, '[]', '2026-11-21 10:00:00.000000', 0)"
)


def taken_apart(folder: Path) -> Iterator[Measure]:
    """A hundred items a commit into conversations, against bare inserts a hundred a commit."""
    running = desk.make(folder)
    items = made_up(ITEMS)
    promises = running.promises()

    def take(some: list[CommentItem]) -> None:
        for start in range(0, len(some), 100):
            with running.database.writing() as db:
                channel = db.get_one(Channel, 1)
                intake.take(db, channel, some[start : start + 100], promises, datetime.now(UTC))

    shares, rates = [], []
    for start in range(0, ITEMS, PART):
        bare = seconds(partial(bare_inserts, folder / "desk", folder / f"bare{start}.db", PART))
        ours = seconds(partial(take, items[start : start + PART]))
        shares.append(bare / ours)
        rates.append(PART / ours)
    yield Measure(
        "intake: items taken apart, share of bare inserts",
        percentile(shares, 0.5), 0.08, is_minimum=True,
        seen={"items_per_second": percentile(rates, 0.5)},
    )  # fmt: skip
    take(items)
    with running.database.reading() as db:
        count = db.scalar(select(func.count(Message.id))) or 0
    yield Measure("intake: messages after the same 20,000 came twice", count, ITEMS)
    running.close()


def delivered(folder: Path) -> Iterator[Measure]:
    """One item a delivery over HTTP, against a bare route doing the same committed insert."""
    yield from delivering.compare(folder)


def made_up(count: int) -> list[CommentItem]:
    """Comments of many customers in many threads, in the order they were written."""
    start = datetime.now(UTC) - timedelta(days=30)
    return [
        CommentItem(
            verb=Verb.ADD,
            external_id=f"{n // 50}_{n}",
            post=PostItem(f"{desk.PAGE}_{n // 50}"),
            parent_id="" if n % 5 == 0 else f"{n // 50}_{n - n % 5}",
            author_id=f"u{n % 997}",
            author_name=f"Asiakas {n % 997}",
            text=TEXT,
            sent_at=start + timedelta(seconds=n),
        )
        for n in range(count)
    ]


def bare_inserts(desk_folder: Path, path: Path, count: int) -> None:
    """As many messages by the bare driver into a table like the desk's own, with its indexes: a
    hundred a commit, as durable as ours, nothing looked up."""
    with closing(sqlite3.connect(desk_folder / "vuoro.sqlite3")) as source:
        made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'messages' AND sql IS NOT NULL"
        schema = [sql for (sql,) in source.execute(made)]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        for sql in schema:
            db.execute(sql)
        for start in range(0, count, 100):
            db.execute("BEGIN IMMEDIATE")
            for n in range(start, start + 100):
                db.execute(INSERT, (n // 5, f"{n // 50}_{n}", n % 997, f"cu{n % 997}", TEXT))
            db.execute("COMMIT")
