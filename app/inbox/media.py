"""What is attached to messages: where it is, whether it is kept here, and that it is forgotten."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.channels.items import CommentItem, DirectItem
from app.channels.media import KEPT, PICTURES, Fetcher, Gone, can_be_fetched
from app.channels.models import Channel, Platform
from app.foundation.errors import NotFound
from app.inbox import access
from app.inbox.bench import Bench
from app.inbox.models import Blob, KeptMedia, Message

Afresh = Callable[[], tuple[str, ...]]


@dataclass(frozen=True)
class Attached:
    """One attachment as the thread shows it."""

    place: int
    kind: str
    is_here: bool
    """It can be shown here, unless the platform says no when it is asked."""
    size: int = 0
    """In bytes, where it is kept."""

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES


@dataclass(frozen=True)
class Asked:
    """An attachment that somebody may see."""

    message_id: int
    place: int
    channel_id: int
    platform: Platform
    target: str
    is_private: bool
    address: str
    kept: bytes | None = None


def sources_of(item: CommentItem | DirectItem) -> str | None:
    """Where its attachments could be fetched when they came."""
    return json.dumps(item.sources) if any(item.sources) else None


def hasten(bench: Bench, message: Message) -> None:
    """What a customer sent is kept soon where it may be: its address ends."""
    is_kept = bench.channel.platform in KEPT and not message.is_ours and not message.deleted_at
    message.is_media_due = is_kept and any(
        address and can_be_fetched(bench.channel.platform, kind, address)
        for kind, address in zip(
            json.loads(message.attachments), addresses_of(message), strict=False
        )
    )


def addresses_of(message: Message) -> tuple[str, ...]:
    return tuple(json.loads(message.sources)) if message.sources else ()


def address_at(message: Message, place: int) -> str:
    found = addresses_of(message)
    return found[place] if place < len(found) else ""


def attached(
    message: Message, platform: Platform, sizes: dict[tuple[int, int], int]
) -> tuple[Attached, ...]:
    """All that came with a message."""
    return tuple(
        Attached(
            place,
            kind,
            (message.id, place) in sizes
            or can_be_fetched(platform, kind, address_at(message, place)),
            sizes.get((message.id, place), 0),
        )
        for place, kind in enumerate(json.loads(message.attachments))
    )


def attached_to(db: Session, messages: Sequence[Message]) -> dict[int, tuple[Attached, ...]]:
    """What came with these, where anything did."""
    bearing = [m for m in messages if m.attachments != "[]"]
    known = sizes(db, [m.id for m in bearing]) if bearing else {}
    return {m.id: attached(m, db.get_one(Channel, m.channel_id).platform, known) for m in bearing}


def sizes(db: Session, message_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """How large what is kept of these messages is."""
    rows = db.execute(
        select(KeptMedia.message_id, KeptMedia.place, Blob.size)
        .join(Blob, Blob.id == KeptMedia.blob_id)
        .where(KeptMedia.message_id.in_(message_ids))
    )
    return {(row.message_id, row.place): row.size for row in rows}


def get(db: Session, actor: Actor, message_id: int, place: int, now: datetime) -> Asked:
    """One attachment, for whoever may read its conversation; for all others it is not there."""
    message = db.get(Message, message_id)
    if message is None:
        raise NotFound()
    conversation = access.get(db, actor, message.conversation_id, now)
    kinds = json.loads(message.attachments)
    if message.deleted_at is not None or place >= len(kinds):
        raise NotFound()
    platform = db.get_one(Channel, message.channel_id).platform
    kept, address = _kept(db, message.id, place), address_at(message, place)
    if kept is None and not can_be_fetched(platform, kinds[place], address):
        raise NotFound()
    return Asked(
        message.id,
        place,
        message.channel_id,
        platform,
        message.external_id,
        not conversation.is_public,
        address,
        kept,
    )


def content(asked: Asked, fetcher: Fetcher, afresh: Afresh) -> bytes:
    """The bytes, by a new address where the old one has ended. Raises media.Gone or NotNow."""
    if asked.kept is not None:
        return asked.kept
    try:
        if asked.address:
            return fetcher.fetch(asked.platform, asked.address)
    except Gone:
        pass
    found = afresh()
    address = found[asked.place] if asked.place < len(found) else ""
    if not address:
        raise Gone
    return fetcher.fetch(asked.platform, address)


def renew(db: Session, message_id: int, addresses: tuple[str, ...]) -> None:
    """Remember where the attachments are now, so that they are not asked for each time."""
    message = db.get(Message, message_id)
    if message is not None and message.deleted_at is None and any(addresses):
        message.sources = json.dumps(addresses)


def forget(db: Session, message: Message) -> None:
    """What was attached goes with the words; bytes that no other message has go, too."""
    blobs = list(db.scalars(select(KeptMedia.blob_id).where(KeptMedia.message_id == message.id)))
    db.execute(delete(KeptMedia).where(KeptMedia.message_id == message.id))
    unused = ~exists().where(KeptMedia.blob_id == Blob.id)
    db.execute(delete(Blob).where(Blob.id.in_(blobs), unused))
    message.attachments, message.sources, message.is_media_due = "[]", None, False


def _kept(db: Session, message_id: int, place: int) -> bytes | None:
    return db.scalar(
        select(Blob.content)
        .join(KeptMedia, KeptMedia.blob_id == Blob.id)
        .where(KeptMedia.message_id == message_id, KeptMedia.place == place)
    )
