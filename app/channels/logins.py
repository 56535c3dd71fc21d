"""Connecting by signing in at the platform: what goes there with a person, and what comes back.

What comes back is taken once, within an hour, in the session of the member who began it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.channels import offers
from app.channels.connections import NEW
from app.channels.errors import AuthExpired, ChannelError, Permanent, RateLimited
from app.channels.models import Channel, Login, Platform
from app.channels.offers import Offer
from app.channels.registry import Platforms, Wish
from app.credentials.tokens import TokenStore
from app.foundation.errors import Invalid, NotFound
from app.foundation.words import Words

LASTS = timedelta(hours=1)
VERIFIER, OFFERS = 1, 2
"""The version under which each is sealed: what came back cannot be taken for what went out."""
KIND = "login"
USED, LATE = ("36009",), ("36007",)
UNKNOWN = Words(
    "This sign-in is not known here, or it is more than an hour old. Nothing was changed. Begin "
    "again."
)
ELSEWHERE = Words(
    "This sign-in was begun in another browser or by another member. Nothing was changed. Begin "
    "again in this one."
)
AGAIN = Words("This sign-in has come back once already. Nothing was changed. Begin again.")
NO_APP = Words(
    "The desk has no app at %(platform)s yet. Whoever looks after the machine sets it up first."
)


@dataclass(frozen=True)
class Begun:
    """What a member wants to connect, and in which session."""

    platform: Platform
    session_id: int
    is_reading_only: bool = False
    has_instagram: bool = True
    channel: Channel | None = None


@dataclass(frozen=True)
class Logins:
    """Sign-ins with the desk's apps."""

    platforms: Platforms
    tokens: TokenStore

    def begin(
        self, db: Session, actor: Actor, wanted: Begun, redirect_uri: str, now: datetime
    ) -> str:
        """The address at the platform to send this member to."""
        channel = wanted.channel
        policy.require(actor, Permission.CHANNEL_MANAGE, now, channel.id if channel else NEW)
        if not self.platforms.has_app(wanted.platform):
            raise Invalid(Words(NO_APP.text, {"platform": wanted.platform.label}))
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        digest = _hash(state)
        db.add(
            Login(
                state_hash=digest,
                platform=wanted.platform,
                session_id=wanted.session_id,
                member_id=actor.member_id or 0,
                channel_id=channel.id if channel else None,
                is_reading_only=wanted.is_reading_only,
                began_at=now,
                sealed=self.tokens.seal_for(digest, KIND, verifier, version=VERIFIER),
            )
        )
        wish = Wish(
            redirect_uri,
            state,
            verifier,
            is_reading_only=wanted.is_reading_only,
            has_instagram=wanted.has_instagram,
            is_again=channel is not None,
        )
        return self.platforms.login_page(wanted.platform, wish)

    def verifier(self, login: Login) -> str:
        return self.tokens.open_for(login.state_hash, KIND, login.sealed, version=VERIFIER)

    def keep(self, login: Login, found: tuple[Offer, ...]) -> None:
        """Seal what was let in until the member has chosen."""
        text = offers.sealable(found)
        login.sealed = self.tokens.seal_for(login.state_hash, KIND, text, version=OFFERS)

    def offers(self, login: Login) -> tuple[Offer, ...]:
        """What there is to choose from."""
        text = self.tokens.open_for(login.state_hash, KIND, login.sealed, version=OFFERS)
        return offers.parse(text)


def came_back(
    db: Session, actor: Actor, platform: Platform, session_id: int, state: str, now: datetime
) -> Login:
    """The sign-in that this state belongs to, from now on used; a refusal is for the door to
    commit, too."""
    login = db.scalar(select(Login).where(Login.state_hash == _hash(state)).with_for_update())
    if login is None or login.platform is not platform or now - login.began_at > LASTS:
        raise _refused(db, actor, platform, "unknown", UNKNOWN, now)
    if (login.session_id, login.member_id) != (session_id, actor.member_id):
        raise _refused(db, actor, platform, "elsewhere", ELSEWHERE, now)
    if login.came_back_at is not None:
        raise _refused(db, actor, platform, "again", AGAIN, now)
    login.came_back_at = now
    return login


def turned_down(
    db: Session, actor: Actor, platform: Platform, problem: ChannelError, now: datetime
) -> Invalid:
    """The platform gave nothing for the code: why, in words."""
    return _refused(
        db, actor, platform, (problem.code or "no-answer")[:40], why(problem, platform), now
    )


def not_allowed(db: Session, actor: Actor, platform: Platform, now: datetime) -> Invalid:
    """The person said no there."""
    words = Words(
        "%(platform)s says that access was not given. Nothing was changed. Begin again when you "
        "want to allow it.",
        {"platform": platform.label},
    )
    return _refused(db, actor, platform, "access_denied", words, now)


def chosen_from(db: Session, actor: Actor, session_id: int, login_id: int, now: datetime) -> Login:
    """A sign-in that came back and still can be chosen from, by whoever began it."""
    login = db.get(Login, login_id)
    if (
        login is None
        or login.came_back_at is None
        or (login.session_id, login.member_id) != (session_id, actor.member_id)
        or now - login.began_at > LASTS
    ):
        raise NotFound(UNKNOWN)
    return login


def forget(db: Session, now: datetime) -> None:
    """What nobody came back with, or chose from, within the hour."""
    db.execute(delete(Login).where(Login.began_at < now - LASTS))


def why(problem: ChannelError, platform: Platform) -> Words:
    """What a code that brought nothing means for the person who came with it."""
    name: dict[str, object] = {"platform": platform.label, "code": problem.code or "no answer"}
    if isinstance(problem, Permanent) and problem.code in USED:
        return Words(
            "%(platform)s says that this sign-in was used already. Nothing was changed. Begin "
            "again.",
            name,
        )
    if isinstance(problem, Permanent) and (problem.code in LATE or platform is Platform.X):
        return Words(
            "%(platform)s did not take the sign-in: it lasts only a short time (30 seconds on X) "
            "and works once. Nothing was changed. Begin again.",
            name,
        )
    if isinstance(problem, RateLimited):
        return Words(
            "%(platform)s asks us to wait before we call again. Nothing was changed. Try again in "
            "an hour.",
            name,
        )
    if isinstance(problem, AuthExpired | Permanent):
        return Words(
            "%(platform)s did not take the sign-in (code %(code)s). Nothing was changed. If it "
            "happens again, the app’s id, its secret or its address to come back to is not the one "
            "that %(platform)s knows.",
            name,
        )
    return Words(
        "%(platform)s did not answer as expected (%(code)s). Nothing was changed. Try again in a "
        "few minutes.",
        name,
    )


def _refused(
    db: Session, actor: Actor, platform: Platform, code: str, words: Words, now: datetime
) -> Invalid:
    log.record(
        db,
        Event.LOGIN_REFUSED,
        actor.log_name,
        "desk",
        now=now,
        platform=platform.value,
        reason_code=code,
    )
    return Invalid(words)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()
