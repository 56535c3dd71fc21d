"""A channel without a role there: nothing of it is found, by any route, from the moment it ends.

Mallory approves on one channel for good and on the story's for an hour. In that hour she writes,
takes, is mentioned and told; then everything that the routes know is asked for again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Executable, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import gate
from app.access.roles import Role
from app.accounts import sessions
from app.accounts.models import Member
from app.factory import create_app
from app.inbox import changes, conversations, labels
from app.inbox.models import Contact, Conversation, ConversationLabel, Message, Note, Turn
from app.notices.models import Kind, Notice
from app.replies.models import Draft, OutboxItem
from tests import answers, odd_input, people, talks, web_stand
from tests.stand import Stand

HERE, THERE = "Oma Asiakas", "Kaisa Virtanen"
CANARIES = ("Virtanen", "Olli Niemi", "kanarialintu")
"""Names and words of the channel that is not hers."""
ASKED = {
    "view": ["mine", "approval", "snoozed", "done"], "q": ["kanarialintu"], "name": ["Kaisa"],
    "channel": ["1"], "label": ["1"], "list": ["yes"],
}  # fmt: skip
"""What a page is asked for, where it reads a field of that name."""


@dataclass
class Hidden:
    """What there is on the other channel, by the names that routes and forms give it."""

    ids: dict[str, int]

    @property
    def fields(self) -> dict[str, object]:
        """A form that speaks of it, wherever it is sent."""
        there = self.ids
        return {
            "chosen": f"{there['conversation_id']}.{there['message_id']}", "deed": "take",
            "turn_ids": there["turn_id"], "turn_id": there["turn_id"], "text": "Hei",
            "contact_id": there["contact_id"], "name": "Kaisa", "how": "call", "look": "yes",
            "label": 1, "label_id": 1, "holding_id": 1, "seen": 10**6, "until": "tomorrow",
            "member_id": there["member_id"], "version": 1, "to": "reply", "was": "note",
            "version_id": 1, "fingerprint": "0" * 64, "reason": "x", "outcome": "sent",
        }  # fmt: skip


@pytest.fixture
def told(sqlite_stand: Stand) -> Stand:
    """The story, and a customer on a channel of Mallory's own."""
    stand = sqlite_stand
    web_stand.tell_story(stand)
    own = people.channel(stand, "muu")
    talks.say(stand, own, HERE, "Onko teillä suksia?")
    people.give(stand, "Mallory", Role.APPROVER, channel_id=own)
    people.give(stand, "Mallory", Role.APPROVER, channel_id=1, until=people.later(stand, hours=1))
    return stand


@pytest.fixture
def hidden(told: Stand) -> Hidden:
    """An hour at work on the story's channel leaves something of every kind behind."""
    about = web_stand.conversation_of(told, THERE)
    mallory = told.actor("Mallory")
    web_stand.submit(told, THERE, "Ben", "Hei, kanarialintu tässä")
    draft = web_stand.submit(told, "Olli Niemi", "Mallory", "Hei Olli, kanarialintu")
    item = answers.approve(told, web_stand.submit(told, "Henna Kallio", "Mallory", "kanarialintu"))
    web_stand.approve_holding(told)
    with told.database.writing() as db:
        ada, now = told.actor("Ada"), told.now
        labels.put_on(db, ada, about, labels.make(db, ada, "Palautus", now).id, now)
        conversations.add_note(db, ada, about, "@Mallory kanarialintu", now)
        conversations.claim(db, mallory, about, now)
    told.index()
    with told.database.reading() as db:
        talk = db.get_one(Conversation, about)
        notice = db.scalars(select(Notice).where(Notice.kind == Kind.MENTIONED)).one()
        return Hidden({
            "conversation_id": about, "contact_id": talk.contact_id or 0, "channel_id": 1,
            "draft_id": draft, "outbox_id": item, "notice_id": notice.id,
            "member_id": mallory.member_id or 0,
            "turn_id": db.scalars(select(Turn.id).where(Turn.conversation_id == about)).first() or 0,
            "message_id": db.scalars(select(Message.id).where(Message.conversation_id == about)).first() or 0,
        })  # fmt: skip


@pytest.fixture
def client(told: Stand, hidden: Hidden) -> FlaskClient:
    """Mallory's browser, signed in while everything is still open to her."""
    app = create_app(told.running)
    app.request_class = odd_input.Listening
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with told.database.writing() as db:
        member = db.get_one(Member, hidden.ids["member_id"])
        client.set_cookie(
            gate.COOKIE,
            sessions.start(db, member, device="iPhone", address="", now=told.now)[1],
        )
    return client


def rules(client: FlaskClient) -> list[Rule]:
    app = client.application
    assert isinstance(app, Flask)
    signed_out = ("sign_in.", "passwords.", "invitations.", "webhooks.", "health.")
    return [r for r in odd_input.rules(app) if not r.endpoint.startswith(signed_out)]


def place(rule: Rule, ids: dict[str, int]) -> str:
    """The route with these numbers; those of other things are nobody's."""
    path = rule.rule
    for name in rule.arguments:
        given = str(ids.get(name, 10**6)) if name != "kind" else Kind.MENTIONED.value
        path = path.replace(f"<int:{name}>", given).replace(f"<{name}>", given)
    return path


def pages(client: FlaskClient, ids: dict[str, int]) -> Iterator[tuple[str, TestResponse]]:
    """Every page, plain and in every way it may be asked."""
    for rule in rules(client):
        if "GET" in (rule.methods or ()):
            path = place(rule, ids)
            odd_input.Fields.asked = set()
            yield path, client.get(path)
            for name in ASKED.keys() & odd_input.Fields.asked:
                for value in ASKED[name]:
                    yield f"{path}?{name}={value}", client.get(path, query_string={name: value})


def seen(answer: TestResponse) -> list[str]:
    """The canaries in an answer; a search repeats what was asked for."""
    text = answer.text.replace("Search: kanarialintu", "").replace('value="kanarialintu"', "")
    text = text.replace('value="Kaisa"', "").replace("q=kanarialintu", "")
    return [c for c in CANARIES if c in text]


def bare(answer: TestResponse) -> str:
    """A page but for its form's token, which tells the second."""
    return re.sub(r'csrf-token" content="[^"]+"|name="csrf_token" value="[^"]+"', "", answer.text)


def state(stand: Stand) -> list[object]:
    """Everything on the other channel that somebody could have changed."""
    talk, mine = Conversation, select(Conversation.id).where(Conversation.channel_id == 1)
    queries: list[Executable] = [
        select(talk.id, talk.state, talk.assignee_id, talk.snoozed_until).where(talk.id.in_(mine)),
        select(Draft.id, Draft.state, Draft.text).where(Draft.channel_id == 1),
        select(OutboxItem.id, OutboxItem.state),
        select(ConversationLabel.conversation_id, ConversationLabel.label_id).where(
            ConversationLabel.conversation_id.in_(mine)
        ),
        select(Contact.id, Contact.phone, Contact.email).where(Contact.channel_id == 1),
        select(Note.id).where(Note.conversation_id.in_(mine)),
    ]
    with stand.database.reading() as db:
        return [sorted(map(str, db.execute(query))) for query in queries]


def test_while_the_role_holds_it_is_all_there(client: FlaskClient, hidden: Hidden) -> None:
    """So that the next test looks where something would be."""
    shown = {path.partition("?")[0] for path, answer in pages(client, hidden.ids) if seen(answer)}

    about = hidden.ids["conversation_id"]
    assert {
        "/inbox", "/inbox/list", "/inbox/search", f"/inbox/{about}", f"/inbox/{about}/thread",
        f"/contacts/{hidden.ids['contact_id']}", "/approvals", "/approvals/list", "/notices",
        "/notices/live", "/write-down/people",
    } <= shown  # fmt: skip


def test_from_the_moment_it_ends_nothing_is_found_by_any_route(
    told: Stand, client: FlaskClient, hidden: Hidden
) -> None:
    told.advance(3600)
    before = state(told)

    for path, answer in pages(client, hidden.ids):
        assert seen(answer) == [], path
    for rule in rules(client):
        if rule.arguments & hidden.ids.keys() - {"member_id"}:
            for method in (rule.methods or set()) & {"GET", "POST"}:
                path, nobodys = place(rule, hidden.ids), place(rule, {})
                answer = client.open(path, method=method, data=hidden.fields)
                same = client.open(nobodys, method=method, data=hidden.fields)
                assert answer.status_code == same.status_code >= 400, f"{method} {path}"
                assert bare(answer).replace(path, nobodys) == bare(same), f"{method} {path}"
                assert seen(answer) == [], path

    assert state(told) == before


def test_nothing_of_it_is_reached_from_one_s_own_conversation(
    told: Stand, client: FlaskClient, hidden: Hidden
) -> None:
    told.advance(3600)
    before = state(told)
    own = web_stand.conversation_of(told, HERE)

    for rule in rules(client):
        if "POST" in (rule.methods or ()) and rule.endpoint != "members.leave":
            path = place(rule, {"conversation_id": own})
            for deed in ("take", "label") if "bulk" in path else ("take",):
                answer = client.post(
                    path, data=hidden.fields | {"deed": deed}, follow_redirects=True
                )
                assert seen(answer) == [], f"{path} {deed}"

    assert state(told) == before


def test_the_live_list_is_silent_about_it(told: Stand, client: FlaskClient, hidden: Hidden) -> None:
    told.advance(3600)
    with told.database.reading() as db:
        feed = changes.head(db)
    talks.say(told, 1, THERE, "Missä kanarialintu viipyy?", ago=timedelta())

    assert client.get(f"/inbox/list?feed={feed}").status_code == 204
    talks.say(told, people.channel(told, "kolmas"), THERE, "kanarialintu")
    assert client.get(f"/inbox/list?feed={feed}").status_code == 204

    own = web_stand.conversation_of(told, HERE)
    with told.database.writing() as db:
        conversations.add_note(db, told.actor("Ada"), own, "Tästä kyllä", told.now)
    assert client.get(f"/inbox/list?feed={feed}").status_code == 200
