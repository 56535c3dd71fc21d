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
from app.inbox.queries import ConversationView, OpenTurn
from app.replies import drafts, history
from app.replies.drafts import WayOut
from app.replies.history import Round
from app.replies.models import Decision, Draft, DraftState

NOTE, REPLY = "note", "reply"


@dataclass(frozen=True)
class Composer:
    """What the form under the thread shows."""

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
    is_fresh: bool
    earlier: str = ""
    problem: Words | None = None
    rounds: tuple[Round, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """It is with its approver; its writer can still change it."""
        return self.draft is not None and self.draft.state is DraftState.SUBMITTED

    @property
    def is_leaving(self) -> bool:
        return self.draft is not None and self.draft.state is DraftState.APPROVED

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
    draft = drafts.mine(db, g.actor, conversation.id) if may_write else None
    chosen = _chosen(view, draft, turn_ids)
    last = drafts.last_return(db, draft) if draft and draft.state is DraftState.RETURNED else None
    mode = mode or session.get("mode", REPLY)
    if view.channel.platform is Platform.DESK:
        mode = NOTE
    stored = draft.text if draft and mode == REPLY else ""
    return Composer(
        mode,
        conversation.audience.value,
        drafts.way_out(db, g.actor, conversation, now),
        may_write,
        draft,
        stored if text is None else text,
        question if question is not None else (draft.question if draft else ""),
        chosen,
        [t for t in view.open_turns if t not in chosen],
        last,
        _name(last),
        _helpers(may_write),
        session.pop("fresh", None) == conversation.id,
        earlier,
        problem,
        tuple(history.rounds(db, draft)),
    )


def _chosen(
    view: ConversationView, draft: Draft | None, turn_ids: Sequence[int] | None
) -> list[OpenTurn]:
    """Whom it answers: those given, else the draft's own, else who must be answered first."""
    ids = turn_ids if turn_ids is not None else [a.turn_id for a in draft.answers] if draft else []
    found = [t for t in view.open_turns if t.turn_id in ids]
    return found or view.open_turns[:1]


def _name(last: Decision | None) -> str:
    return gate.db().get_one(Member, last.member_id).first_name if last else ""


def _helpers(may_write: bool) -> list[str]:
    """Who can give the right to answer."""
    if may_write:
        return []
    owners = members.who_can(gate.db(), Permission.MEMBER_MANAGE, gate.now())
    return [m.first_name for m in owners]
