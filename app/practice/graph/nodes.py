"""Which object an id names, and which functions answer for it."""

import sqlite3
from dataclasses import dataclass

ME, APP, DEBUG, IDS = "me", "app", "debug_token", "ids"
PAGE, POST, COMMENT, PERSON = "page", "post", "comment", "person"
CONVERSATION, MESSAGE = "conversation", "message"
IG_USER, IG_MEDIA, IG_COMMENT, IG_PERSON = "ig_user", "ig_media", "ig_comment", "ig_person"
IG_CONVERSATION, IG_MESSAGE, IG_CONTAINER = "ig_conversation", "ig_message", "ig_container"
OAUTH = "oauth"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Node:
    kind: str
    id: str
    page_id: str = ""
    row: sqlite3.Row | None = None


# Tried in this order; ids of different kinds never collide in practice, but a Page wins.
_TABLES = (
    (COMMENT, "SELECT * FROM comments WHERE id = ? AND deleted = 0"),
    (POST, "SELECT * FROM posts WHERE id = ? AND deleted = 0"),
)
_PLAIN = (
    (PAGE, "SELECT *, id AS page_id FROM pages WHERE id = ?"),
    (PERSON, "SELECT * FROM people WHERE id = ?"),
    # A picture or a film by its own id: the post that shows it answers.
    (POST, "SELECT * FROM posts WHERE object_id = ? AND deleted = 0"),
    # Instagram's ids are digits, whatever they name.
    (IG_USER, "SELECT *, id AS page_id FROM instagram WHERE id = ?"),
    *_TABLES,
    (IG_CONTAINER, "SELECT *, ig_id AS page_id FROM containers WHERE id = ?"),
)
_CONVERSATION = (CONVERSATION, "SELECT * FROM conversations WHERE id = ?")
_MESSAGE = (
    MESSAGE,
    "SELECT m.*, c.page_id, c.person_id FROM messages m"
    " JOIN conversations c ON c.id = m.conversation_id WHERE m.id = ?",
)
_MARKED = {"t_": (_CONVERSATION,), "m_": (_MESSAGE,), "aW": (_CONVERSATION, _MESSAGE)}
ON_INSTAGRAM = {
    PERSON: IG_PERSON,
    POST: IG_MEDIA,
    COMMENT: IG_COMMENT,
    CONVERSATION: IG_CONVERSATION,
    MESSAGE: IG_MESSAGE,
}


def find(db: sqlite3.Connection, app_id: str, node_id: str) -> Node:
    if node_id in (ME, DEBUG, OAUTH):
        return Node(node_id, node_id)
    if node_id == app_id:
        return Node(APP, node_id)
    marked = _MARKED.get(node_id[:2])
    for kind, sql in marked or (_TABLES if "_" in node_id else _PLAIN):
        row = db.execute(sql, (node_id,)).fetchone()
        if row is not None:
            return _node(db, kind, node_id, row)
    return Node(UNKNOWN, node_id)


def _node(db: sqlite3.Connection, kind: str, node_id: str, row: sqlite3.Row) -> Node:
    """What belongs to an Instagram account is reached with the token of the Page it is linked
    to."""
    account = db.execute("SELECT page_id FROM instagram WHERE id = ?", (row["page_id"],)).fetchone()
    if account is None:
        return Node(kind, node_id, row["page_id"], row)
    return Node(ON_INSTAGRAM.get(kind, kind), node_id, account["page_id"], row)
