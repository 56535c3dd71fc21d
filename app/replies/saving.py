"""Writing an answer: kept as it is typed; each customer's is a draft of its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.access.permissions import Permission
from app.foundation.errors import Conflict
from app.foundation.words import Words
from app.inbox import access, changes, presence
from app.inbox.models import Audience, Conversation, Turn, TurnState
from app.replies import drafts, private_replies, rules, telling
from app.replies.models import Draft, DraftAnswer, DraftState


def save(
    db: Session,
    actor: Actor,
    conversation_id: int,
    *,
    text: str,
    turn_ids: Sequence[int],
    version: int | None,
    now: datetime,
    is_private_reply: bool = False,
) -> Draft:
    """Keep what is being typed; a newer saving from another window is never written over."""
    conversation = access.get(
        db, actor, conversation_id, now, Permission.DRAFT_WRITE, is_locking=True
    )
    rules.check_answerable(access.channel_of(db, conversation))
    is_private_reply = is_private_reply and conversation.is_public
    audience = (Audience.PRIVATE if is_private_reply else conversation.audience).value
    draft = drafts.mine(db, actor, conversation.id, turn_ids, audience=audience)
    if draft is not None and draft.state in drafts.UNDER_WAY:
        raise Conflict(Words("This answer is with its approver already."), draft.text)
    text = rules.checked_draft(text)
    if draft is None:
        draft = _start(db, actor, conversation, audience, now)
    elif version != draft.version and draft.text not in ("", text):
        raise Conflict(
            Words("You changed this answer in another window. Both texts are here."), draft.text
        )
    draft.text, draft.saved_at = text, now
    address(db, draft, conversation, turn_ids)
    presence.answering(db, actor, conversation.id, now)
    db.flush()
    return draft


def turn(db: Session, actor: Actor, draft_id: int, audience: Audience, now: datetime) -> Draft:
    """The same words for everybody to read, or for one person: only its writer does that."""
    draft = drafts.get_own(db, actor, draft_id, now)
    conversation = access.get(db, actor, draft.conversation_id, now, Permission.DRAFT_WRITE)
    if draft.state not in drafts.BEING_WRITTEN or not conversation.is_public:
        raise Conflict(Words("This answer is with its approver already."), draft.text)
    draft.audience, draft.private_to_id = audience.value, None
    address(db, draft, conversation, [a.turn_id for a in draft.answers])
    return draft


def discard(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    """Put a draft away; its words stay and can be taken up again."""
    draft = drafts.get_own(db, actor, draft_id, now)
    if draft.state is DraftState.APPROVED:
        raise Conflict(Words("This answer is already on its way."), draft.text)
    draft.move(DraftState.DISCARDED)
    telling.over(db, draft, now)
    presence.stopped(db, actor, draft.conversation_id)
    drafts.show_waiting(db, draft.conversation_id)
    changes.note(db, draft.channel_id, draft.conversation_id, now)
    return draft


def take_up(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    """Undo a discard."""
    draft = drafts.get_own(db, actor, draft_id, now)
    turn_ids = [a.turn_id for a in draft.answers]
    other = drafts.mine(db, actor, draft.conversation_id, turn_ids, audience=draft.audience)
    if other is not None and other.id != draft.id and other.text:
        raise Conflict(Words("You have begun another answer here."), other.text)
    draft.move(DraftState.DRAFT)
    return draft


def address(
    db: Session, draft: Draft, conversation: Conversation, turn_ids: Sequence[int]
) -> list[Turn]:
    """Whom it answers, and of a private reply to which comment: it has one."""
    is_private_reply = conversation.is_public and draft.audience == Audience.PRIVATE.value
    turns = answer(db, draft, conversation, turn_ids[:1] if is_private_reply else turn_ids)
    if is_private_reply:
        comment = private_replies.target(turns)
        draft.private_to_id = comment.id if comment is not None else draft.private_to_id
    return turns


def answer(
    db: Session, draft: Draft, conversation: Conversation, turn_ids: Sequence[int]
) -> list[Turn]:
    """Whose open turns it answers: those given; with none given those it had, or whoever waits
    alone. Where none of them waits any more, the draft still says whom it was for."""
    open_turns = list(
        db.scalars(
            select(Turn)
            .where(Turn.conversation_id == conversation.id, Turn.state == TurnState.OPEN)
            .order_by(Turn.id)
        )
    )
    known = {a.turn_id: a for a in draft.answers}
    chosen = [t for t in open_turns if t.id in (turn_ids or known)]
    if not turn_ids and not chosen and len(open_turns) == 1:
        chosen = open_turns
    if not chosen:
        return []
    for turn in chosen:
        if turn.id not in known:
            draft.answers.append(DraftAnswer(draft_id=draft.id, turn_id=turn.id))
    for turn_id in known.keys() - {t.id for t in chosen}:
        draft.answers.remove(known[turn_id])
        db.delete(known[turn_id])
    db.flush()
    return chosen


def _start(
    db: Session, actor: Actor, conversation: Conversation, audience: str, now: datetime
) -> Draft:
    """A new draft. Typing claims a conversation that nobody has."""
    draft = Draft(
        conversation_id=conversation.id,
        channel_id=conversation.channel_id,
        audience=audience,
        author_id=drafts.writer(actor),
        state=DraftState.DRAFT,
        created_at=now,
        saved_at=now,
    )
    db.add(draft)
    db.flush()
    if conversation.assignee_id is None:
        conversation.assignee_id = actor.member_id
        changes.note(db, conversation.channel_id, conversation.id, now)
    return draft
