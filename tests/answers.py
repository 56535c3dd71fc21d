"""What the tests of answers do all the time: a customer asks, a colleague drafts, one approves."""

from sqlalchemy import select

from app.channels.models import Channel
from app.inbox.models import Contact, Conversation, Turn, TurnState
from app.notices.models import Kind, Notice
from app.replies import approvals, cards, drafts, saving, submitting
from app.replies.models import OutboxItem
from tests.stand import Stand

PAGE = "900"


def ask(
    stand: Stand, name: str = "Kaisa Virtanen", text: str = "Missä pakettini on?"
) -> tuple[int, str]:
    """A customer's comment on our page; the conversation and the comment."""
    if not any(c.external_id == PAGE for c in _channels(stand)):
        stand.connect(stand.page(PAGE))
    comment = stand.comment(stand.post(PAGE), name, text)
    read(stand)
    with stand.database.reading() as db:
        found = db.scalars(select(Conversation.id).where(Conversation.external_key == comment))
        return found.one(), comment


def read(stand: Stand) -> None:
    """What is new on our page comes in."""
    (channel,) = [c.id for c in _channels(stand) if c.external_id == PAGE]
    stand.advance(1)
    assert stand.read(channel)


def turn(stand: Stand, conversation_id: int, name: str = "") -> Turn:
    """The open turn of a customer."""
    with stand.database.reading() as db:
        found = (
            select(Turn)
            .outerjoin(Contact, Contact.id == Turn.contact_id)
            .where(Turn.conversation_id == conversation_id, Turn.state == TurnState.OPEN)
        )
        return db.scalars(found.where(Contact.name == name) if name else found).one()


def submit(stand: Stand, conversation_id: int, who: str = "Ben", text: str = "Hei Kaisa!") -> int:
    """Somebody writes an answer and asks for its approval."""
    with stand.database.writing() as db:
        actor, turn_ids = stand.actor(who), [turn(stand, conversation_id).id]
        made = saving.save(
            db, actor, conversation_id, text=text, turn_ids=turn_ids, version=None, now=stand.now
        )
        submitting.submit(
            db,
            actor,
            made.id,
            text=text,
            turn_ids=turn_ids,
            question="",
            version=None,
            now=stand.now,
        )
        return made.id


def approve(stand: Stand, draft_id: int, who: str = "Ada") -> int:
    """What the card shows is approved."""
    with stand.database.reading() as db:
        card = cards.card(db, stand.actor(who), stand.now, draft_id)
    with stand.database.writing() as db:
        return approvals.approve(
            db,
            stand.actor(who),
            draft_id,
            version_id=card.version_id,
            seen_fingerprint=card.fingerprint,
            now=stand.now,
        ).id


def send_back(stand: Stand, draft_id: int, who: str = "Ada", reason: str = "Lyhyemmin.") -> None:
    with stand.database.writing() as db:
        version = drafts.get(db, stand.actor(who), draft_id, stand.now).versions[-1].id
        approvals.send_back(
            db, stand.actor(who), draft_id, version_id=version, reason=reason, now=stand.now
        )


def item(stand: Stand, item_id: int) -> OutboxItem:
    with stand.database.reading() as db:
        return db.get_one(OutboxItem, item_id)


def written(stand: Stand) -> list[str]:
    """What our page has written on the platform."""
    return [w["text"] for w in stand.platform.get("writes")["writes"]]


def told(stand: Stand, kind: Kind, *, is_unread: bool = True) -> dict[str, Notice]:
    """Who has a notice of a kind, by first name."""
    from_name = {
        stand.actor(n).member_id: n for n in ("Ada", "Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory")
    }
    with stand.database.reading() as db:
        rows = db.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
        return {
            from_name[n.member_id]: n
            for n in rows
            if n.member_id in from_name and (n.read_at is None or not is_unread)
        }


def _channels(stand: Stand) -> list[Channel]:
    with stand.database.reading() as db:
        return list(db.scalars(select(Channel)))
