"""What people write about a Page: on its wall, on their own, and as a recommendation.

Each is a post of that person; `kind` says where it stands.
"""

import sqlite3
from typing import Any

from app.foundation.words import Words
from app.practice import events, pages, threads
from app.practice.errors import Refused

VISITOR, MENTION, RATING = "visitor", "mention", "rating"
OPINIONS = ("positive", "negative")


def write(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    message: str,
    *,
    attachment: Any = None,
    created: int | None = None,
) -> sqlite3.Row:
    """A post on the Page's wall; the Page may hide, answer or delete it."""
    threads.must_not_be_banned(db, person["id"])
    return threads.add_post(
        db, now, person["page_id"], message, created=created, kind=VISITOR,
        person_id=person["id"], attachment=attachment,
    )  # fmt: skip


def mention(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    message: str,
    *,
    created: int | None = None,
) -> sqlite3.Row:
    """A person names the Page in a post of their own; the event does not say who."""
    row = threads.add_post(
        db, now, person["page_id"], message, created=created, kind=MENTION, person_id=person["id"]
    )  # fmt: skip
    value = {
        "item": "post",
        "verb": "add",
        "post_id": row["id"],
        "message": message,
        "created_time": row["created"] // 1000,
    }
    change = {"field": "mention", "value": value}
    events.queue(db, now, person["page_id"], "mention", change, person["id"])
    return row


def mention_in_comment(
    db: sqlite3.Connection, now: int, on: sqlite3.Row, person: sqlite3.Row, message: str
) -> sqlite3.Row:
    """The Page is named in a comment, on a post of its own or of somebody else's."""
    row = threads.add_comment(db, now, on, message, via=threads.CUSTOMER, person_id=person["id"])
    value = {
        "item": "comment",
        "verb": "add",
        "post_id": row["post_id"],
        "comment_id": row["id"],
        "message": message,
        "created_time": row["created"] // 1000,
    }
    change = {"field": "mention", "value": value}
    events.queue(db, now, person["page_id"], "mention", change, person["id"])
    return row


def recommend(
    db: sqlite3.Connection,
    now: int,
    person: sqlite3.Row,
    message: str,
    *,
    opinion: str = "positive",
    created: int | None = None,
) -> sqlite3.Row:
    """A recommendation, one for each person; the Page answers by a comment on its story."""
    if opinion not in OPINIONS:
        raise Refused("opinion must be positive or negative.")
    if rating_of(db, person["id"]) is not None:
        raise Refused(Words("This person has written a recommendation already."), 409)
    row = threads.add_post(
        db, now, person["page_id"], message, created=created, kind=RATING, person_id=person["id"],
        recommends=opinion,
    )  # fmt: skip
    _rating_event(db, now, row, "add")
    return row


def change(db: sqlite3.Connection, now: int, row: sqlite3.Row, message: str) -> sqlite3.Row:
    """The visitor rewrites what they posted."""
    db.execute("UPDATE posts SET message = ?, updated = ? WHERE id = ?", (message, now, row["id"]))
    fresh = threads.post(db, row["id"])
    if row["kind"] == RATING:
        _rating_event(db, now, fresh, "edited")
    else:
        events.post_event(db, now, fresh, "edited")
    return fresh


def remove(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> None:
    threads.remove_post(db, now, row)
    if row["kind"] == RATING:
        _rating_event(db, now, row, "remove")


def rating_of(db: sqlite3.Connection, person_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM posts WHERE person_id = ? AND kind = 'rating' AND deleted = 0", (person_id,)
    ).fetchone()
    return row


def _rating_event(db: sqlite3.Connection, now: int, row: sqlite3.Row, verb: str) -> None:
    person = pages.person_by_id(db, row["person_id"])
    value: dict[str, Any] = {
        "item": "rating",
        "verb": verb,
        "open_graph_story_id": row["id"],
        "reviewer_id": person["id"],
        "reviewer_name": person["name"],
        "created_time": row["created"] // 1000,
    }
    if verb != "remove":
        value |= {"recommendation_type": row["recommends"], "review_text": row["message"]}
    change = {"field": "ratings", "value": value}
    events.queue(db, now, row["page_id"], "ratings", change, person["id"])
