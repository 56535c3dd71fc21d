"""Notices by web push, through a push service on this machine."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.access.identity import Actor
from app.accounts import members, sessions
from app.accounts.models import Member
from app.foundation.errors import NotFound
from app.inbox.models import Conversation
from app.jobs import topics
from app.notices import choices, devices, notices, queries, vapid
from app.notices.choices import STANDARD, Choice, Choices, Quiet
from app.notices.models import Kind, MailState, Notice, PushDevice, PushKey, PushProblem
from app.notices.notices import About
from tests import push_service, talks
from tests.desks import Desk, desk, sqlite_desk
from tests.push_service import PushService, Told

__all__ = ["desk", "sqlite_desk"]
PHONE = "iPhone"


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service.listening() as listening:
        yield listening


@dataclass
class Phones:
    """Members' browsers that are told by push."""

    stand: Desk
    service: PushService
    channel: int = 0
    conversation: int = 0

    def __post_init__(self) -> None:
        self.channel = self.stand.channel()
        talks.say(self.stand, self.channel, "Kaisa", "Missä pakettini on?")
        with self.stand.database.reading() as db:
            self.conversation = db.scalars(select(Conversation.id)).one()

    def actor(self, who: str) -> Actor:
        with self.stand.database.writing() as db:
            member = db.get_one(Member, self.stand.actor(who).member_id)
            session, _ = sessions.start(db, member, device=PHONE, address="", now=self.stand.now)
            return replace(self.stand.actor(who), session_id=session.id)

    def turn_on(self, who: str, browser: str = "phone") -> Actor:
        actor, sealer = self.actor(who), self.stand.running.keys.tokens
        with self.stand.database.writing() as db:
            vapid.public_key(db, sealer, self.stand.now)
            given = devices.subscription(**self.service.fields(browser), stand_in=self.service.url)
            devices.turn_on(db, actor, sealer, given, browser, self.stand.now)
        return actor

    def tell(self, who: str = "Ada", number: int = 1, kind: Kind = Kind.MENTIONED) -> None:
        about = About(f"thing:{number}", self.channel, self.conversation)
        told, by = self.stand.actor(who).member_id or 0, self.stand.actor("Ben").member_id
        with self.stand.database.writing() as db:
            notices.tell(db, [told], kind, about, self.stand.now, by=by)

    def test(self, who: str) -> None:
        with self.stand.database.writing() as db:
            notices.test(db, self.stand.actor(who), self.stand.now)

    def push(self, after: float = 6) -> list[Told]:
        """What the worker pushes a moment later."""
        self.stand.advance(after)
        given = self.stand.running.settings.model_copy(
            update={"PUSH_STAND_IN": self.service.url, "BASE_URL": "https://desk.example"}
        )
        before = len(self.service.told)
        topics.notices_by_push(replace(self.stand.running, settings=given)).run()
        return self.service.told[before:]

    def states(self) -> list[MailState]:
        with self.stand.database.reading() as db:
            return [n.push for n in db.query(Notice).order_by(Notice.id)]

    def devices(self) -> list[PushDevice]:
        with self.stand.database.reading() as db:
            return list(db.scalars(select(PushDevice).order_by(PushDevice.id)))

    def choose(self, who: str, chosen: Choices) -> None:
        with self.stand.database.writing() as db:
            choices.choose(db, self.stand.actor(who), chosen)


@pytest.fixture
def phones(sqlite_desk: Desk, service: PushService) -> Phones:
    return Phones(sqlite_desk, service)


@pytest.fixture
def both(desk: Desk, service: PushService) -> Phones:
    """On each database in turn, where it makes a difference."""
    return Phones(desk, service)


def test_a_push_says_what_happened_opens_that_card_and_keeps_the_customers_words(
    both: Phones,
) -> None:
    both.turn_on("Ada")
    both.tell(kind=Kind.DRAFT_WAITS)

    assert both.push(after=4) == []
    (told,) = both.push(after=2)

    with both.stand.database.reading() as db:
        number = db.scalars(select(Notice.id)).one()
    assert told.shown == {
        "title": "PRACTICE: Ben asks for your approval.",
        "body": "Practice. Nothing here reaches a customer.",
        "path": f"/notices/{number}",
        "tag": "draft-waits thing:1",
        "lang": "en",
    }
    assert (told.headers["Urgency"], told.headers["Content-Encoding"]) == ("high", "aes128gcm")
    assert 86000 < int(told.headers["TTL"]) <= 86400
    assert len(told.headers["Topic"]) == 32
    assert both.states() == [MailState.SENT]
    assert both.push(after=600) == []


def test_the_customers_words_are_pushed_only_on_wish(phones: Phones) -> None:
    phones.turn_on("Ada")
    phones.choose("Ada", Choices(has_words=True))
    phones.tell()
    assert "Kaisa" not in phones.push()[0].text

    phones.choose("Ada", Choices(has_push_words=True))
    phones.tell(number=2)

    assert "Kaisa" in phones.push(after=61)[0].text


def test_ten_at_once_become_one_and_the_next_waits_a_minute(phones: Phones) -> None:
    phones.turn_on("Ada")
    for number in range(10):
        phones.tell(number=number)

    (told,) = phones.push()
    assert told.shown["title"] == "PRACTICE: 10 notices from your desk"
    assert told.shown["body"].startswith("You were mentioned in 10 notes.")
    assert (told.shown["path"], told.shown["tag"]) == ("/notices", "many")
    phones.tell(number=11)
    assert phones.push(after=30) == []
    assert len(phones.push(after=31)) == 1


def test_the_same_card_takes_its_own_place_and_no_other(phones: Phones) -> None:
    phones.turn_on("Ada")
    topic = []
    for number in (1, 1, 2):
        phones.tell(number=number)
        topic.append(phones.push(after=61)[0].headers["Topic"])
        with phones.stand.database.writing() as db:
            queries.mark_read(db, phones.stand.actor("Ada"), phones.stand.now)

    assert topic[0] == topic[1] != topic[2]


def test_each_kind_is_chosen_and_quiet_hours_hold_all_but_a_test(phones: Phones) -> None:
    phones.turn_on("Ada")
    phones.choose("Ada", Choices({**STANDARD, Kind.MENTIONED: Choice(by_push=False)}))
    phones.tell()
    phones.choose("Ada", Choices(quiet=Quiet(0, 24 * 60 - 1)))
    phones.tell(number=2)
    assert phones.push() == []

    phones.test("Ada")

    assert [t.shown["title"] for t in phones.push(after=0)] == [
        "PRACTICE: The test you asked for has arrived."
    ]
    assert phones.states() == [MailState.NONE, MailState.WAITS, MailState.SENT]


def test_nothing_is_queued_for_whoever_has_no_browser_on(phones: Phones) -> None:
    phones.tell()

    assert phones.states() == [MailState.NONE]


def test_what_was_read_or_may_not_be_read_any_more_is_not_pushed(phones: Phones) -> None:
    phones.turn_on("Ada")
    phones.tell()
    with phones.stand.database.writing() as db:
        queries.mark_read(db, phones.stand.actor("Ada"), phones.stand.now)

    assert phones.push() == []
    assert phones.states() == [MailState.NONE]


@pytest.mark.parametrize("way", ["sign out", "leave", "grow old"])
def test_a_browser_that_is_not_signed_in_is_not_told(both: Phones, way: str) -> None:
    actor = both.turn_on("Cleo")
    both.tell("Cleo")
    with both.stand.database.writing() as db:
        if way == "sign out":
            sessions.end(db, actor, actor.session_id or 0, both.stand.now)
        elif way == "leave":
            members.leave(db, both.stand.actor("Ada"), actor.member_id or 0, both.stand.now)
    if way == "grow old":
        both.stand.advance(sessions.LIVES.total_seconds() + 1)
        both.tell("Cleo", number=2)

    assert both.push() == []
    topics.housekeeping(both.stand.running)
    assert len(both.devices()) == (1 if way == "grow old" else 0)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(both: Phones, status: int) -> None:
    both.turn_on("Ada")
    both.service.status = status
    both.tell()

    assert len(both.push()) == 1
    assert both.devices() == []
    assert both.states() == [MailState.FAILED]
    assert both.push(after=3600) == []


@pytest.mark.parametrize(
    ("status", "problem"),
    [(500, PushProblem.TROUBLE), (503, PushProblem.TROUBLE), (429, PushProblem.BUSY)],
)
def test_trouble_of_a_push_service_is_tried_again_and_shown(
    phones: Phones, status: int, problem: PushProblem
) -> None:
    phones.turn_on("Ada")
    phones.service.status = status
    phones.tell()
    assert len(phones.push()) == 1
    assert [d.problem for d in phones.devices()] == [problem]
    assert phones.push(after=60) == []

    phones.service.status = 201

    assert len(phones.push(after=61)) == 1
    (device,) = phones.devices()
    assert device.problem is None
    assert device.told_at is not None
    assert phones.states() == [MailState.SENT]


def test_a_push_service_that_says_when_is_not_asked_before(both: Phones) -> None:
    both.turn_on("Ada")
    both.service.status, both.service.headers = 429, {"Retry-After": "900"}
    both.tell()
    both.push()

    assert both.push(after=890) == []
    assert len(both.push(after=11)) == 1


def test_after_six_tries_it_says_that_it_could_not(phones: Phones) -> None:
    phones.turn_on("Ada")
    phones.service.status = 500
    phones.tell()
    for _ in range(8):
        phones.push(after=3600)

    assert len(phones.service.told) == 6
    assert phones.states() == [MailState.FAILED]
    with phones.stand.database.reading() as db:
        last = queries.last_push(db, phones.stand.actor("Ada"))
    assert last is not None
    assert last.push is MailState.FAILED


def test_one_browser_that_takes_it_is_enough(phones: Phones) -> None:
    phones.turn_on("Ada", "phone")
    phones.turn_on("Ada", "laptop")
    phones.service.statuses["/push/phone"] = 403
    phones.tell()

    assert len(phones.push()) == 2
    assert [d.problem for d in phones.devices()] == [PushProblem.REFUSED, None]
    assert phones.states() == [MailState.SENT]


def test_a_redirect_is_not_followed(phones: Phones) -> None:
    phones.turn_on("Ada")
    phones.service.status = 307
    phones.service.headers = {"Location": phones.service.url + "/push/elsewhere"}
    phones.tell()

    assert len(phones.push()) == 1
    assert phones.states() == [MailState.FAILED]


def test_a_push_service_that_does_not_answer_is_tried_again(phones: Phones) -> None:
    phones.turn_on("Ada")
    phones.tell()
    with push_service.listening() as silent:
        pass
    phones.service.url, there = silent.url, phones.service.url
    with phones.stand.database.writing() as db:
        db.execute(delete(PushDevice))
    phones.turn_on("Ada")

    assert phones.push() == []
    assert [d.problem for d in phones.devices()] == [PushProblem.UNREACHABLE]
    assert phones.states() == [MailState.WAITS]
    phones.service.url = there


def test_a_browser_belongs_to_whoever_turned_it_on_last(both: Phones) -> None:
    both.turn_on("Ada")
    both.turn_on("Cleo")
    both.tell("Ada")
    both.tell("Cleo")

    assert len(both.push()) == 1
    assert [d.member_id for d in both.devices()] == [both.stand.actor("Cleo").member_id]


def test_a_new_address_takes_the_old_ones_place_unless_it_was_turned_off(both: Phones) -> None:
    actor = both.turn_on("Ada", "old")
    (old,) = both.devices()
    sealer = both.stand.running.keys.tokens
    fields = both.service.fields("new")
    given = devices.subscription(**fields, stand_in=both.service.url)
    with both.stand.database.writing() as db:
        devices.go_on(db, actor, sealer, given, old.endpoint_hash, both.stand.now)
    both.tell()

    assert [t.path for t in both.push()] == ["/push/new"]
    assert [d.name for d in both.devices()] == ["old"]
    with both.stand.database.writing() as db:
        devices.turn_off(db, actor, both.devices()[0].id)
    with both.stand.database.writing() as db, pytest.raises(NotFound):
        devices.go_on(db, actor, sealer, given, given.hash, both.stand.now)


def test_the_desk_has_one_key_and_a_new_one_where_it_was_lost(both: Phones) -> None:
    sealer, now = both.stand.running.keys.tokens, both.stand.now
    both.turn_on("Ada")
    with both.stand.database.writing() as db:
        first = vapid.public_key(db, sealer, now)
        kept = db.scalars(select(PushKey)).one()
        assert b"PRIVATE" not in kept.sealed
        db.delete(kept)
    with both.stand.database.writing() as db:
        second = vapid.public_key(db, sealer, now)
    both.tell()

    assert first != second
    assert f"k={second}" in both.push()[0].headers["Authorization"]


def test_a_secret_that_does_not_open_holds_up_nobody_else(phones: Phones) -> None:
    phones.turn_on("Ada", "a")
    phones.turn_on("Cleo", "c")
    with phones.stand.database.writing() as db:
        first = db.scalars(select(PushDevice).order_by(PushDevice.id)).first()
        assert first is not None
        first.sealed = b"damaged"
    phones.tell("Ada")
    phones.tell("Cleo")

    assert [t.path for t in phones.push()] == ["/push/c"]


def test_a_member_has_twenty_browsers_at_most(both: Phones) -> None:
    for number in range(devices.MOST + 1):
        both.turn_on("Ada", f"b{number}")

    names = [d.name for d in both.devices()]
    assert len(names) == devices.MOST
    assert "b0" not in names


def test_a_stamp_goes_by_the_time_outside(phones: Phones) -> None:
    """A practice desk's clock may be days ahead; a stamp that far is refused."""
    phones.turn_on("Ada")
    phones.stand.advance(timedelta(days=3).total_seconds())
    phones.tell()

    assert len(phones.push()) == 1
    assert phones.states() == [MailState.SENT]
