"""A person who let the desk in takes that back at Meta, or asks for what it knows of them."""

import re
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels import freezing
from app.channels.duty_models import Deletion, Grantor
from app.channels.models import Channel, ChannelState
from app.credentials import tokens

CODE = re.compile("[0-9a-f]{16}")


def deauthorized(db: Session, user_id: str, now: datetime) -> int:
    """Their tokens ended there this moment: the channels stop, the queue is kept."""
    channels = _let_in_by(db, user_id)
    for channel in channels:
        if channel.state is ChannelState.CONNECTED:
            freezing.freeze(db, channel, "token removed", now)
    return len(channels)


def deleted(db: Session, user_id: str, now: datetime) -> Deletion:
    """Their id and every token that was given with their profile; nothing else here is theirs."""
    channels = _let_in_by(db, user_id)
    deauthorized(db, user_id, now)
    for channel in channels:
        tokens.forget(db, channel.id)
        db.get_one(Grantor, channel.id).user_id = ""
    made = Deletion(code=secrets.token_hex(8), asked_at=now, count=len(channels))
    db.add(made)
    return made


def deletion(db: Session, code: str) -> Deletion | None:
    """What became of a request, for whoever holds its code; anybody can ask with anything."""
    return db.get(Deletion, code) if CODE.fullmatch(code) else None


def _let_in_by(db: Session, user_id: str) -> list[Channel]:
    found = (
        select(Channel)
        .join(Grantor, Grantor.channel_id == Channel.id)
        .where(Grantor.user_id == user_id, Channel.state != ChannelState.REMOVED)
    )
    return list(db.scalars(found.order_by(Channel.id)))
