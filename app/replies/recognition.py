"""Whether something that stands on the platform is what a row of the outbox sent.

Only a message of ours counts, made after the call began, with the same words, tied to no other
row. Whoever is in doubt says no: a person then looks, and nothing is sent twice.
"""

import json
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.adapter import Reading
from app.foundation.weighted_length import addresses
from app.inbox.models import Message
from app.replies.abilities import PRIVATE_REPLY
from app.replies.models import OutboxItem

CLOCKS_DIFFER = timedelta(minutes=2)


def is_echo(item: OutboxItem, message: Message) -> bool:
    """Whether a message that names this row as its own can be what it sent."""
    is_same_talk = item.conversation_id == message.conversation_id
    is_there = item.kind == PRIVATE_REPLY or (item.kind == "message" and is_same_talk)
    is_new = message.outbox_id is None and message.sent_at >= item.created_at - CLOCKS_DIFFER
    return is_there and is_new and _same(message.text, item.text)


def is_same(item: OutboxItem, message: Message) -> bool:
    """Whether a person posted these very words by hand."""
    return message.outbox_id is None and _same(message.text, item.text)


def is_complete(item: OutboxItem, reading: Reading) -> bool:
    """Whether it shows all the time since the call began."""
    is_whole = reading.reaches is None or reading.reaches <= _earliest(item)
    return reading.is_complete and is_whole


def ours(db: Session, item: OutboxItem, reading: Reading) -> str | None:
    """Our message in a reading: same words, made after the start, tied to no other row."""
    known, earliest = set(json.loads(item.known_ids)), _earliest(item)
    for said in reading.said:
        is_candidate = (
            said.is_ours
            and said.external_id not in known
            and _same(said.text, item.text)
            and (said.sent_at is None or said.sent_at >= earliest)
        )
        if is_candidate and not _is_tied(db, said.external_id):
            return said.external_id
    return None


def _earliest(item: OutboxItem) -> datetime:
    """The earliest time that a platform's clock can have shown when the call began."""
    return (item.started_at or item.created_at) - CLOCKS_DIFFER


def _is_tied(db: Session, external_id: str) -> bool:
    return db.scalar(select(OutboxItem.id).where(OutboxItem.external_id == external_id)) is not None


def _same(one: str, other: str) -> bool:
    """Platforms trim and normalise what they store, and put short addresses for long ones."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFC", text)
    for start, end in reversed(list(addresses(plain))):
        plain = plain[:start] + "§" + plain[end:]
    return " ".join(plain.split())
