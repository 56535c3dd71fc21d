"""Drafts: whose they are, whom they answer, what was seen of them.

A person has one draft for each customer who waits, so there may be several in a public thread.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.foundation.errors import Invalid, NotFound
from app.foundation.words import Words
from app.inbox import access, changes
from app.inbox.models import Conversation, Turn
from app.replies.models import Decision, Draft, DraftAnswer, DraftState, DraftVersion

BEING_WRITTEN = (DraftState.DRAFT, DraftState.RETURNED)
UNDER_WAY = (DraftState.SUBMITTED, DraftState.APPROVED)
LIVE = (*BEING_WRITTEN, *UNDER_WAY)


def own(db: Session, actor: Actor, conversation_id: int) -> list[Draft]:
    """One's own live drafts in a conversation, the one saved last first; a holding reply on its
    way stands beside them."""
    return list(
        db.scalars(
            select(Draft)
            .where(
                Draft.conversation_id == conversation_id,
                Draft.author_id == actor.member_id,
                Draft.state.in_(LIVE),
                Draft.holding_id.is_(None),
            )
            .order_by(Draft.saved_at.desc(), Draft.id.desc())
            .options(selectinload(Draft.answers))
        )
    )


def mine(
    db: Session,
    actor: Actor,
    conversation_id: int,
    turn_ids: Sequence[int] = (),
    *,
    audience: str = "",
) -> Draft | None:
    """One's own draft for these customers, the first named first; with none named, the one that
    is being written. A private reply and a public one stand beside each other: `audience` says
    which is meant, and without it any.

    One whose customer no longer waits goes on when the same customer writes again.
    """
    found = [d for d in own(db, actor, conversation_id) if audience in ("", d.audience)]
    for turn_id in turn_ids:
        about = [d for d in found if turn_id in {a.turn_id for a in d.answers}]
        if about:
            return min(about, key=lambda d: len(d.answers))
    being_written = [d for d in found if d.state in BEING_WRITTEN]
    if turn_ids:
        return next((d for d in being_written if _goes_on(db, d, turn_ids)), None)
    return next(iter(being_written or found), None)


def under_way(db: Session, conversation_id: int) -> set[int]:
    """The turns to which somebody's answer waits for approval or is on its way."""
    return set(
        db.scalars(
            select(DraftAnswer.turn_id)
            .join(Draft, Draft.id == DraftAnswer.draft_id)
            .where(
                Draft.conversation_id == conversation_id,
                Draft.state.in_(UNDER_WAY),
                Draft.holding_id.is_(None),
            )
        )
    )


def get(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    """A draft on a channel the person may read. It is locked, since something is done with it;
    its conversation first, as everybody does, so that no two wait for each other."""
    draft = db.get(Draft, draft_id)
    if draft is None or not policy.can(actor, Permission.CONVERSATION_READ, now, draft.channel_id):
        raise NotFound()
    access.get(db, actor, draft.conversation_id, now, is_locking=True)
    return db.get_one(Draft, draft_id, with_for_update=True, populate_existing=True)


def get_own(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    """The same for who wrote it."""
    draft = get(db, actor, draft_id, now)
    if draft.author_id != actor.member_id:
        raise Invalid(Words("Only its writer can do this with a draft."))
    return draft


def writer(actor: Actor) -> int:
    """Who writes: a person, never the desk itself."""
    if actor.member_id is None:
        raise Invalid(Words("Only a person can write an answer."))
    return actor.member_id


def show_waiting(db: Session, conversation_id: int) -> None:
    """Tell the inbox's list whether an answer waits for approval in a conversation."""
    db.flush()
    waits = db.scalar(
        select(Draft.id)
        .where(Draft.conversation_id == conversation_id, Draft.state == DraftState.SUBMITTED)
        .limit(1)
    )
    db.get_one(Conversation, conversation_id).has_submitted = waits is not None


def show_moved(db: Session, draft: Draft, now: datetime) -> None:
    """The list, and everybody who looks at the conversation, see where a draft stands now."""
    show_waiting(db, draft.conversation_id)
    changes.note(db, draft.channel_id, draft.conversation_id, now)


def answered_turns(db: Session, draft: Draft) -> list[Turn]:
    """Whose turns a draft answers."""
    return list(
        db.scalars(
            select(Turn)
            .join(DraftAnswer, DraftAnswer.turn_id == Turn.id)
            .where(DraftAnswer.draft_id == draft.id)
            .order_by(Turn.id)
        )
    )


def add_version(db: Session, draft: Draft, actor: Actor, text: str, now: datetime) -> DraftVersion:
    """The words as they are now, to be seen by another; the same words make no new version."""
    last = draft.versions[-1] if draft.versions else None
    if last is not None and last.text == text:
        return last
    version = DraftVersion(
        draft_id=draft.id,
        number=len(draft.versions) + 1,
        text=text,
        editor_id=writer(actor),
        at=now,
    )
    draft.versions.append(version)
    draft.text = text
    db.flush()
    return version


def last_return(db: Session, draft: Draft) -> Decision | None:
    """Why a draft came back last."""
    return db.scalar(
        select(Decision)
        .where(Decision.draft_id == draft.id, Decision.is_approval.is_(False))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def _goes_on(db: Session, draft: Draft, turn_ids: Sequence[int]) -> bool:
    """Whether these are customers whom the draft was for, asking anew; or it was for nobody yet."""
    asking = set(db.scalars(select(Turn.contact_key).where(Turn.id.in_(turn_ids))))
    was_for = {t.contact_key for t in answered_turns(db, draft)}
    return not was_for or bool(was_for & asking)
