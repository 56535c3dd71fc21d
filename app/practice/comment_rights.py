"""What the Page may do with a comment or a visitor's post, computed from what is true now."""

import sqlite3
from dataclasses import dataclass

from app.practice import pages, threads
from app.practice.times import DAY

PRIVATE_REPLY_DAYS = 7


@dataclass(frozen=True)
class Rights:
    hide: bool
    remove: bool
    like: bool
    comment: bool
    reply_privately: bool


def rights(db: sqlite3.Connection, now: int, row: sqlite3.Row) -> Rights:
    """On somebody else's post the Page is a guest: it may answer and like, and take back only
    what it wrote itself."""
    is_comment = threads.is_comment(row)
    post = threads.post_of(db, row) if is_comment else row
    is_ours = row["person_id"] is None
    is_guest = post["kind"] in threads.ELSEWHERE
    is_open = not post["deleted"]
    return Rights(
        hide=not is_ours and not is_guest,
        remove=is_ours or not is_guest,
        like=is_open,
        comment=is_open and not post["comments_off"],
        reply_privately=_can_reply_privately(db, now, row, is_comment),
    )


def _can_reply_privately(
    db: sqlite3.Connection, now: int, row: sqlite3.Row, is_comment: bool
) -> bool:
    """Once, within seven days, to a comment or a visitor's post, if the person can be reached."""
    if row["person_id"] is None or row["private_reply"] is not None:
        return False
    if not is_comment and row["kind"] != "visitor":
        return False
    person = pages.person_by_id(db, row["person_id"])
    is_in_time = now - row["created"] <= PRIVATE_REPLY_DAYS * DAY
    return is_in_time and not person["blocks_page"] and not person["banned"]
