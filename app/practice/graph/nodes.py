"""Which object an id names, and which functions answer for it."""

import sqlite3
from dataclasses import dataclass

ME, APP, DEBUG, IDS = "me", "app", "debug_token", "ids"
PAGE, POST, COMMENT, PERSON = "page", "post", "comment", "person"
CONVERSATION, MESSAGE = "conversation", "message"
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
)
_MARKED = {
    "t_": (CONVERSATION, "SELECT * FROM conversations WHERE id = ?"),
    "m_": (
        MESSAGE,
        "SELECT m.*, c.page_id, c.person_id FROM messages m"
        " JOIN conversations c ON c.id = m.conversation_id WHERE m.id = ?",
    ),
}


def find(db: sqlite3.Connection, app_id: str, node_id: str) -> Node:
    if node_id in (ME, DEBUG):
        return Node(node_id, node_id)
    if node_id == app_id:
        return Node(APP, node_id)
    marked = _MARKED.get(node_id[:2])
    for kind, sql in (marked,) if marked else (_TABLES if "_" in node_id else _PLAIN):
        row = db.execute(sql, (node_id,)).fetchone()
        if row is not None:
            return Node(kind, node_id, row["page_id"], row)
    return Node(UNKNOWN, node_id)
