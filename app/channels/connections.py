"""Connecting a channel, and opening its adapter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.channels import freezing, queries, registry
from app.channels.adapter import ChannelAdapter, Connected
from app.channels.errors import AuthExpired, ChannelError, Permanent, RateLimited
from app.channels.models import CREDIT, Channel, ChannelState, Platform
from app.channels.pairs import Kept, Pair
from app.channels.registry import Platforms
from app.channels.spending import Meter
from app.credentials.rootkey import KeyProblem
from app.credentials.tokens import PAGE_TOKEN, PAIR, Secret, TokenStore
from app.foundation.db import Database
from app.foundation.errors import Conflict, Invalid, NotFound
from app.foundation.words import Words

NEW = 0
"""The number of a channel that is not there yet: only a right over all channels covers it."""

ANSWERING = frozenset({"pages_manage_engagement"})
"""Without it nothing can be posted: such a channel begins with reading only."""

NOT_GIVEN = Words(
    "Facebook has not given the desk the right to answer here. Nothing was changed. Connect it "
    "again and choose “Read and answer”; then start sending."
)
OF_OTHERS = {
    "other-page": Words(
        "This token belongs to another page or person (%(id)s). Bring the token of the Page itself."
    ),
    "no-account": Words(
        "This token belongs to a Page (%(id)s) that no Instagram account is linked to. Link the "
        "account to it on Instagram, or bring the token of the Page that it is linked to."
    ),
}
"""What is told of a good token that is not the right one."""


@dataclass(frozen=True)
class Connections:
    """Opens channels with the desk's tokens and platforms."""

    platforms: Platforms
    tokens: TokenStore
    database: Database | None = None
    """Where pairs of tokens are renewed and costs are counted, in transactions of their own."""

    def open(self, db: Session, channel: Channel) -> ChannelAdapter:
        """The adapter of a connected channel, holding its newest token.

        One that is not there or cannot be opened is like one that has ended.
        """
        is_paired = channel.platform in registry.PAIRED
        try:
            token = self.tokens.open(db, channel.id, PAIR if is_paired else PAGE_TOKEN)
        except (KeyProblem, NotFound):
            raise AuthExpired("token", "unreadable") from None
        if is_paired:
            return self._paired(channel)
        return self.platforms.adapter(channel.platform, channel.external_id, token)

    def _paired(self, channel: Channel) -> ChannelAdapter:
        assert self.database is not None
        platforms = self.platforms
        kept = Kept(self.database, self.tokens, platforms.clock, channel.id, platforms.renew)
        meter = Meter(self.database, platforms.clock, channel.id)
        return platforms.paired(channel.external_id, kept, meter)

    def check(self, platform: Platform, external_id: str, token: Secret) -> Connected:
        """Real calls with a token that somebody brought: who it is, and push what happens there.

        Says in words what is wrong with it.
        """
        if not registry.is_available(platform):
            raise Invalid(Words("This version of Vuoro cannot be connected there yet."), "platform")
        if not external_id or len(external_id) > 100 or not external_id.isprintable():
            raise Invalid(Words("Write the Page's id, a row of digits."), "external_id")
        if not 1 <= len(token.reveal()) <= 4096 or not token.reveal().isascii():
            raise Invalid(Words("This does not look like an access token."), "token")
        try:
            adapter = self.platforms.adapter(platform, external_id, token)
        except ValueError:
            raise Invalid(Words("This does not look like an access token."), "token") from None
        return _tried(adapter, platform)

    def test(self, db: Session, channel: Channel) -> Callable[[], Connected]:
        """The same with the token that a channel has: opened now, tried outside the transaction."""
        platform = channel.platform
        try:
            adapter = self.open(db, channel)
        except ChannelError as problem:
            raise Invalid(_why(problem, platform), "token") from None
        return lambda: _tried(adapter, platform)

    def connect(
        self,
        db: Session,
        actor: Actor,
        platform: Platform,
        found: Connected,
        token: Secret,
        now: datetime,
        *,
        is_reading_only: bool = False,
    ) -> Channel:
        """Keep a checked token; connecting again keeps the channel and all its history.

        Whoever looks after some channels only reconnects those, and adds none.
        """
        known = queries.known(db, platform, found.external_id)
        policy.require(actor, Permission.CHANNEL_MANAGE, now, known.id if known else NEW)
        channel = self.connect_checked(db, actor, platform, found, token, now)
        if known is None and (is_reading_only or ANSWERING.intersection(channel.missing)):
            channel.switch_sending(is_on=False)
        return channel

    def connect_checked(
        self,
        db: Session,
        actor: Actor,
        platform: Platform,
        found: Connected,
        token: Secret,
        now: datetime,
    ) -> Channel:
        """The same for whoever holds the machine itself: the command line."""
        channel = queries.known(db, platform, found.external_id)
        if channel is None:
            channel = Channel(
                platform=platform,
                external_id=found.external_id,
                name=found.name,
                state=ChannelState.CONNECTED,
                connected_at=now,
            )
            db.add(channel)
        channel.name = found.name or channel.name
        channel.connected_by_id, channel.connected_at = actor.member_id, now
        channel.next_poll_at, channel.poll_failures = now, 0
        channel.checked(found.missing_permissions, now)
        db.flush()
        freezing.thaw(db, channel, now)
        version = self._store(db, channel, token, now)
        log.record(
            db,
            Event.CHANNEL_CONNECTED,
            actor.log_name,
            f"channel:{channel.id}",
            now=now,
            platform=platform.value,
            external_id=found.external_id,
            version=version,
        )
        return channel

    def _store(self, db: Session, channel: Channel, token: Secret, now: datetime) -> int:
        if channel.platform not in registry.PAIRED:
            return self.tokens.store(db, channel.id, token, now)
        pair = Pair.parse(token.reveal(), now)
        return self.tokens.store(db, channel.id, pair.sealable(), now, PAIR)


def answered(db: Session, channel: Channel, found: Connected, now: datetime) -> None:
    """A call with its token succeeded: remembered, and where only money was missing it goes on."""
    channel.checked(found.missing_permissions, now)
    freezing.paid(db, channel, now)


def _tried(adapter: ChannelAdapter, platform: Platform) -> Connected:
    """Who it is; from now on what happens there is pushed."""
    try:
        found = adapter.verify()
        adapter.subscribe()
    except ChannelError as problem:
        raise Invalid(_why(problem, platform), "token") from None
    return found


def _why(problem: ChannelError, platform: Platform) -> Words:
    """What a refused token means for the person who brought it."""
    name: dict[str, object] = {"platform": platform.label}
    if isinstance(problem, AuthExpired) and problem.kind == CREDIT:
        return Words(
            "%(platform)s takes no more calls: the app's credit there is used up. Nothing was "
            "changed. Buy credit, then try again.",
            name,
        )
    if isinstance(problem, AuthExpired) and problem.kind == "token":
        return Words(
            "%(platform)s does not take this token: it has ended or is not whole. Nothing was "
            "changed. Get a new one and try again.",
            name,
        )
    if isinstance(problem, AuthExpired):
        return Words(
            "The token works, but a permission is missing (code %(code)s). Nothing was changed.",
            {"code": problem.code},
        )
    if isinstance(problem, Permanent) and problem.kind in OF_OTHERS:
        return Words(OF_OTHERS[problem.kind].text, {"id": problem.code})
    if isinstance(problem, RateLimited):
        return Words(
            "%(platform)s asks us to wait before we call again. Nothing was changed. Try again in "
            "an hour.",
            name,
        )
    return Words(
        "%(platform)s did not answer as expected (%(code)s). Nothing was changed. Try again in a "
        "few minutes.",
        {**name, "code": problem.code or "no answer"},
    )


def set_sending(
    db: Session, actor: Actor, channel: Channel, *, is_sending: bool, now: datetime
) -> None:
    """Stop or start what goes out; reading goes on and the queue is kept."""
    policy.require(actor, Permission.CHANNEL_MANAGE, now, channel.id)
    if channel.platform is Platform.DESK:
        raise Invalid(Words("What is written down has no platform that something could go out to."))
    if is_sending and ANSWERING.intersection(channel.missing):
        raise Conflict(NOT_GIVEN)
    if channel.is_sending != is_sending:
        channel.switch_sending(is_on=is_sending)
        freezing.over(db, channel, now)
        log.record(
            db,
            Event.CHANNEL_CHANGED,
            actor.log_name,
            f"channel:{channel.id}",
            now=now,
            fields=["is_sending"],
            state="on" if is_sending else "off",
        )
