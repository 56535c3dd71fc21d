"""The worker keeps what customers sent where the platform allows it, before its address ends."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Desk
from app.channels.adapter import Finds
from app.channels.connections import Connections
from app.channels.errors import ChannelError
from app.channels.media import Fetcher, Gone, NotNow
from app.channels.models import Channel, ChannelState
from app.foundation.clock import Clock
from app.foundation.db import Database, insert_unless_there
from app.inbox import media
from app.inbox.media import Asked
from app.inbox.models import Blob, KeptMedia, Message

TRIED_FOR = timedelta(days=1)
"""What could not be fetched for so long is seen on the platform, while it is there."""
A_RUN = 50
MEGA = 1_000_000


def afresh(database: Database, connections: Connections, asked: Asked) -> tuple[str, ...]:
    """Where a message's attachments are now, as the platform says; remembered. Raises NotNow."""
    with database.reading() as db:
        channel = db.get_one(Channel, asked.channel_id)
        is_open = channel.state is ChannelState.CONNECTED
        try:
            adapter = connections.open(db, channel) if is_open else None
        except ChannelError:
            raise NotNow from None
    if not isinstance(adapter, Finds):
        return ()
    try:
        found = adapter.addresses(asked.target, is_private=asked.is_private)
    except ChannelError:
        raise NotNow from None
    with database.writing() as db:
        media.renew(db, asked.message_id, found)
    return found


@dataclass(frozen=True)
class Keeping:
    """One pass over what is due; safe at any time and as often as one likes."""

    database: Database
    connections: Connections
    clock: Clock
    fetcher: Fetcher

    def run(self) -> None:
        with self.database.reading() as db:
            due = select(Message.id).where(Message.is_media_due).order_by(Message.id.desc())
            numbers = list(db.scalars(due.limit(A_RUN)))
        for number in numbers:
            self._keep(number)

    def _keep(self, number: int) -> None:
        """Each of a message's attachments; it is due no more once all are here or gone."""
        with self.database.reading() as db:
            asked = [] if (message := db.get(Message, number)) is None else _asked(db, message)
        is_over = True
        for one in asked:
            try:
                again = partial(afresh, self.database, self.connections, one)
                found = media.content(one, self.fetcher, again)
            except Gone:
                continue
            except NotNow:
                is_over = False
                continue
            with self.database.writing() as db:
                _store(db, one, found, self.clock.now())
        with self.database.writing() as db:
            _done(db, number, self.clock.now(), is_over=is_over)


def _asked(db: Session, message: Message) -> list[Asked]:
    if message.deleted_at is not None:
        return []
    channel = db.get_one(Channel, message.channel_id)
    kept = media.sizes(db, [message.id])
    return [
        Asked(
            message.id,
            one.place,
            channel.id,
            channel.platform,
            message.external_id,
            not message.conversation.is_public,
            media.address_at(message, one.place),
        )
        for one in media.attached(message, channel.platform, {})
        if one.is_here and (message.id, one.place) not in kept
    ]


def _store(db: Session, asked: Asked, content: bytes, now: datetime) -> None:
    """Once for each content; nothing of what was deleted meanwhile."""
    message = db.get(Message, asked.message_id)
    if message is None or message.deleted_at is not None:
        return
    digest = hashlib.sha256(content).hexdigest()
    row = {"digest": digest, "size": len(content), "kept_at": now, "content": content}
    insert_unless_there(db, Blob, row)
    blob = db.scalars(select(Blob.id).where(Blob.digest == digest)).one()
    place = {"message_id": message.id, "place": asked.place, "blob_id": blob}
    insert_unless_there(db, KeptMedia, place)
    _make_room(db)


def _make_room(db: Session) -> None:
    """The oldest give way."""
    most = db.get_one(Desk, 1).media_megabytes * MEGA
    size = db.scalar(select(func.sum(Blob.size))) or 0
    oldest = db.execute(select(Blob.id, Blob.size).order_by(Blob.kept_at, Blob.id))
    gone = []
    for blob, bytes_ in oldest:
        if size <= most:
            break
        gone.append(blob)
        size -= bytes_
    db.execute(delete(KeptMedia).where(KeptMedia.blob_id.in_(gone)))
    db.execute(delete(Blob).where(Blob.id.in_(gone)))


def _done(db: Session, number: int, now: datetime, *, is_over: bool) -> None:
    message = db.get(Message, number)
    if message is not None and (is_over or message.sent_at < now - TRIED_FOR):
        message.is_media_due = False
