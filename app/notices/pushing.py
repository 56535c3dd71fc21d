"""The worker's part: what waits to be pushed, one push a member to each of their browsers.

Taken by one browser is told; only where none took it is it tried again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.foundation.clock import Clock
from app.foundation.db import Database
from app.foundation.log import where
from app.foundation.words import Words
from app.notices import devices, practice, vapid
from app.notices.devices import Subscription
from app.notices.language import Say
from app.notices.mailing import SUBJECT_MANY
from app.notices.models import Kind, MailState, Notice, PushDevice
from app.notices.people import People
from app.notices.push import Gone, NotTaken, Push, Pusher
from app.notices.vapid import Sealer, Stamp
from app.notices.waiting import TOO_LATE, Claim, Way

log = structlog.get_logger()
BY_PUSH = Way("push")
APART = timedelta(minutes=1)
"""Whoever was pushed to a moment ago is left in peace; what comes meanwhile is one push."""
URGENT = frozenset({Kind.DRAFT_WAITS, Kind.REPLY_TROUBLE, Kind.CHANNEL_FROZEN, Kind.TEST})
MANY = "many"


@dataclass(frozen=True)
class Target:
    """One browser."""

    device_id: int
    to: Subscription


@dataclass(frozen=True)
class Post:
    """One push, the notices it tells of, and where it goes."""

    push: Push
    notice_ids: list[int]
    targets: list[Target]
    stamp: Stamp


@dataclass(frozen=True)
class NoticePush:
    """Pushes what waits."""

    database: Database
    pusher: Pusher
    clock: Clock
    world: Clock
    """The time outside, which stamps go by: no push service knows a practice desk's."""
    people: People
    lives: Callable[[Session, int, datetime], bool]
    """Whether a session still lets its browser in."""
    sealer: Sealer
    speaker: Callable[[str], Say]
    address: str

    def run(self) -> None:
        """Everybody for whom something is due; one member's trouble is nobody else's."""
        with self.database.reading() as db:
            due = BY_PUSH.due(db, self.clock.now())
        for member_id in due:
            try:
                post = self._claim(member_id)
            except Exception as problem:  # such as a secret that does not open any more
                log.error("push not made", member=member_id, error=where(problem))
                continue
            if post is not None:
                self._send(post)

    def _claim(self, member_id: int) -> Post | None:
        now = self.clock.now()
        with self.database.writing() as db:
            if self._is_told_already(db, member_id, now):
                return None
            claim = BY_PUSH.claim(db, member_id, self.people, now)
            if claim is None:
                return None
            ids = [n.id for n in claim.told]
            targets = self._targets(db, member_id, now)
            stamp = vapid.stamp(db, self.sealer, self.address)
            if not targets or stamp is None:
                BY_PUSH.mark(db, ids, MailState.NONE, None)
                return None
            return Post(self._push(db, claim, now), ids, targets, stamp)

    def _is_told_already(self, db: Session, member_id: int, now: datetime) -> bool:
        mine = (Notice.member_id == member_id,)
        last = db.scalar(
            select(func.max(Notice.push_at)).where(*mine, Notice.push == MailState.SENT)
        )
        test = select(Notice.id).where(
            *mine, Notice.kind == Kind.TEST, Notice.push == MailState.WAITS
        )
        is_recent = last is not None and timedelta() <= now - last < APART
        return is_recent and db.scalar(test.limit(1)) is None

    def _targets(self, db: Session, member_id: int, now: datetime) -> list[Target]:
        return [
            Target(d.id, devices.opened(d, self.sealer))
            for d in devices.own(db, member_id)
            if self.lives(db, d.session_id, now)
        ]

    def _push(self, db: Session, claim: Claim, now: datetime) -> Push:
        say, told = self.speaker(claim.to.locale), claim.told
        lines = self.people.lines(db, told, say, has_words=claim.wishes.has_push_words)
        is_one = len(told) == 1
        title = lines.pop(0) if is_one else say(Words(SUBJECT_MANY.text, {"count": len(told)}))
        if claim.house.is_practice:
            title = practice.title(title, say)
            lines.append(say(practice.LINE))
        return Push(
            title=title,
            body="\n".join(line.strip() for line in lines),
            path=f"/notices/{told[0].id}" if is_one else "/notices",
            tag=f"{told[0].kind.value} {told[0].about}" if is_one else MANY,
            locale=claim.to.locale,
            is_urgent=any(n.kind in URGENT for n in told),
            lives=TOO_LATE - (now - min(n.at for n in told)),
        )

    def _send(self, post: Post) -> None:
        problems = [self._try(post, target) for target in post.targets]
        if None in problems:
            self._mark(post, MailState.SENT, self.clock.now())
            return
        refused = [p for p in problems if p is not None]
        if all(isinstance(p, Gone) or p.is_final for p in refused):
            self._mark(post, MailState.FAILED, self.clock.now())
            return
        self._wait_as_asked(post, refused)

    def _try(self, post: Post, target: Target) -> Gone | NotTaken | None:
        """Send to one browser, and keep how it went."""
        try:
            self.pusher.send(target.to, post.push, post.stamp, self.world.now())
        except Gone as problem:
            log.info("push device gone", device=target.device_id)
            with self.database.writing() as db:
                db.execute(delete(PushDevice).where(PushDevice.id == target.device_id))
            return problem
        except NotTaken as problem:
            log.warning("push not taken", device=target.device_id, problem=problem.problem.value)
            self._note(target, problem)
            return problem
        self._note(target, None)
        return None

    def _note(self, target: Target, problem: NotTaken | None) -> None:
        now = self.clock.now()
        with self.database.writing() as db:
            device = db.get(PushDevice, target.device_id, with_for_update=True)
            if device is None:
                return
            device.problem = problem.problem if problem else None
            device.problem_at = now if problem else None
            if problem is None:
                device.told_at = now

    def _mark(self, post: Post, state: MailState, at: datetime) -> None:
        with self.database.writing() as db:
            BY_PUSH.mark(db, post.notice_ids, state, at)

    def _wait_as_asked(self, post: Post, problems: Sequence[Gone | NotTaken]) -> None:
        """A push service that says when to come back is not asked before."""
        asked = [p.again for p in problems if isinstance(p, NotTaken) and p.again]
        if asked:
            with self.database.writing() as db:
                BY_PUSH.put_off(db, post.notice_ids, self.clock.now() + min(asked))
