"""The audit log as it is read: names of what is still there, the numbers behind them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask

from app.access.roles import Role
from app.accounts import members
from app.accounts.models import Member
from app.audit.events import DETAILS
from app.audit.queries import Entry
from app.inbox import conversations, labels
from app.web.desk import log_words
from tests import web_stand
from tests.stand import Stand
from tests.web_page import Visitor
from vault.chain import DetailValue

Visit = Callable[[str], Visitor]


def test_the_log_says_names_where_they_are_known_and_numbers_behind_them(
    visit: Visit, told: Stand
) -> None:
    draft = web_stand.submit(told, "Olli Niemi", "Ben")
    ada, ben = told.actor("Ada"), told.actor("Ben").member_id or 0
    conversation = web_stand.conversation_of(told, "Olli Niemi")
    with told.database.writing() as db:
        conversations.hand_over(db, ada, conversation, ben, "Ole hyvä", told.now)
        label = labels.make(db, ada, "Palautus", told.now)
        labels.put_on(db, ada, conversation, label.id, told.now)
        member = db.get_one(Member, ben)
        until = told.now + timedelta(days=3)
        members.give_role(db, ada, member, Role.APPROVER, channel_id=1, until=until, now=told.now)

    for who, customer in (("Ada", f"Olli Niemi (conversation {conversation})"),
                          ("Dan", f"conversation {conversation}")):  # fmt: skip
        log = visit(who).get("/audit").text

        assert f"took or handed over a conversation {customer}, to: Ben Berg (member {ben})" in log
        assert f"{customer}, label: Palautus (label {label.id}), now: on" in log
        answer = f"Olli Niemi (answer {draft})" if who == "Ada" else f"answer {draft}"
        assert (
            f"asked for approval of an answer {answer}, in: {customer}, fingerprint of the text: "
            in log
        )
        assert (
            f"gave a role Ben Berg (member {ben}), on: Riekko & Rinne (Facebook) (channel 1), role: Approver"
            in log
        )
        assert "until: 2" in log and "+00:00" not in log
        assert "Olli Niemi" not in log or who == "Ada"


def test_every_detail_of_the_log_has_words_and_what_is_unknown_is_shown_as_it_is(
    app: Flask,
) -> None:
    assert set(log_words.DETAILS) | log_words.SILENT == DETAILS

    strange: dict[str, DetailValue] = {
        "colour": "red",
        "method": "telepathy",
        "draft": 9,
        "channel": None,
        "practice": True,
    }
    entry = Entry(1, datetime(2026, 1, 1, tzinfo=UTC), "desk", "x", "spaceship:1", strange)
    with app.test_request_context():
        told = log_words.line(entry, {}).told
    assert told == ["spaceship:1", "colour: red", "how: telepathy", "about: answer 9"]
