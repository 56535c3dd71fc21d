"""The approver's card: what is answered, what goes out, and what changed meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts.models import Member
from app.channels.models import Channel
from app.channels.windows import Window
from app.foundation.errors import NotFound
from app.foundation.words import Words
from app.inbox import queries
from app.inbox.models import Message
from app.inbox.queries import OpenTurn
from app.inbox.waiting import order_of
from app.replies import approvals, drafts, windows
from app.replies.approvals import Standing
from app.replies.models import Decision, Draft, DraftState, DraftVersion


@dataclass(frozen=True)
class Said:
    """A customer's message that the draft answers."""

    name: str
    at: datetime
    text: str
    is_deleted: bool = False


@dataclass(frozen=True)
class Card:
    """Everything an approver needs for one decision."""

    draft: Draft
    channel: Channel
    version_id: int
    fingerprint: str
    text: str
    author_name: str
    question: str
    submitted_at: datetime | None
    audience: str
    names: list[str]
    said: list[Said]
    also_waiting: list[OpenTurn]
    post_text: str
    due_at: datetime | None
    changed: list[Words]
    returned: Decision | None
    text_when_returned: str
    is_decidable: bool
    window: Window | None
    """Until when the platform takes it; None where it sets no time."""
    obstacle: Words | None
    """Why it cannot be sent as things are."""


def queue(db: Session, actor: Actor, now: datetime) -> list[Card]:
    """The cards this person can decide on, oldest first."""
    return [_card(db, actor, now, d) for d in approvals.waiting(db, actor, now)]


def card(db: Session, actor: Actor, now: datetime, draft_id: int) -> Card:
    """One card; also of a draft that was decided meanwhile, then without buttons."""
    draft = db.get(Draft, draft_id)
    if draft is None or not policy.can(actor, Permission.DRAFT_APPROVE, now, draft.channel_id):
        raise NotFound()
    if not draft.versions:
        raise NotFound()
    return _card(db, actor, now, draft)


def _card(db: Session, actor: Actor, now: datetime, draft: Draft) -> Card:
    stands = approvals.standing(db, draft)
    waiting = queries.open_turns(db, draft.conversation_id)
    answered = {t.id for t in stands.turns}
    returned = drafts.last_return(db, draft)
    old = db.get(DraftVersion, returned.version_id) if returned else None
    author = db.get_one(Member, draft.author_id)
    return Card(
        draft=draft,
        channel=db.get_one(Channel, draft.channel_id),
        version_id=stands.version.id,
        fingerprint=stands.fingerprint,
        text=draft.text,
        author_name=author.name,
        question=draft.question,
        submitted_at=draft.submitted_at,
        audience=draft.audience,
        names=[queries.contact_name(t.contact) for t in stands.turns],
        said=_said(db, stands),
        also_waiting=[t for t in waiting if t.turn_id not in answered],
        post_text=stands.conversation.post.text if stands.conversation.post else "",
        due_at=min((t.due_at for t in stands.open_turns), default=None),
        changed=_changed(stands),
        returned=returned,
        text_when_returned=old.text if old else "",
        is_decidable=draft.state is DraftState.SUBMITTED and draft.author_id != actor.member_id,
        window=windows.window(db, stands.conversation, now, private_to=draft.private_to_id),
        obstacle=windows.obstacle(db, stands.conversation, now, private_to=draft.private_to_id),
    )


def _said(db: Session, stands: Standing) -> list[Said]:
    """The customers' own messages, in the order they wrote them."""
    ids = [external_id for external_id, _ in stands.seen.said]
    rows = db.scalars(
        select(Message).where(
            Message.channel_id == stands.draft.channel_id, Message.external_id.in_(ids)
        )
    )
    return [
        Said(
            queries.contact_name(m.contact),
            m.sent_at,
            "" if m.deleted_at else m.text,
            m.deleted_at is not None,
        )
        for m in sorted(rows, key=order_of)
    ]


def _changed(stands: Standing) -> list[Words]:
    """What is different from when the writer submitted it."""
    found = []
    before = next((a.seen_text for a in stands.draft.answers), "")
    has_more = stands.seen.head_id != stands.draft.head_message_id
    if not stands.open_turns:
        found.append(Words("This was answered meanwhile, or nobody waits for it any more."))
    if before != stands.seen.words and not (has_more and stands.seen.words.startswith(before)):
        found.append(Words("The customer's words changed after this was written."))
    if has_more:
        found.append(Words("Somebody wrote in the thread after this was written."))
    return found
