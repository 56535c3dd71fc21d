"""Who holds a person's thread: our app, or another one that has to hand it over first."""

import sqlite3
from typing import Any

from app.practice import events, messenger
from app.practice.errors import GraphError


def hold(db: sqlite3.Connection, now: int, person: sqlite3.Row, app_id: str | None) -> None:
    """Another app takes the thread (or, with None, gives it back); nobody is told."""
    talk = messenger.conversation(db, now, person["page_id"], person["id"])
    db.execute("UPDATE conversations SET held_by = ? WHERE id = ?", (app_id or None, talk["id"]))


def must_be_ours(db: sqlite3.Connection, person: sqlite3.Row, everywhere: bool = False) -> None:
    """`everywhere`: the fault that lets another app hold every thread."""
    if not everywhere and not events.holder(db, person["id"]):
        return
    if messenger.is_instagram(db, person["page_id"]):
        raise GraphError(
            100,
            "(#100) Another app is controlling this thread now.",
            subcode=2534037,
            kind="IGApiException",
        )
    raise GraphError(
        10,
        "(#10) Message failed to send because another app is controlling this thread now.",
        subcode=2018300,
        status=403,
    )


def take(db: sqlite3.Connection, now: int, person: sqlite3.Row, app_id: str) -> None:
    """Our app takes the thread over; the one that had it is not asked."""
    before = events.holder(db, person["id"]) or app_id
    hold(db, now, person, None)
    body = {"previous_owner_app_id": before, "new_owner_app_id": app_id}
    _tell(db, now, person, {"take_thread_control": body})


def give(db: sqlite3.Connection, now: int, person: sqlite3.Row, to: str, app_id: str) -> None:
    hold(db, now, person, None if to == app_id else to)
    body = {"previous_owner_app_id": app_id, "new_owner_app_id": to}
    _tell(db, now, person, {"pass_thread_control": body})


def _tell(db: sqlite3.Connection, now: int, person: sqlite3.Row, content: dict[str, Any]) -> None:
    is_ig = messenger.is_instagram(db, person["page_id"])
    field = "messaging_handover" if is_ig else "messaging_handovers"
    events.messaging_event(db, now, person["page_id"], field, person["id"], False, content)
