"""Asking for an approval, or making ready to send without one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts.models import Member
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict
from app.foundation.words import Words
from app.inbox import access, presence
from app.inbox.models import Audience, Turn
from app.replies import drafts, fingerprint, rules, saving, telling, windows
from app.replies.models import Draft, DraftAnswer, DraftState


def submit(
    db: Session,
    actor: Actor,
    draft_id: int,
    *,
    text: str,
    turn_ids: Sequence[int],
    question: str,
    version: int | None,
    now: datetime,
) -> Draft:
    """Ask for approval. Also for changed words of an answer that already waits for it."""
    draft = _prepare(db, actor, draft_id, text, turn_ids, version, now)
    draft.question = rules.checked_draft(question)
    if draft.state is not DraftState.SUBMITTED:
        draft.move(DraftState.SUBMITTED)
    draft.submitted_at = now
    log.record(
        db,
        Event.DRAFT_SUBMITTED,
        actor.log_name,
        f"draft:{draft.id}",
        now=now,
        conversation=draft.conversation_id,
        version=len(draft.versions),
        fingerprint=draft.fingerprint,
    )
    telling.asked(db, draft, now, by=actor.member_id)
    drafts.show_moved(db, draft, now)
    return draft


def prepare_to_send(
    db: Session,
    actor: Actor,
    draft_id: int,
    *,
    text: str,
    turn_ids: Sequence[int],
    version: int | None,
    now: datetime,
) -> Draft:
    """One's own answer, ready to go out without approval: only for who holds that right."""
    draft = _prepare(db, actor, draft_id, text, turn_ids, version, now)
    policy.require(actor, Permission.REPLY_SEND, now, draft.channel_id)
    return draft


def withdraw(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    """Take an answer back from its approver, to go on writing."""
    draft = drafts.get_own(db, actor, draft_id, now)
    if draft.state is not DraftState.SUBMITTED:
        raise Conflict(Words("This answer has moved on meanwhile. Open it again."), draft.text)
    draft.move(DraftState.DRAFT)
    log.record(db, Event.DRAFT_WITHDRAWN, actor.log_name, f"draft:{draft.id}", now=now)
    telling.over(db, draft, now)
    drafts.show_moved(db, draft, now)
    return draft


def _prepare(
    db: Session,
    actor: Actor,
    draft_id: int,
    text: str,
    turn_ids: Sequence[int],
    version: int | None,
    now: datetime,
) -> Draft:
    """What submitting and sending have in common: right, words, nobody else there first."""
    draft = drafts.get_own(db, actor, draft_id, now)
    conversation = access.get(
        db, actor, draft.conversation_id, now, Permission.DRAFT_WRITE, is_locking=True
    )
    if draft.state not in (*drafts.BEING_WRITTEN, DraftState.SUBMITTED):
        raise Conflict(Words("This answer is already on its way."), draft.text)
    if version is not None and version != draft.version:
        raise Conflict(
            Words("You changed this answer in another window. Both texts are here."), draft.text
        )
    turns = saving.address(db, draft, conversation, turn_ids)
    windows.check(db, conversation, now, private_to=draft.private_to_id)
    audience = Audience(draft.audience)
    checked = rules.checked_answer(text, access.channel_of(db, conversation), audience)
    if not turns:
        raise Conflict(Words("Nobody waits for this answer any more. It was kept as a draft."))
    refuse_double(db, draft, turns)
    draft.saved_at = now
    drafts.add_version(db, draft, actor, checked, now)
    seen = fingerprint.look(db, conversation, turns)
    draft.fingerprint, draft.head_message_id = seen.fingerprint(checked), seen.head_id
    for answer in draft.answers:
        answer.seen_text = seen.words
    presence.stopped(db, actor, conversation.id)
    return draft


def refuse_double(
    db: Session, draft: Draft, turns: list[Turn], among: tuple[DraftState, ...] = drafts.UNDER_WAY
) -> None:
    """Nobody answers what a colleague's answer already is under way to."""
    other = db.execute(
        select(Draft, Member.name)
        .join(DraftAnswer, DraftAnswer.draft_id == Draft.id)
        .join(Member, Member.id == Draft.author_id)
        .where(
            DraftAnswer.turn_id.in_([t.id for t in turns]),
            Draft.id != draft.id,
            Draft.state.in_(among),
            Draft.holding_id.is_(None),
        )
        .limit(1)
    ).first()
    if other is not None:
        raise Conflict(
            Words(
                "%(name)s has already answered this. Your text was not sent; it is "
                "kept as a draft.",
                {"name": other[1]},
            ),
            other[0].text,
        )
