"""What the composer's form asks for, done; whatever is refused, the typed words are kept."""

from flask import g

from app import gate
from app.foundation.errors import Conflict, DeskError, Invalid
from app.foundation.words import Words
from app.inbox.models import Audience
from app.replies import approvals, drafts, saving, submitting
from app.replies.models import Draft
from app.web.forms import parse
from app.web.inbox import composing


def save(conversation_id: int, *, version: int | None = None) -> Draft:
    """The form's text as the member's own draft."""
    return saving.save(
        gate.db(),
        g.actor,
        conversation_id,
        text=parse.text("text"),
        turn_ids=parse.numbers("turn_ids"),
        version=version or parse.number("version"),
        now=gate.now(),
        is_private_reply=is_private_reply(),
    )


def is_private_reply() -> bool:
    """Whether the form answers a public comment privately."""
    return parse.text("was") == composing.PRIVATE


def stored(conversation_id: int, audience: str | None = None) -> Draft | None:
    """What the member has for the customers that the form names, for those who can read it."""
    found = parse.text("audience") if audience is None else audience
    return drafts.mine(
        gate.db(), g.actor, conversation_id, parse.numbers("turn_ids"), audience=found
    )


def finish(conversation_id: int, *, is_sending: bool) -> None:
    """Ask for approval, or send; committed or not at all."""
    db, version = gate.db(), parse.number("version")
    draft = stored(conversation_id)
    if draft is None or draft.state in drafts.BEING_WRITTEN:
        draft = save(conversation_id)
        version = draft.version
    if parse.text("audience") not in ("", draft.audience):
        raise Conflict(
            Words(
                "Who can read this answer is not what your page showed. Nothing was "
                "sent: look at it again."
            ),
            draft.text,
        )
    text, turn_ids = parse.text("text"), parse.numbers("turn_ids")
    if is_sending:
        approvals.send_own(
            db, g.actor, draft.id, text=text, turn_ids=turn_ids, version=version, now=gate.now()
        )
    else:
        submitting.submit(
            db,
            g.actor,
            draft.id,
            text=text,
            turn_ids=turn_ids,
            question=parse.text("question"),
            version=version,
            now=gate.now(),
        )
    db.commit()


def keep(conversation_id: int) -> str:
    """Save what was typed if nothing newer stands there; returns what is stored now."""
    db = gate.db()
    db.rollback()
    is_note = parse.text("was") == composing.NOTE
    try:
        if not is_note and parse.text("text").strip():
            save(conversation_id)
            db.commit()
    except DeskError:
        db.rollback()
    draft = stored(conversation_id)
    return draft.text if draft else ""


def turn(conversation_id: int, to: str) -> str:
    """The same words for others to read: the draft goes along, unless one stands there already;
    returns what is stored for them now."""
    is_private = to == composing.PRIVATE
    keep(conversation_id)
    audience = Audience.PRIVATE if is_private else Audience.PUBLIC
    known, db = stored(conversation_id, audience.value), gate.db()
    own = stored(conversation_id)
    if (known is None or not known.text) and own is not None and own.text:
        saving.turn(db, g.actor, own.id, audience, gate.now())
        db.commit()
        return own.text
    return known.text if known is not None else ""


def mode(found: str) -> str:
    """One of the composer's modes."""
    if found not in (composing.NOTE, composing.REPLY, composing.PRIVATE):
        raise Invalid(parse.DAMAGED)
    return found
