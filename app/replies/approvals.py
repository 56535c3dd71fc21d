"""The approver's word: bound to exactly what was on the screen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, Forbidden, Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.inbox import access
from app.inbox.models import Audience, Conversation, Turn, TurnState
from app.replies import drafts, fingerprint, outbox, rules, submitting, telling, windows
from app.replies.models import Decision, Draft, DraftState, DraftVersion, OutboxItem

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Standing:
    """A draft and the thread around it, as they are at this moment."""

    draft: Draft
    version: DraftVersion
    conversation: Conversation
    turns: list[Turn]
    seen: fingerprint.Seen
    fingerprint: str

    @property
    def has_changed(self) -> bool:
        """Something is different from when it was submitted."""
        return self.fingerprint != self.draft.fingerprint

    @property
    def open_turns(self) -> list[Turn]:
        return [t for t in self.turns if t.state is TurnState.OPEN]


def waiting(db: Session, actor: Actor, now: datetime) -> list[Draft]:
    """Drafts this person can decide on, oldest first; never their own."""
    open_to = policy.channels_open_to(actor, Permission.DRAFT_APPROVE, now)
    found = (
        select(Draft)
        .where(Draft.state == DraftState.SUBMITTED, Draft.author_id != actor.member_id)
        .order_by(Draft.submitted_at, Draft.id)
        .limit(200)
    )
    if not open_to.is_all:
        found = found.where(Draft.channel_id.in_(open_to.ids))
    return list(db.scalars(found))


def waiting_count(db: Session, actor: Actor, now: datetime) -> int:
    """How many there are, for the rail."""
    return len(waiting(db, actor, now))


def sent_back(db: Session, actor: Actor) -> list[Draft]:
    """One's own answers that came back, newest first."""
    return list(
        db.scalars(
            select(Draft)
            .where(
                Draft.author_id == actor.member_id,
                Draft.state == DraftState.RETURNED,
                Draft.holding_id.is_(None),
            )
            .order_by(Draft.saved_at.desc())
            .limit(200)
        )
    )


def decided(db: Session, actor: Actor, now: datetime, most: int = 50) -> list[Decision]:
    """The newest decisions on the channels this person approves on."""
    open_to = policy.channels_open_to(actor, Permission.DRAFT_APPROVE, now)
    found = (
        select(Decision)
        .join(Draft, Draft.id == Decision.draft_id)
        .order_by(Decision.id.desc())
        .limit(most)
    )
    if not open_to.is_all:
        found = found.where(Draft.channel_id.in_(open_to.ids))
    return list(db.scalars(found))


def standing(db: Session, draft: Draft) -> Standing:
    """A draft as it stands in its thread now."""
    conversation = db.get_one(Conversation, draft.conversation_id)
    turns = drafts.answered_turns(db, draft)
    seen = fingerprint.look(db, conversation, turns)
    return Standing(
        draft, draft.versions[-1], conversation, turns, seen, seen.fingerprint(draft.text)
    )


def approve(
    db: Session,
    actor: Actor,
    draft_id: int,
    *,
    version_id: int,
    seen_fingerprint: str,
    now: datetime,
    text: str | None = None,
) -> OutboxItem:
    """Let an answer go out, as it is or with other words, after the time to undo."""
    draft = _decidable(db, actor, draft_id, version_id, now)
    conversation = access.get(db, actor, draft.conversation_id, now, is_locking=True)
    stands = standing(db, draft)
    _require_as_seen(db, stands, seen_fingerprint)
    words = _checked(db, conversation, draft, text, now)
    version = drafts.add_version(db, draft, actor, words, now)
    draft.move(DraftState.APPROVED)
    draft.fingerprint = stands.seen.fingerprint(words)
    _record_approval(db, actor, draft, version, now, was_edited=version.id != version_id)
    telling.over(db, draft, now)
    drafts.show_waiting(db, draft.conversation_id)
    return outbox.enqueue(db, draft, version, conversation, now)


def _require_as_seen(db: Session, stands: Standing, seen_fingerprint: str) -> None:
    """Somebody still waits, no colleague was first, and nothing changed since it was shown."""
    draft = stands.draft
    if not stands.open_turns:
        raise Conflict(
            Words(
                "This was answered meanwhile, or nobody waits for it any more. Nothing was sent."
            ),
            draft.text,
        )
    submitting.refuse_double(db, draft, stands.open_turns, among=(DraftState.APPROVED,))
    if stands.fingerprint != seen_fingerprint:
        raise Conflict(
            Words(
                "The conversation changed while you were reading. Nothing was sent: "
                "read it again as it is now."
            ),
            draft.text,
        )


def _record_approval(
    db: Session,
    actor: Actor,
    draft: Draft,
    version: DraftVersion,
    now: datetime,
    *,
    was_edited: bool,
) -> None:
    db.add(
        Decision(
            draft_id=draft.id,
            version_id=version.id,
            member_id=actor.member_id,
            is_approval=True,
            was_edited=was_edited,
            fingerprint=draft.fingerprint,
            at=now,
        )
    )
    log.record(
        db,
        Event.DRAFT_APPROVED,
        actor.log_name,
        f"draft:{draft.id}",
        now=now,
        version=version.number,
        was_edited=was_edited,
        fingerprint=draft.fingerprint,
    )


def _checked(
    db: Session, conversation: Conversation, draft: Draft, text: str | None, now: datetime
) -> str:
    """Words that may go out now, in their length and in their time."""
    windows.check(db, conversation, now, private_to=draft.private_to_id)
    channel, words = access.channel_of(db, conversation), draft.text if text is None else text
    return rules.checked_answer(words, channel, Audience(draft.audience))


def send_back(
    db: Session, actor: Actor, draft_id: int, *, version_id: int, reason: str, now: datetime
) -> Draft:
    """Back to the writer, with what would make it good."""
    reason = clean(reason)
    if not reason:
        raise Invalid(
            Words("A reason or a note is needed, so that it can be made better."), "reason"
        )
    if len(reason) > LONGEST_REASON:
        raise Invalid(Words("The note has over 2,000 characters. Shorten it."), "reason")
    draft = _decidable(db, actor, draft_id, version_id, now)
    draft.move(DraftState.RETURNED)
    db.add(
        Decision(
            draft_id=draft.id,
            version_id=version_id,
            member_id=actor.member_id,
            is_approval=False,
            reason=reason,
            fingerprint=draft.fingerprint,
            at=now,
        )
    )
    log.record(
        db,
        Event.DRAFT_RETURNED,
        actor.log_name,
        f"draft:{draft.id}",
        now=now,
        version=draft.versions[-1].number,
    )
    telling.returned(db, draft, now, by=actor.member_id)
    drafts.show_moved(db, draft, now)
    return draft


def send_own(
    db: Session,
    actor: Actor,
    draft_id: int,
    *,
    text: str,
    turn_ids: list[int],
    version: int | None,
    now: datetime,
) -> OutboxItem:
    """One's own answer without approval, for who holds that right on the channel."""
    draft = submitting.prepare_to_send(
        db, actor, draft_id, text=text, turn_ids=turn_ids, version=version, now=now
    )
    draft.move(DraftState.APPROVED)
    draft.submitted_at = now
    conversation = db.get_one(Conversation, draft.conversation_id)
    log.record(
        db,
        Event.REPLY_QUEUED,
        actor.log_name,
        f"draft:{draft.id}",
        now=now,
        version=draft.versions[-1].number,
        fingerprint=draft.fingerprint,
        method="send",
    )
    telling.over(db, draft, now)
    return outbox.enqueue(db, draft, draft.versions[-1], conversation, now)


def _decidable(db: Session, actor: Actor, draft_id: int, version_id: int, now: datetime) -> Draft:
    """The draft, if this person may decide on it and it is still what they saw."""
    draft = drafts.get(db, actor, draft_id, now)
    policy.require(actor, Permission.DRAFT_APPROVE, now, draft.channel_id)
    if draft.author_id == actor.member_id:
        raise Forbidden(
            Words("Nobody approves their own answer. A colleague who may approve looks at it.")
        )
    if draft.state is not DraftState.SUBMITTED:
        raise Conflict(
            Words("A colleague has already decided on this, or its writer took it back."),
            draft.text,
        )
    if draft.versions[-1].id != version_id:
        raise Conflict(
            Words(
                "The writer changed the answer while you were reading. Nothing was "
                "sent: this is how it reads now."
            ),
            draft.text,
        )
    return draft
