"""Writing an answer: saved as it is typed, one draft a person and conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.accounts import members
from app.accounts.models import Member
from app.audit import log
from app.audit.events import Event
from app.channels.models import Channel
from app.channels.windows import Window
from app.foundation.errors import Conflict, Invalid, NotFound
from app.foundation.words import Words
from app.inbox import access, changes, presence
from app.inbox.models import Audience, Conversation, Turn, TurnState
from app.replies import fingerprint, rules, telling, windows
from app.replies.models import Decision, Draft, DraftAnswer, DraftState, DraftVersion

BEING_WRITTEN = (DraftState.DRAFT, DraftState.RETURNED)
LIVE = (*BEING_WRITTEN, DraftState.SUBMITTED, DraftState.APPROVED)
UNDER_WAY = (DraftState.SUBMITTED, DraftState.APPROVED)


@dataclass(frozen=True)
class WayOut:
    """What the composer's button can do, and why."""

    may_send: bool
    why: Words
    approver_names: list[str]
    problem: Words | None = None
    window: Window | None = None
    """Until when the platform takes a private answer; None where it sets no time."""


def mine(db: Session, actor: Actor, conversation_id: int) -> Draft | None:
    """One's own live draft in a conversation; a holding reply on its way stands beside it."""
    return db.scalar(
        select(Draft)
        .where(
            Draft.conversation_id == conversation_id,
            Draft.author_id == actor.member_id,
            Draft.state.in_(LIVE),
            Draft.holding_id.is_(None),
        )
        .order_by(Draft.id.desc())
        .limit(1)
    )


def live(db: Session, actor: Actor, now: datetime, conversation_id: int) -> list[Draft]:
    """Everybody's live drafts in a conversation, oldest first."""
    access.get(db, actor, conversation_id, now)
    return list(
        db.scalars(
            select(Draft)
            .where(
                Draft.conversation_id == conversation_id,
                Draft.state.in_(LIVE),
                Draft.holding_id.is_(None),
            )
            .order_by(Draft.id)
        )
    )


def get(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    """A draft on a channel the person may read; locked, since something is done with it."""
    draft = db.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None or not policy.can(actor, Permission.CONVERSATION_READ, now, draft.channel_id):
        raise NotFound()
    return draft


def way_out(db: Session, actor: Actor, conversation: Conversation, now: datetime) -> WayOut:
    """Whether this person's answer goes out by itself here, and who else can let it."""
    channel = access.channel_of(db, conversation)
    names = [
        m.first_name
        for m in members.who_can(db, Permission.DRAFT_APPROVE, now, channel.id)
        if m.id != actor.member_id
    ]
    may_send = policy.can(actor, Permission.REPLY_SEND, now, channel.id)
    window = windows.window(db, conversation, now)
    problem = windows.problem(channel, window)
    if problem is None:
        problem = _no_way_out(channel, is_open=may_send or bool(names))
    why = (
        Words("You may send here without approval.")
        if may_send
        else Words("Answers here are approved first.")
    )
    return WayOut(may_send, why, names, problem, window)


def _no_way_out(channel: Channel, *, is_open: bool) -> Words | None:
    """What stands between a finished answer and the platform."""
    if not channel.can_send:
        return Words(
            "Nothing goes out on this channel just now. What you write is kept and "
            "goes out when it works again."
        )
    if not is_open:
        return Words(
            "Nobody else can approve on this channel. An owner can make somebody an "
            "approver, or let you send, under Members."
        )
    return None


def save(
    db: Session,
    actor: Actor,
    conversation_id: int,
    *,
    text: str,
    turn_ids: Sequence[int],
    version: int | None,
    now: datetime,
) -> Draft:
    """Keep what is being typed; a newer saving from another window is never written over."""
    conversation = access.get(db, actor, conversation_id, now, Permission.DRAFT_WRITE)
    rules.check_answerable(access.channel_of(db, conversation))
    draft = mine(db, actor, conversation_id)
    if draft is not None and draft.state in UNDER_WAY:
        raise Conflict(Words("This answer is with its approver already."), draft.text)
    if draft is None:
        draft = _start(db, actor, conversation, now)
    elif version is not None and version != draft.version:
        raise Conflict(
            Words("You changed this answer in another window. Both texts are here."), draft.text
        )
    draft.text, draft.saved_at = rules.checked_draft(text), now
    _set_answers(db, draft, conversation, turn_ids)
    presence.answering(db, actor, conversation.id, now)
    db.flush()
    return draft


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
    show_waiting(db, draft.conversation_id)
    changes.note(db, draft.channel_id, draft.conversation_id, now)
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
    draft = _own(db, actor, draft_id, now)
    if draft.state is not DraftState.SUBMITTED:
        raise Conflict(Words("This answer has moved on meanwhile. Open it again."), draft.text)
    draft.move(DraftState.DRAFT)
    log.record(db, Event.DRAFT_WITHDRAWN, actor.log_name, f"draft:{draft.id}", now=now)
    telling.over(db, draft, now)
    show_waiting(db, draft.conversation_id)
    changes.note(db, draft.channel_id, draft.conversation_id, now)
    return draft


def discard(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    """Put a draft away; its words stay and can be taken up again."""
    draft = _own(db, actor, draft_id, now)
    if draft.state is DraftState.APPROVED:
        raise Conflict(Words("This answer is already on its way."), draft.text)
    draft.move(DraftState.DISCARDED)
    telling.over(db, draft, now)
    presence.stopped(db, actor, draft.conversation_id)
    show_waiting(db, draft.conversation_id)
    changes.note(db, draft.channel_id, draft.conversation_id, now)
    return draft


def take_up(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    """Undo a discard."""
    draft = _own(db, actor, draft_id, now)
    other = mine(db, actor, draft.conversation_id)
    if other is not None and other.id != draft.id and other.text:
        raise Conflict(Words("You have begun another answer here."), other.text)
    draft.move(DraftState.DRAFT)
    return draft


def show_waiting(db: Session, conversation_id: int) -> None:
    """Tell the inbox's list whether an answer waits for approval in a conversation."""
    db.flush()
    waits = db.scalar(
        select(Draft.id)
        .where(Draft.conversation_id == conversation_id, Draft.state == DraftState.SUBMITTED)
        .limit(1)
    )
    db.get_one(Conversation, conversation_id).has_submitted = waits is not None


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
        editor_id=_member(actor),
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
    draft = _own(db, actor, draft_id, now)
    conversation = access.get(
        db, actor, draft.conversation_id, now, Permission.DRAFT_WRITE, is_locking=True
    )
    if draft.state not in (*BEING_WRITTEN, DraftState.SUBMITTED):
        raise Conflict(Words("This answer is already on its way."), draft.text)
    if version is not None and version != draft.version:
        raise Conflict(
            Words("You changed this answer in another window. Both texts are here."), draft.text
        )
    windows.check(db, conversation, now)
    checked = rules.checked_answer(text, access.channel_of(db, conversation), conversation.audience)
    _set_answers(db, draft, conversation, turn_ids)
    turns = answered_turns(db, draft)
    if not turns:
        raise Conflict(Words("Nobody waits for this answer any more. It was kept as a draft."))
    _refuse_double(db, draft, turns)
    draft.saved_at = now
    add_version(db, draft, actor, checked, now)
    seen = fingerprint.look(db, conversation, turns)
    draft.fingerprint, draft.head_message_id = seen.fingerprint(checked), seen.head_id
    for answer in draft.answers:
        answer.seen_text = seen.words
    presence.stopped(db, actor, conversation.id)
    return draft


def _refuse_double(db: Session, draft: Draft, turns: list[Turn]) -> None:
    """Nobody answers what a colleague's answer already is under way to."""
    other = db.execute(
        select(Draft, Member.name)
        .join(DraftAnswer, DraftAnswer.draft_id == Draft.id)
        .join(Member, Member.id == Draft.author_id)
        .where(
            DraftAnswer.turn_id.in_([t.id for t in turns]),
            Draft.id != draft.id,
            Draft.state.in_(UNDER_WAY),
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


def _start(db: Session, actor: Actor, conversation: Conversation, now: datetime) -> Draft:
    """A new draft. Typing claims a conversation that nobody has."""
    draft = Draft(
        conversation_id=conversation.id,
        channel_id=conversation.channel_id,
        audience=conversation.audience.value,
        author_id=_member(actor),
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


def _set_answers(
    db: Session, draft: Draft, conversation: Conversation, turn_ids: Sequence[int]
) -> None:
    """Whose open turns it answers: those given, else everybody's who waits if it is one person."""
    open_turns = list(
        db.scalars(
            select(Turn).where(
                Turn.conversation_id == conversation.id, Turn.state == TurnState.OPEN
            )
        )
    )
    chosen = [t for t in open_turns if t.id in turn_ids]
    if not turn_ids and len(open_turns) == 1:
        chosen = open_turns
    known = {a.turn_id: a for a in draft.answers}
    for turn in chosen:
        if turn.id not in known:
            draft.answers.append(DraftAnswer(draft_id=draft.id, turn_id=turn.id))
    for turn_id, answer in known.items():
        if turn_id not in {t.id for t in chosen}:
            draft.answers.remove(answer)
            db.delete(answer)
    db.flush()


def _own(db: Session, actor: Actor, draft_id: int, now: datetime) -> Draft:
    draft = get(db, actor, draft_id, now)
    if draft.author_id != actor.member_id:
        raise Invalid(Words("Only its writer can do this with a draft."))
    return draft


def _member(actor: Actor) -> int:
    if actor.member_id is None:
        raise Invalid(Words("Only a person can write an answer."))
    return actor.member_id


def is_public(draft: Draft) -> bool:
    """Whether everybody will be able to read it."""
    return draft.audience == Audience.PUBLIC.value
