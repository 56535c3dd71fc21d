"""The composer's state: whom it answers, what is in it, what its button can do, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, session

from app import gate
from app.access import policy
from app.access.permissions import Permission
from app.accounts import members
from app.accounts.models import Member
from app.channels.models import Platform
from app.foundation.words import Words
from app.inbox.models import Audience
from app.inbox.queries import ConversationView, OpenTurn
from app.replies import drafts, history, private_replies, ways
from app.replies.history import Round
from app.replies.models import Decision, Draft, DraftState
from app.replies.ways import WayOut

NOTE, REPLY, PRIVATE = "note", "reply", "private"
"""`PRIVATE` answers a public comment privately; in a private conversation every answer is."""


@dataclass(frozen=True)
class Beside:
    """Another answer of one's own in the same thread, to somebody else."""

    draft: Draft
    names: list[str]
    """Of those who still wait for it."""
    turn_id: int | None
    is_waiting: bool
    """It is with its approver; its writer can take it back."""
    rounds: tuple[Round, ...]


@dataclass(frozen=True)
class Composer:
    """What the form under the thread shows."""

    conversation_id: int
    mode: str
    audience: str
    way: WayOut
    may_write: bool
    draft: Draft | None
    text: str
    question: str
    chosen: list[OpenTurn]
    others: list[OpenTurn]
    returned: Decision | None
    returned_by: str
    helpers: list[str]
    clear: str
    """What arrived on the server, so this browser need not keep it."""
    earlier: str = ""
    problem: Words | None = None
    rounds: tuple[Round, ...] = ()
    beside: tuple[Beside, ...] = ()
    is_leaving: bool = False
    """An answer of one's own is on its way."""
    carried: str = ""
    """Words typed in another mode, which nothing here shows."""
    has_private_reply: bool = False
    """The one who is answered here can be answered privately, or that is being done."""

    @property
    def key(self) -> str:
        """Under which the browser keeps what is typed."""
        turn_ids = [t.turn_id for t in self.chosen]
        return key(self.conversation_id, turn_ids, is_private_reply=self.is_private_reply)

    @property
    def is_private_reply(self) -> bool:
        return self.mode == PRIVATE

    @property
    def version(self) -> int | None:
        return self.draft.version if self.draft else None


def composer(
    view: ConversationView,
    *,
    text: str | None = None,
    turn_ids: Sequence[int] | None = None,
    mode: str | None = None,
    problem: Words | None = None,
    question: str | None = None,
    earlier: str = "",
) -> Composer:
    """The composer as it stands, with what a form brought back put in."""
    db, now, conversation = gate.db(), gate.now(), view.conversation
    may_write = policy.can(g.actor, Permission.DRAFT_WRITE, now, conversation.channel_id)
    mode = _mode(view, mode or session.get("mode", REPLY))
    audience = _audience(view, mode)
    own = drafts.own(db, g.actor, conversation.id) if may_write else []
    chosen, others = _turns(view, own, turn_ids, audience)
    if mode == PRIVATE:
        chosen, others = chosen[:1], []
    draft = _draft(own, conversation.id, chosen, audience)
    last = drafts.last_return(db, draft) if draft and draft.state is DraftState.RETURNED else None
    stored = draft.text if draft and mode != NOTE else ""
    comment_id = chosen[0].last_message_id if chosen else None
    return Composer(
        conversation.id,
        mode,
        audience.value,
        ways.way_out(
            db, g.actor, conversation, now, private_to=comment_id if mode == PRIVATE else None
        ),
        may_write,
        draft,
        stored if text is None else text,
        question if question is not None else (draft.question if draft else ""),
        chosen,
        others,
        last,
        _name(last),
        _helpers(may_write),
        _arrived(conversation.id),
        earlier,
        problem,
        tuple(history.rounds(db, draft)),
        _beside(view, own, draft),
        any(d.state is DraftState.APPROVED for d in own),
        text or "",
        mode == PRIVATE or _can_reply_privately(comment_id),
    )


def key(
    conversation_id: int, turn_ids: Sequence[int] = (), *, is_private_reply: bool = False
) -> str:
    """Under which a browser keeps what is typed: each answer and the note apart."""
    private = f".{PRIVATE}" if is_private_reply else ""
    return f"{conversation_id}.{turn_ids[0] if turn_ids else NOTE}{private}"


def _mode(view: ConversationView, mode: str) -> str:
    """What was written down has notes only; in private there is nothing more private."""
    if view.channel.platform is Platform.DESK:
        return NOTE
    return REPLY if mode == PRIVATE and not view.conversation.is_public else mode


def _audience(view: ConversationView, mode: str) -> Audience:
    return Audience.PRIVATE if mode == PRIVATE else view.conversation.audience


def _can_reply_privately(comment_id: int | None) -> bool:
    """Whether to offer the mode; why not stands in the message's menu."""
    return private_replies.can(gate.db(), comment_id, gate.now()).is_possible


def _turns(
    view: ConversationView, own: list[Draft], turn_ids: Sequence[int] | None, audience: Audience
) -> tuple[list[OpenTurn], list[OpenTurn]]:
    """Whom it answers, and who else could be: those given, else the draft's own, else who must be
    answered first and to whom no answer is under way."""
    mine = {a.turn_id for d in own if d.state in drafts.UNDER_WAY for a in d.answers}
    free = [t for t in view.open_turns if t.turn_id not in mine]
    being_written = [
        d for d in own if d.state in drafts.BEING_WRITTEN and d.audience == audience.value
    ]
    for ids in (turn_ids or (), *([a.turn_id for a in d.answers] for d in being_written)):
        chosen = [t for t in free if t.turn_id in ids]
        if chosen:
            break
    else:
        taken = drafts.under_way(gate.db(), view.conversation.id)
        chosen = ([t for t in free if t.turn_id not in taken] or free)[:1]
    return chosen, [t for t in free if t not in chosen]


def _draft(
    own: list[Draft], conversation_id: int, chosen: list[OpenTurn], audience: Audience
) -> Draft | None:
    """What is written to them already; where nobody waits, what is kept."""
    if not own:
        return None
    turn_ids = [t.turn_id for t in chosen]
    found = drafts.mine(gate.db(), g.actor, conversation_id, turn_ids, audience=audience.value)
    return found if found is not None and found.state in drafts.BEING_WRITTEN else None


def _beside(view: ConversationView, own: list[Draft], shown: Draft | None) -> tuple[Beside, ...]:
    """One's other answers here that are not on their way yet."""
    found = []
    for draft in own:
        if draft is shown or draft.state is DraftState.APPROVED or not draft.text:
            continue
        answered = {a.turn_id for a in draft.answers}
        turns = [t for t in view.open_turns if t.turn_id in answered]
        found.append(
            Beside(
                draft,
                [t.name for t in turns],
                turns[0].turn_id if turns else None,
                draft.state is DraftState.SUBMITTED,
                tuple(history.rounds(gate.db(), draft)),
            )
        )
    return tuple(found)


def _arrived(conversation_id: int) -> str:
    """The key of what the last form brought here."""
    found = str(session.pop("fresh", ""))
    return found if found.startswith(f"{conversation_id}.") else ""


def _name(last: Decision | None) -> str:
    return gate.db().get_one(Member, last.member_id).first_name if last else ""


def _helpers(may_write: bool) -> list[str]:
    """Who can give the right to answer."""
    if may_write:
        return []
    owners = members.who_can(gate.db(), Permission.MEMBER_MANAGE, gate.now())
    return [m.first_name for m in owners]
