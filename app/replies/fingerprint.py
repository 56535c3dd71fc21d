"""What an approval is bound to: the draft's words, the customers' words, the head of the thread.

If any of the three is different when it matters, the answer stops and somebody looks.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbox.models import Conversation, Message, Turn
from app.inbox.waiting import order_of


@dataclass(frozen=True)
class Seen:
    """The thread around an answer at one moment."""

    said: tuple[tuple[str, str], ...]
    """(message id, words) of the customers who are answered; deleted words are empty."""
    head: str
    """The newest message that did not go out through the desk."""
    head_id: int | None

    @property
    def words(self) -> str:
        """All that the customers said, for showing what changed."""
        return "\n\n".join(text for _, text in self.said)

    def fingerprint(self, text: str) -> str:
        """SHA-256 over all three, each in its own place."""
        whole = json.dumps([text, self.said, self.head], ensure_ascii=False)
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def look(db: Session, conversation: Conversation, answered: Iterable[Turn]) -> Seen:
    """The thread as it stands now."""
    keys = {t.contact_key: t.opened_at for t in answered}
    messages = sorted(
        db.scalars(select(Message).where(Message.conversation_id == conversation.id)),
        key=order_of,
    )
    said = tuple(
        (m.external_id, "" if m.deleted_at else m.text)
        for m in messages
        if not m.is_ours and m.sent_at >= keys.get(m.author_key, m.sent_at) and m.author_key in keys
    )
    heads = [m for m in messages if m.outbox_id is None and not m.deleted_at]
    return Seen(said, heads[-1].external_id if heads else "", heads[-1].id if heads else None)
