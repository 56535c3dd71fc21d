"""Things that will happen by themselves, such as the storm: rows with a time, so that a killed
program goes on where it was and a moved clock moves them too."""

import json
import sqlite3
from collections.abc import Iterable

from app.practice import pages, publishing, threads
from app.practice.errors import GraphError, Refused


def plan_comments(db: sqlite3.Connection, comments: Iterable[tuple[int, str, str, str]]) -> int:
    """Each is (when, post id, name, words); says how many."""
    rows = [
        (due, json.dumps({"post": post_id, "name": name, "message": words}))
        for due, post_id, name, words in comments
    ]
    db.executemany("INSERT INTO planned (due, body) VALUES (?, ?)", rows)
    return len(rows)


def is_due(db: sqlite3.Connection, now: int) -> bool:
    if publishing.due(db, now):
        return True
    return db.execute("SELECT 1 FROM planned WHERE due <= ? LIMIT 1", (now,)).fetchone() is not None


def run_due(db: sqlite3.Connection, now: int, most: int = 50) -> int:
    """Scheduled posts, then what is planned; where its post is gone, it is dropped."""
    publishing.run_due(db, now)
    rows = db.execute(
        "SELECT * FROM planned WHERE due <= ? ORDER BY due, seq LIMIT ?", (now, most)
    ).fetchall()
    for row in rows:
        found = json.loads(row["body"])
        db.execute("DELETE FROM planned WHERE seq = ?", (row["seq"],))
        try:
            post = threads.post(db, found["post"])
            person = pages.person(db, post["page_id"], found["name"])
            threads.add_comment(
                db, now, post, found["message"], via=threads.CUSTOMER, person_id=person["id"]
            )
        except (GraphError, Refused):
            continue
    return len(rows)


def clear(db: sqlite3.Connection) -> int:
    return db.execute("DELETE FROM planned").rowcount


def left(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM planned").fetchone()[0])
