"""Nonsense sent to every route: never a crash, always a sentence, and nothing of the desk's lost.

The routes, their fields and their forms are read from the application, so a new page is tried
from its first day. The seed is printed; ODD_SEED and ODD_ROUNDS choose others.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import gate
from app.accounts import sessions
from app.accounts.models import Member, SignInAttempt
from app.audit import checking
from app.factory import create_app
from app.inbox import labels
from app.inbox.models import Contact, Conversation, Message
from app.replies.models import Draft, DraftVersion
from tests import answers, odd_input, people, talks, web_stand
from tests.odd_input import SENTENCE, Known
from tests.stand import Stand

WHO = ("Ada", "Ada", "Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory")
AFTERWARDS = ("/inbox", "/inbox?view=done", "/inbox/search?q=teltta", "/notices", "/settings/notices",
              "/settings/labels", "/settings/desk", "/settings/account", "/members", "/channels",
              "/approvals", "/write-down", "/audit", "/settings/holding-replies")  # fmt: skip


@pytest.fixture
def told(stand: Stand) -> Stand:
    """A desk in the middle of its work, on both databases: PostgreSQL takes no NUL in a text."""
    web_stand.tell_story(stand)
    talks.write(stand, 1, "Petteri Heino", "Onko teltta kuiva? 88214", ago=timedelta(hours=1))
    web_stand.write_down(stand)
    web_stand.approve_holding(stand)
    web_stand.tell_all(stand, "Ada")
    people.invite(stand)
    with stand.database.writing() as db:
        labels.make(db, stand.actor("Ada"), "Palautus", stand.now)
    for name in ("Kaisa Virtanen", "Olli Niemi"):
        web_stand.submit(stand, name, "Ben")
    answers.approve(stand, web_stand.submit(stand, "Henna Kallio", "Sam"))
    stand.index()
    return stand


@pytest.fixture
def app(told: Stand) -> Flask:
    app = create_app(told.running)
    app.request_class = odd_input.Listening
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def sign_in(stand: Stand, client: FlaskClient, who: str) -> bool:
    """A live session of somebody's, or of nobody's where they have left."""
    with stand.database.writing() as db:
        member = db.get_one(Member, stand.actor(who).member_id)
        _, token = sessions.start(db, member, device="iPhone", address="", now=stand.now)
    client.set_cookie(gate.COOKIE, token)
    with stand.database.reading() as db:
        return sessions.find(db, token, stand.now) is not None


def sign_in_again(stand: Stand, client: FlaskClient, who: str) -> None:
    """Whoever was made to leave on the way is Ada from then on: the last owner cannot be."""
    if not sign_in(stand, client, who):
        sign_in(stand, client, "Ada")


def learned(app: Flask, stand: Stand) -> Known:
    """The names that each route reads, and the forms on every page that opens."""
    known, client = Known(ids=odd_input.real_ids(stand)), app.test_client()
    chance = random.Random(1)
    for who in ("Ada", "Ben", "Dan"):
        sign_in(stand, client, who)
        for rule in odd_input.rules(app):
            if "GET" in (rule.methods or ()):
                answer = client.get(odd_input.address(rule, known, chance))
                if answer.status_code == 200 and "html" in answer.content_type:
                    known.learn_forms(answer.text)
    return known


def everything(stand: Stand) -> tuple[set[str], dict[str, int]]:
    """What customers and colleagues wrote, which only grows."""
    with stand.database.reading() as db:
        words = {str(r) for r in db.execute(select(Message.id, Message.text, Message.deleted_at))}
        words |= {str(r) for r in db.execute(select(DraftVersion.id, DraftVersion.text))}
        counts = {
            kind.__tablename__: db.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (Message, Conversation, Contact, Draft, DraftVersion, Member)
        }
        return words, counts


def sent(
    app: Flask, stand: Stand, known: Known, chance: random.Random, rounds: int
) -> Iterator[str]:
    """Each route in each way it may be asked, by somebody; yields what went wrong."""
    browsers = {who: app.test_client() for who in WHO}
    for who, client in browsers.items():
        sign_in(stand, client, who)
    for _ in range(rounds):
        for rule in odd_input.rules(app):
            for method in odd_input.methods(rule, chance):
                who = chance.choice(WHO)
                answer, place = ask(browsers[who], rule, method, known, chance)
                yield wrong(rule, method, answer, place)
                if answer.headers.get("Location", "").startswith("/sign-in"):
                    sign_in_again(stand, browsers[who], who)
        with stand.database.writing() as db:
            db.execute(delete(SignInAttempt))


def ask(
    client: FlaskClient, rule: Rule, method: str, known: Known, chance: random.Random
) -> tuple[TestResponse, str]:
    """The answer, and what was asked, to be told where the answer is wrong."""
    path = odd_input.address(rule, known, chance)
    given = odd_input.filled(rule, path, known, chance)
    odd_input.Fields.asked = set()
    more = odd_input.bodies(given, chance) if method not in ("GET", "HEAD") else {}
    query = {k: [x[:2000] for x in v] for k, v in given.items()}
    headers = {"HX-Request": "true"} if chance.random() < 0.2 else {}
    answer = client.open(path, method=method, query_string=query, headers=headers, **more)
    known.names[rule.endpoint] |= {n for n in odd_input.Fields.asked if n.isidentifier()}
    return answer, f"{method} {path[:200]} {str(given)[:2000]} {str(more)[:300]}"


def wrong(rule: Rule, method: str, answer: TestResponse, place: str) -> str:
    """What is wrong with an answer; nothing where it is as it should be."""
    status = answer.status_code
    if status >= 500 and rule.endpoint != "health.ready":
        return f"{place}: {status}"
    is_refusal = status >= 400 and method != "HEAD" and not is_bare(rule, status)
    if is_refusal and not SENTENCE.search(answer.text):
        return f"{place}: {status} says nothing: {answer.text[:200]}"
    return ""


def is_bare(rule: Rule, status: int) -> bool:
    """Machines read a status; a script that is signed out is sent to the sign-in."""
    return rule.endpoint.startswith(("webhooks.", "health.")) or status == 401


def try_everything(app: Flask, stand: Stand, seed: int, rounds: int) -> None:
    sys.stdout.write(f"seed {seed}, {rounds} rounds\n")
    known, (words, counts) = learned(app, stand), everything(stand)

    wrong = [w for w in sent(app, stand, known, random.Random(seed), rounds) if w]

    assert not wrong, "\n".join(wrong)
    left, now = everything(stand)
    assert words <= left
    assert all(now[name] >= counts[name] for name in counts), (counts, now)
    client = app.test_client()
    sign_in(stand, client, "Ada")
    for path in (*AFTERWARDS, *(f"/inbox/{c.id}" for c in stand.conversations()[:8])):
        assert client.get(path, follow_redirects=True).status_code == 200, path
    copy = checking.sink(stand.running.settings.DATA_DIR)
    assert checking.verify(stand.database, stand.running.keys.audit, copy, None).is_sound


@pytest.mark.long
def test_nonsense_anywhere_is_answered_in_words(app: Flask, told: Stand) -> None:
    try_everything(app, told, 20261121, 1)


@pytest.mark.soak
def test_much_nonsense_anywhere_is_answered_in_words(app: Flask, told: Stand) -> None:
    seed = int(os.environ.get("ODD_SEED", random.randrange(10**9)))
    try_everything(app, told, seed, int(os.environ.get("ODD_ROUNDS", 60)))
