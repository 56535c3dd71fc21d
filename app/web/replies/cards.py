"""The approval cards' list, and the words that differ between two versions."""

import difflib
import re
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from app import gate
from app.accounts.models import Member
from app.channels.models import Channel
from app.inbox import queries
from app.inbox.models import TurnState
from app.replies import drafts
from app.replies.cards import Card
from app.replies.models import Draft

MOST_LISTED = 50
_WORD = re.compile(r"\n|\S+")


@dataclass(frozen=True)
class Row:
    """A draft in the list of those that wait."""

    draft: Draft
    name: str
    channel: Channel
    author: str
    due_at: datetime | None


def rows(waiting: list[Draft]) -> list[Row]:
    """The drafts that wait longest, as the list shows them."""
    return [_row(gate.db(), draft) for draft in waiting[:MOST_LISTED]]


def difference(card: Card) -> Markup | None:
    """What the writer changed since it was sent back."""
    before = card.text_when_returned
    return diff(before, card.text) if before and before != card.text else None


def diff(before: str, after: str) -> Markup:
    """The second text word by word: what is new underlined, what is gone struck."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    parts: list[Markup] = []
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for tag, i1, i2, j1, j2 in steps:
        if tag == "equal":
            parts.append(escape(" ".join(new[j1:j2])))
            continue
        if i2 > i1:
            parts.append(Markup("<del>{}</del>").format(" ".join(old[i1:i2])))
        if j2 > j1:
            parts.append(Markup("<ins>{}</ins>").format(" ".join(new[j1:j2])))
    return Markup(" ").join(parts)


def _row(db: Session, draft: Draft) -> Row:
    answered = drafts.answered_turns(db, draft)
    names = [queries.contact_name(t.contact) for t in answered]
    due = [t.due_at for t in answered if t.state is TurnState.OPEN]
    return Row(
        draft,
        next(iter(names), ""),
        db.get_one(Channel, draft.channel_id),
        db.get_one(Member, draft.author_id).first_name,
        min(due, default=None),
    )
