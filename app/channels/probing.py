"""Once a day each channel's token is tried with a real call, also where nothing is to be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.channels import deadlines, freezing, registry
from app.channels.adapter import Connected
from app.channels.connections import Connections, answered
from app.channels.duty_models import Grantor
from app.channels.errors import AuthExpired, ChannelError
from app.channels.models import Channel, ChannelState, Platform
from app.channels.registry import TokenFacts
from app.credentials.tokens import PAGE_TOKEN
from app.foundation.clock import Clock
from app.foundation.db import Database

_log = structlog.get_logger()
EVERY, AGAIN = timedelta(hours=24), timedelta(hours=1)
NOBODY = ""


@dataclass(frozen=True)
class Probing:
    """The daily look at every channel's access."""

    database: Database
    connections: Connections
    clock: Clock

    def run(self) -> None:
        """One that cannot be reached keeps no other from being looked at."""
        for channel_id in self._due():
            try:
                self.probe(channel_id)
            except ChannelError as problem:
                _log.info("channel not probed", channel=channel_id, error=str(problem))
                self._postpone(channel_id)

    def probe(self, channel_id: int) -> None:
        """A refusal freezes it at once; what cannot be asked now is asked in an hour."""
        with self.database.reading() as db:
            channel = db.get_one(Channel, channel_id)
            try:
                adapter = self.connections.open(db, channel)
            except AuthExpired as problem:
                return self._refused(channel_id, problem)
        try:
            found = adapter.verify()
        except AuthExpired as problem:
            return self._refused(channel_id, problem)
        facts = self._facts(channel)
        with self.database.writing() as db:
            note(db, db.get_one(Channel, channel_id), found, facts, self.clock.now())
        return None

    def _postpone(self, channel_id: int) -> None:
        """Calls in a block would lengthen it."""
        with self.database.writing() as db:
            row = _row(db, channel_id, self.clock.now())
            row.probed_at = self.clock.now() - EVERY + AGAIN

    def _refused(self, channel_id: int, problem: AuthExpired) -> None:
        with self.database.writing() as db:
            channel, now = db.get_one(Channel, channel_id), self.clock.now()
            if channel.state is ChannelState.CONNECTED:
                freezing.freeze(db, channel, f"{problem.kind} {problem.code}".strip(), now)

    def _facts(self, channel: Channel) -> TokenFacts | None:
        if channel.platform in registry.PAIRED:
            return None
        with self.database.reading() as db:
            token = self.connections.tokens.open(db, channel.id, PAGE_TOKEN)
        return self.connections.platforms.token_facts(token)

    def _due(self) -> list[int]:
        """An account whose calls cost is read all the time: that is proof enough."""
        before = self.clock.now() - EVERY
        looked = or_(Grantor.probed_at.is_(None), Grantor.probed_at <= before)
        read = or_(Channel.checked_at.is_(None), Channel.checked_at <= before)
        found = (
            select(Channel.id)
            .join(Grantor, Grantor.channel_id == Channel.id, isouter=True)
            .where(
                Channel.state == ChannelState.CONNECTED,
                Channel.platform != Platform.DESK,
                or_(Channel.platform.not_in(registry.PAIRED), read),
                looked,
            )
        )
        with self.database.reading() as db:
            return list(db.scalars(found.order_by(Channel.id)))


def note(
    db: Session, channel: Channel, found: Connected, facts: TokenFacts | None, now: datetime
) -> None:
    """What the platform says of the token: that it works, what it lacks, and when it ends."""
    answered(db, channel, found, now)
    row = _row(db, channel.id, now)
    row.probed_at = now
    if facts is None:
        return
    row.user_id = facts.user_id or row.user_id
    deadlines.put(db, f"{deadlines.TOKEN}:{channel.id}", facts.ends_at)
    deadlines.put(db, f"{deadlines.DATA_ACCESS}:{channel.id}", facts.data_access_until)


def _row(db: Session, channel_id: int, now: datetime) -> Grantor:
    """What is known of who let the desk in there."""
    row = db.get(Grantor, channel_id)
    if row is None:
        row = Grantor(channel_id=channel_id, user_id=NOBODY, probed_at=now)
        db.add(row)
    return row
