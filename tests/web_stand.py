"""The desk's web server for tests: the story's Page connected, one server in a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from app.channels.models import Channel
from app.cli import story
from app.factory import create_app
from app.inbox import queries, written
from app.inbox.models import (
    Audience,
    Contact,
    Conversation,
    ConversationState,
    How,
    Message,
    Turn,
)
from app.notices import notices
from app.notices.models import Kind
from app.notices.notices import About
from app.practice.story import PAGE_ID
from app.replies import cards, holding, saving, submitting
from tests.stand import Stand

__all__ = ["PAGE_ID"]

ANSWER = (
    "Hei Kaisa, ikävä kuulla, ja kiitos että kerroit. Paketti on ollut jumissa Postin Vantaan "
    "lajittelussa ja lähti liikkeelle tänään klo 13.10. Kerromme sinulle klo 17 mennessä, "
    "ehtiikö takki perjantaiksi. Jos ei ehdi, lähetämme uuden pikana, tai saat rahat takaisin. "
    "Laitan sinulle yksityisviestillä seurantalinkin ja oman numeroni. Sanna"
)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The tests' own output stays readable."""


@contextmanager
def served(stand: Stand) -> Iterator[str]:
    """The desk on a free port of this machine."""
    server = make_server(
        "127.0.0.1", 0, create_app(stand.running), threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def tell_story(stand: Stand) -> None:
    """The shop's Page with its customers' comments and messages."""
    stand.platform.post("story/seed")
    stand.read(story.connect(stand.running, stand.platform, PAGE_ID))
    stand.take_in()


def conversation_of(stand: Stand, name: str) -> int:
    """The conversation of one of the story's customers."""
    with stand.database.reading() as db:
        return (
            db.scalars(
                select(Conversation.id)
                .join(Contact, Contact.id == Conversation.contact_id)
                .where(Contact.name == name)
                .order_by(Conversation.id)
            ).first()
            or 0
        )


def comment_of(stand: Stand, name: str) -> str:
    """The comment with which a conversation began, by the platform's id."""
    with stand.database.reading() as db:
        return db.get_one(Conversation, conversation_of(stand, name)).external_key


def submit(stand: Stand, name: str, who: str, text: str = ANSWER, question: str = "") -> int:
    """Somebody answers one of the customers and asks for approval; returns the draft."""
    actor, now, about = stand.actor(who), stand.now, conversation_of(stand, name)
    with stand.database.writing() as db:
        made = saving.save(db, actor, about, text=text, turn_ids=[], version=None, now=now)
        turns = [a.turn_id for a in made.answers]
        turns = turns or [t.turn_id for t in _waiting(stand, about)[:1]]
        submitting.submit(
            db, actor, made.id, text=text, turn_ids=turns, question=question, version=None, now=now
        )
        return made.id


def card(stand: Stand, draft_id: int, who: str) -> cards.Card:
    """What an approver sees."""
    with stand.database.reading() as db:
        return cards.card(db, stand.actor(who), stand.now, draft_id)


def write_down(stand: Stand, who: str = "Ben") -> int:
    """A call that somebody wrote down; returns its conversation."""
    given = written.Given(
        How.CALL,
        "Varaa kolme telttaa elokuuksi.",
        name="Lauri Pöysti",
        phone="040 123 4567",
        promised_at=stand.now + timedelta(hours=3),
    )
    with stand.database.writing() as db:
        return written.write_down(
            db, stand.actor(who), given, stand.running.promises(), stand.now
        ).id


def approve_holding(stand: Stand, who: str = "Ada") -> int:
    """A holding reply that may be sent."""
    text = "Hei [nimi], selvitämme asiaa ja kerromme [aika] mennessä. Terveisin väki"
    with stand.database.writing() as db:
        return holding.approve(
            db, stand.actor(who), title="Selvitämme", text=text, now=stand.now
        ).id


def tell_all(stand: Stand, who: str) -> None:
    """A notice of every kind, and ten of one."""
    with stand.database.writing() as db:
        about = db.scalars(select(Conversation).order_by(Conversation.id)).first()
        member = stand.actor(who).member_id
        if about is None or member is None:
            return
        for number, kind in enumerate([*Kind, *([Kind.MENTIONED] * 10)], 1):
            notices.tell(
                db, [member], kind, About(f"thing:{number}", about.channel_id, about.id), stand.now
            )


def _waiting(stand: Stand, conversation_id: int) -> list[queries.OpenTurn]:
    with stand.database.reading() as db:
        return queries.open_turns(db, conversation_id)


def write_privately(stand: Stand, name: str = "Petteri Heino") -> int:
    """A private conversation as the intake would make it; returns it."""
    now = stand.now
    with stand.database.writing() as db:
        channel = db.scalars(select(Channel)).one()
        contact = Contact(channel_id=channel.id, external_id="p1", name=name, first_seen_at=now)
        db.add(contact)
        db.flush()
        talk = Conversation(
            channel_id=channel.id,
            external_key="dm:p1",
            audience=Audience.PRIVATE,
            contact_id=contact.id,
            state=ConversationState.OPEN,
            activity_at=now,
            waiting_since=now - timedelta(minutes=20),
            due_at=now + timedelta(minutes=100),
            waiting_count=1,
            snippet="Kuiva ja ehjä on. Voinko tuoda sen lauantaina?",
        )
        db.add(talk)
        db.flush()
        said = [
            ("Hei! Ostin teiltä Halla 2 -teltan. Sopiiko vaihto isompaan?", False, 87),
            ("Moi Petteri! Sopii hyvin. Onko teltta kuiva ja ehjä?", True, 70),
            ("Kuiva ja ehjä on. Voinko tuoda sen lauantaina?", False, 20),
        ]
        made = [
            Message(
                channel_id=channel.id,
                conversation_id=talk.id,
                external_id=f"m{i}",
                is_ours=ours,
                contact_id=None if ours else contact.id,
                text=text,
                sent_at=now - timedelta(minutes=ago),
            )
            for i, (text, ours, ago) in enumerate(said)
        ]
        db.add_all(made)
        db.flush()
        db.add(
            Turn(
                conversation_id=talk.id,
                channel_id=channel.id,
                contact_id=contact.id,
                contact_key=f"c{contact.id}",
                first_message_id=made[-1].id,
                last_message_id=made[-1].id,
                opened_at=made[-1].sent_at,
                due_at=now + timedelta(minutes=100),
            )
        )
        return talk.id
