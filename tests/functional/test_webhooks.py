"""The webhook door: who may knock, what is kept, and what no body can break."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.channels import registry
from app.channels.items import Batch, CommentItem, UnknownItem
from app.channels.models import Source
from app.factory import LARGEST_REQUEST, create_app
from app.inbox import upkeep
from app.inbox.models import EventState, Message, RawEvent, RefusedDelivery
from app.jobs import topics
from tests.desks import Desk, desk, sqlite_desk
from tests.unit.channels.unpacking import pushed as normalize

__all__ = ["desk", "sqlite_desk"]

# PLATFORM_FACTS 14, made with openssl 3.
SECRET = "app-secret-for-tests"
VECTOR = (
    rb'{"object":"page","entry":[{"id":"106","time":1790000000,"changes":[{"field":"feed","value":'
    rb'{"item":"comment","verb":"add","comment_id":"331_173","post_id":"106_331","parent_id":'
    rb'"106_331","from":{"id":"700","name":"Zo\u00eb"},"message":"\u00c4r ni \u00f6ppna? '
    rb'\ud83d\ude42","created_time":1790000000}}]}]}'
)
SIGNATURE = "sha256=7824e9a877b2155cb634b2eb4558c435c6d89fbf020ef77e76ba7dc14f722eee"


def client(desk: Desk) -> FlaskClient:
    return create_app(desk.running).test_client()


def signed(desk: Desk, body: bytes) -> str:
    secret = desk.running.platforms.meta_app_secret.encode()
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def push(desk: Desk, body: bytes, signature: str | None = None) -> TestResponse:
    given = signed(desk, body) if signature is None else signature
    return client(desk).post(
        "/webhooks/meta", data=body, headers={"X-Hub-Signature-256": given},
        content_type="application/json",
    )  # fmt: skip


def take_in(desk: Desk) -> None:
    topics.intake_events(desk.running)


def events(desk: Desk) -> list[RawEvent]:
    with desk.database.reading() as db:
        return list(db.scalars(select(RawEvent).order_by(RawEvent.id)))


def refused(desk: Desk) -> list[RefusedDelivery]:
    with desk.database.reading() as db:
        return list(db.scalars(select(RefusedDelivery)))


def messages(desk: Desk) -> list[str]:
    with desk.database.reading() as db:
        return list(db.scalars(select(Message.text).order_by(Message.id)))


def comment(page: str = "106", number: int = 1, **more: Any) -> dict[str, Any]:
    value = {
        "item": "comment", "verb": "add", "comment_id": f"331_{number}", "post_id": f"{page}_331",
        "parent_id": f"{page}_331", "from": {"id": "700", "name": "Zoë"}, "message": f"no {number}",
        "created_time": 1790000000 + number, **more,
    }  # fmt: skip
    return {"field": "feed", "value": value}


def body(*changes: object, page: object = "106") -> bytes:
    entry = {"id": page, "time": 1790000000, "changes": list(changes)}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


BODIES: list[tuple[bytes, str]] = [
    (b"", "not JSON"), (b"{", "not JSON"), (b"\xff\xfe\xfd", "not JSON"),
    (b'{"object":"page","entry":[{"id":"\xff"}]}', "not JSON"),
    (b"[" * 200_000, "not JSON"), (b'{"a":' * 100_000, "not JSON"),
    (b"1" * 5000, "not JSON"), (b"null", "no entries"), (b"[]", "no entries"),
    (b'"x"', "no entries"), (b'{"object":"page"}', "no entries"),
    (b'{"object":"page","entry":{}}', "no entries"),
    (b'{"object":"user","entry":[]}', "about something that is not known here"),
    (b'{"entry":[]}', "about something that is not known here"),
    (b'{"object":"page","entry":[7]}', "an entry without a page"),
    (b'{"object":"page","entry":[{"id":true}]}', "an entry without a page"),
    (b'{"object":"page","entry":[{"id":"106","changes":7}]}', "changes is not a list"),
    (b'{"object":"page","entry":[{"id":"106","changes":[7]}]}', "not an object"),
    (b'{"object":"page","entry":[{"id":"106","changes":[{"field":"feed"}]}]}',
     "a change without a value"),
    (body(comment(comment_id=None)), "a comment without ids"),
    (body(comment(page="107"), page="107"), "page 107 is not connected"),
    (body(comment(), page="0"), "page 0 is not connected"),
]  # fmt: skip
ITEMS: list[object] = [
    7, None, [], "text", {"field": "feed"}, comment(comment_id=[]), comment(post_id=None),
    {"field": "feed", "value": []}, comment(comment_id=""), comment(comment_id=1.5),
]  # fmt: skip
FIELDS: list[dict[str, Any]] = [
    {"from": {"id": "9", "name": "x" * 5000}},
    {"from": {"id": {"a": 1}, "name": 7}}, {"from": 7}, {"from": None},
    {"message": 7}, {"message": None}, {"message": "\x00\ud83d"}, {"message": "x" * 100_000},
    {"created_time": 10**30}, {"created_time": -(10**12)}, {"created_time": "x"},
    {"created_time": 253402300799}, {"created_time": 1e400}, {"created_time": None},
    {"parent_id": {"a": 1}}, {"parent_id": "\x00"}, {"post": {"permalink_url": "x" * 9000}},
    {"post": 7}, {"photo": {"a": "b"}}, {"video": "\x00"}, {"link": 7},
    {"comment_id": "\x00\ud800"}, {"comment_id": 2**70},
    {"post_id": 2**70}, {"hidden": True}, {"unknown": [1, {"a": 2}]},
]  # fmt: skip
LONG: list[dict[str, Any]] = [
    {"from": {"id": "9" * 500}}, {"post_id": "p" * 500}, {"comment_id": "9" * 500},
]  # fmt: skip
"""No id is so long: cut short, it would be somebody else's."""
PAGES: list[object] = ["\x00", "\ud800", "x" * 5000, 2**70, "106\x00", "106"]


class TestTheSignature:
    def test_is_openssl_s(self) -> None:
        assert len(VECTOR) == 304
        assert registry.is_signed_by_meta(VECTOR, SIGNATURE, SECRET)
        (found,) = normalize(VECTOR).items
        assert isinstance(found[1], CommentItem)
        assert (found[1].author_name, found[1].text) == ("Zoë", "Är ni öppna? 🙂")

    @pytest.mark.parametrize(
        "header",
        ["", "sha256=", SIGNATURE[7:], SIGNATURE.upper(), SIGNATURE + "0", "sha1=" + SIGNATURE[7:],
         SIGNATURE.replace("7", "8", 1), "sha256=ä", " " + SIGNATURE, "sha256=" + "0" * 64],
    )  # fmt: skip
    def test_is_right_or_it_is_wrong(self, header: str) -> None:
        assert not registry.is_signed_by_meta(VECTOR, header, SECRET)
        assert not registry.is_signed_by_meta(VECTOR + b" ", SIGNATURE, SECRET)
        assert not registry.is_signed_by_meta(VECTOR, SIGNATURE, "other")

    def test_without_a_secret_nothing_is_right(self) -> None:
        nothing = "sha256=" + hmac.new(b"", VECTOR, hashlib.sha256).hexdigest()

        assert not registry.is_signed_by_meta(VECTOR, nothing, "")

    def test_when_wrong_leaves_time_address_and_length_only(self, desk: Desk) -> None:
        for header in ("", "sha256=" + "0" * 64, "nonsense", "sha256=\xe4"):
            answer = push(desk, b"customer-canary", header)
            assert (answer.status_code, answer.data) == (403, b"")

        assert len(refused(desk)) == 4
        for kept in refused(desk):
            assert (kept.address, kept.length) == ("127.0.0.1", 15)
            assert abs((kept.at - desk.now).total_seconds()) < 60
        assert events(desk) == []
        if desk.database.is_sqlite:
            files = [p.read_bytes() for p in desk.folder.rglob("*") if p.is_file()]
            assert not any(b"canary" in content for content in files)

    def test_of_very_many_wrong_ones_the_newest_are_kept(
        self, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upkeep, "MOST_REFUSED", 3)
        for size in range(5):
            push(sqlite_desk, b"x" * size, "sha256=wrong")

        topics.housekeeping(sqlite_desk.running)

        assert [each.length for each in refused(sqlite_desk)] == [2, 3, 4]

    def test_when_right_the_body_is_kept_as_it_came(self, desk: Desk) -> None:
        answer = push(desk, VECTOR)

        assert (answer.status_code, answer.data) == (200, b"EVENT_RECEIVED")
        (kept,) = events(desk)
        assert (kept.body, kept.state, kept.platform) == (VECTOR, EventState.NEW, "meta")
        assert refused(desk) == []

    def test_the_same_twice_is_kept_twice_and_taken_in_once(self, desk: Desk) -> None:
        desk.channel("106")
        for _ in range(3):
            push(desk, VECTOR)

        take_in(desk)

        assert [e.state for e in events(desk)] == [EventState.DONE] * 3
        assert messages(desk) == ["Är ni öppna? 🙂"]


class TestBehindAProxy:
    def address(self, desk: Desk, proxies: str, remote: str) -> str:
        settings = desk.running.settings.model_copy(update={"TRUSTED_PROXIES": proxies})
        running = type(desk.running)(**{**desk.running.__dict__, "settings": settings})
        create_app(running).test_client().post(
            "/webhooks/meta", data=b"x", environ_base={"REMOTE_ADDR": remote},
            headers={"X-Forwarded-For": "203.0.113.9"},
        )  # fmt: skip
        return refused(desk)[-1].address

    @pytest.mark.parametrize(
        ("proxies", "remote", "believed"),
        [
            ("", "127.0.0.1", "127.0.0.1"), ("127.0.0.1", "127.0.0.1", "203.0.113.9"),
            ("10.0.0.0/8, 127.0.0.1", "10.1.2.3", "203.0.113.9"),
            ("10.0.0.0/8", "198.51.100.7", "198.51.100.7"), ("10.0.0.0/8", "", ""),
            ("::1", "::1", "203.0.113.9"), ("10.0.0.0/8", "::1", "::1"),
        ],
    )  # fmt: skip
    def test_only_the_named_proxies_are_believed(
        self, sqlite_desk: Desk, proxies: str, remote: str, believed: str
    ) -> None:
        assert self.address(sqlite_desk, proxies, remote) == believed


class TestTheHandshake:
    def ask(self, desk: Desk, **given: str) -> TestResponse:
        asked = {f"hub.{name}": value for name, value in given.items()}
        return client(desk).get("/webhooks/meta", query_string=asked)

    def test_gives_the_challenge_back_as_plain_text(self, sqlite_desk: Desk) -> None:
        token = sqlite_desk.running.platforms.meta_verify_token

        answer = self.ask(
            sqlite_desk, mode="subscribe", verify_token=token, challenge="<b>1158201444</b>"
        )

        assert (answer.status_code, answer.text) == (200, "<b>1158201444</b>")
        assert answer.mimetype == "text/plain"

    def test_refuses_what_does_not_know_the_words(self, sqlite_desk: Desk) -> None:
        token = sqlite_desk.running.platforms.meta_verify_token

        for given in (
            {}, {"mode": "subscribe", "challenge": "1"},
            {"mode": "subscribe", "verify_token": "", "challenge": "1"},
            {"mode": "subscribe", "verify_token": token + "x", "challenge": "1"},
            {"mode": "subscribe", "verify_token": "ä\ud800", "challenge": "1"},
            {"mode": "unsubscribe", "verify_token": token, "challenge": "1"},
            {"verify_token": token, "challenge": "1"},
        ):  # fmt: skip
            answer = self.ask(sqlite_desk, **{k: v.encode("utf-8", "replace").decode()
                                              for k, v in given.items()})  # fmt: skip
            assert (answer.status_code, answer.data) == (403, b""), given

    def test_a_desk_without_the_words_refuses_everybody(self, sqlite_desk: Desk) -> None:
        platforms = type(sqlite_desk.running.platforms)(
            **{**sqlite_desk.running.platforms.__dict__, "meta_verify_token": ""}
        )
        running = type(sqlite_desk.running)(
            **{**sqlite_desk.running.__dict__, "platforms": platforms}
        )
        asked = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}

        answer = create_app(running).test_client().get("/webhooks/meta", query_string=asked)

        assert answer.status_code == 403


class TestBadBodies:
    def test_ten_megabytes_are_refused_and_not_kept(self, desk: Desk) -> None:
        for size in (LARGEST_REQUEST + 1, 10 * 1024 * 1024):
            answer = push(desk, b"x" * size)
            assert answer.status_code == 413

        assert (events(desk), refused(desk)) == ([], [])

    def test_just_below_it_is_kept(self, sqlite_desk: Desk) -> None:
        whole = body(comment(), comment(number=2, message="x" * 9_000_000))
        sqlite_desk.channel("106")

        assert push(sqlite_desk, whole).status_code == 200
        take_in(sqlite_desk)

        assert [len(m) for m in messages(sqlite_desk)] == [4, 9_000_000]

    def test_each_leaves_its_reason_on_the_dead_list(self, desk: Desk) -> None:
        desk.channel("106")

        for raw, _ in BODIES:
            assert push(desk, raw).status_code == 200
        take_in(desk)

        for (raw, reason), kept in zip(BODIES, events(desk), strict=True):
            assert (kept.state, kept.problem, kept.tries) == (EventState.DEAD, reason, 1), raw[:60]
            assert kept.body == raw
        assert messages(desk) == []

    def test_one_bad_item_loses_one_item(self, desk: Desk) -> None:
        desk.channel("106")

        for number, bad in enumerate(ITEMS):
            push(desk, body(comment(number=2 * number), bad, comment(number=2 * number + 1)))
        take_in(desk)

        assert messages(desk) == [f"no {n}" for n in range(2 * len(ITEMS))]
        for bad, kept in zip(ITEMS, events(desk), strict=True):
            assert kept.state is EventState.DEAD, bad
            assert kept.problem, bad

    def test_an_odd_field_never_stops_the_rest(self, desk: Desk) -> None:
        desk.channel("106")

        for number, odd in enumerate(FIELDS):
            strange = comment(number=1000 + number, **odd)
            push(desk, body(comment(number=2 * number), strange, comment(number=2 * number + 1)))
        take_in(desk)

        with desk.database.reading() as db:
            rows = db.execute(select(Message.external_id, Message.text))
            found = {text for _, text in rows}
        assert {f"no {n}" for n in range(2 * len(FIELDS))} <= found
        for odd, kept in zip(FIELDS, events(desk), strict=True):
            assert kept.state is EventState.DONE, f"{str(odd)[:80]}: {kept.problem}"
        assert len(messages(desk)) == 3 * len(FIELDS)

    def test_an_id_that_is_too_long_costs_its_item_at_most(self, desk: Desk) -> None:
        desk.channel("106")

        push(
            desk, body(comment(), *(comment(number=9, **long) for long in LONG), comment(number=2))
        )
        take_in(desk)

        assert {"no 1", "no 2"} <= set(messages(desk))
        assert events(desk)[0].state is not EventState.NEW

    def test_an_odd_page_never_stops_the_next_delivery(self, desk: Desk) -> None:
        desk.channel("106")

        for number, page in enumerate(PAGES):
            push(desk, body(comment(number=number), page=page))
        take_in(desk)

        assert f"no {len(PAGES) - 1}" in messages(desk)
        assert all(e.state is not EventState.NEW for e in events(desk))

    def test_what_is_unknown_is_no_problem(self, desk: Desk) -> None:
        desk.channel("106")
        unknown = [
            {"field": "dreams", "value": {}}, comment(verb="teleported"), comment(verb=None),
            comment(item="hologram"),
            {"field": "leadgen", "value": {"post_id": "1"}}, comment(item=None),
        ]  # fmt: skip

        push(desk, body(*unknown, comment()))
        take_in(desk)

        (kept,) = events(desk)
        assert (kept.state, kept.problem, messages(desk)) == (EventState.DONE, "", ["no 1"])

    def test_every_known_kind_of_event_is_taken_or_set_aside(self, sqlite_desk: Desk) -> None:
        """Bodies as PLATFORM_FACTS 7 has them, old field names too."""
        old = {"item": "comment", "verb": "add", "comment_id": 331173, "post_id": "106_331",
               "sender_id": 2**60, "sender_name": "Ada", "message": "old"}  # fmt: skip
        batch = normalize(body({"field": "feed", "value": old}, comment(item="like")))

        (first, second) = (item for _, item in batch.items)
        assert isinstance(first, CommentItem)
        assert (first.external_id, first.author_id, first.author_name) == (
            "331173", str(2**60), "Ada",
        )  # fmt: skip
        assert isinstance(second, UnknownItem)
        assert batch.problems == ()


def test_what_is_stored_first_survives_a_crash_of_the_understanding(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.channel("106")
    push(desk, body(comment()))

    def crash(_body: bytes, _at: datetime) -> Batch:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setitem(registry.NORMALIZERS, (Source.WEBHOOK, "meta"), crash)
        with pytest.raises(MemoryError):
            take_in(desk)
    assert [e.state for e in events(desk)] == [EventState.NEW]

    take_in(desk)
    assert messages(desk) == ["no 1"]


def test_the_worker_is_told_after_the_delivery_is_kept(sqlite_desk: Desk) -> None:
    push(sqlite_desk, VECTOR)

    task = sqlite_desk.running.queue.huey.dequeue()

    assert task is not None
    assert task.args == ("intake",)
    with sqlite_desk.database.reading() as db:
        assert db.scalar(select(func.count(RawEvent.id))) == 1
