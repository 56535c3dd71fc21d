"""Webhooks as the desk gets them: signed bytes, every change, again until taken."""

import hashlib
import hmac
import json
import sqlite3

import pytest

from app.practice import webhooks
from app.practice.client import PracticeClient
from app.practice.errors import Refused
from app.practice.factory import create_practice_app
from app.practice.server import running
from tests.unit.practice.helpers import wait_for

# A body whose signature was made with openssl 3 (PLATFORM_FACTS 14).
BODY = (
    rb'{"object":"page","entry":[{"id":"106","time":1790000000,"changes":[{"field":"feed","value":'
    rb'{"item":"comment","verb":"add","comment_id":"331_173","post_id":"106_331",'
    rb'"parent_id":"106_331","from":{"id":"700","name":"Zo\u00eb"},'
    rb'"message":"\u00c4r ni \u00f6ppna? \ud83d\ude42","created_time":1790000000}}]}]}'
)


def told(desk, count):
    wait_for(lambda: len(desk.changes) + len(desk.messaging) >= count)
    return [(value["item"], value["verb"]) for value in desk.changes]


def test_the_signature_is_what_openssl_makes_of_it():
    expected = "7824e9a877b2155cb634b2eb4558c435c6d89fbf020ef77e76ba7dc14f722eee"

    assert len(BODY) == 304
    assert webhooks.sign("app-secret-for-tests", BODY) == "sha256=" + expected


def test_every_change_of_a_comment_is_told(practice, graph, post, listening):
    comment = practice.post("comments", on=post, name="Hilla Harju", message="Missä?")["id"]
    practice.post(f"comments/{comment}/edit", message="Missä pakettini on? 🙂")
    practice.post(f"comments/{comment}/hide")
    practice.post(f"comments/{comment}/unhide")
    reply = graph.post(f"{comment}/comments", message="Hei").json()["id"]
    graph.post(f"{comment}/likes")
    practice.post(f"comments/{comment}/delete")

    told(listening, 7)

    values = listening.changes
    assert [(value["item"], value["verb"]) for value in values] == [
        ("comment", "add"),
        ("comment", "edited"),
        ("comment", "hide"),
        ("comment", "unhide"),
        ("comment", "add"),
        ("reaction", "add"),
        ("comment", "remove"),
    ]
    assert values[0]["parent_id"] == values[0]["post_id"] == post
    assert values[1]["message"] == "Missä pakettini on? 🙂"
    assert values[4]["comment_id"] == reply
    assert values[4]["parent_id"] == comment
    assert "message" not in values[6]


def test_our_own_reply_comes_back_as_ours(graph, practice, page, post, listening):
    graph.post(f"{post}/comments", message="Oma")

    told(listening, 1)

    assert listening.changes[0]["from"]["id"] == page["id"]


def test_posts_are_told_about_too(practice, page, listening):
    made = practice.post(f"pages/{page['id']}/posts", message="Ale alkoi")["id"]
    practice.delete(f"posts/{made}")

    assert told(listening, 2) == [("status", "add"), ("status", "remove")]
    assert "message" not in listening.changes[1]


def test_the_body_is_signed_as_it_is_sent(practice, post, listening, made):
    practice.post("comments", on=post, name="Zoë", message="Är ni öppna? 🙂")

    told(listening, 1)

    [body], [signature] = listening.bodies, listening.signatures
    expected = hmac.new(made.app_secret.encode(), body, hashlib.sha256).hexdigest()
    assert signature == "sha256=" + expected
    assert rb"Zo\u00eb" in body
    assert rb"\ud83d\ude42" in body
    entry = json.loads(body)["entry"][0]
    assert entry["time"] < 10**11  # seconds for the feed


def test_messages_and_echoes_are_told_with_metadata(practice, graph, page, listening, made):
    talk = practice.post("messages", page=page["id"], name="Petteri Heino", text="Hei!")
    sent = graph.send(
        f"{page['id']}/messages",
        {"recipient": {"id": talk["person"]}, "message": {"text": "Moi", "metadata": "outbox:42"}},
    ).json()

    told(listening, 3)

    theirs, echo, delivery = listening.messaging
    assert theirs["sender"] == {"id": talk["person"]}
    assert theirs["message"] == {"mid": talk["id"], "text": "Hei!"}
    assert theirs["timestamp"] > 10**12
    assert echo["sender"] == {"id": page["id"]}
    assert echo["message"] == {
        "mid": sent["message_id"],
        "text": "Moi",
        "is_echo": True,
        "app_id": int(made.app_id),
        "metadata": "outbox:42",
    }
    assert delivery["delivery"]["mids"] == [sent["message_id"]]
    assert listening.calls[0]["entry"][0]["time"] > 10**12


def test_an_answer_past_the_desk_is_an_echo_of_another_app(practice, page, listening, made):
    practice.post("messages", page=page["id"], name="Petteri Heino", text="Hei!")
    practice.post("messages", page=page["id"], name="Petteri Heino", text="Moi", **{"as": "page"})

    told(listening, 2)

    echo = listening.messaging[1]["message"]
    assert echo["is_echo"] is True
    assert echo["app_id"] != int(made.app_id)
    assert "metadata" not in echo


def test_what_else_a_customer_does_in_private_is_told(practice, page, listening):
    talk = practice.post(
        "messages", page=page["id"], name="Petteri Heino", text="",
        attachment={"type": "image", "url": "http://127.0.0.1/a.png"},
    )  # fmt: skip
    practice.post(f"messages/{talk['id']}/edit", text="Siis Halla 3")
    practice.post(f"messages/{talk['id']}/unsend")
    practice.post("people", page=page["id"], name="Petteri Heino", reads=True)

    told(listening, 4)

    first, edited, unsent, read = listening.messaging
    assert first["message"]["attachments"][0]["payload"]["url"] == "http://127.0.0.1/a.png"
    assert edited["message_edit"] == {"mid": talk["id"], "text": "Siis Halla 3", "num_edit": 1}
    assert unsent["message"] == {"mid": talk["id"], "is_deleted": True}
    assert "watermark" in read["read"]


def test_nothing_is_told_that_was_not_subscribed(practice, graph, page, post, listening):
    graph.post(f"{page['id']}/subscribed_apps", subscribed_fields="messages")
    practice.post("comments", on=post, name="Hilla Harju", message="Ei tilattu")
    other = practice.get("state")["pages"][0]
    practice.post("messages", page=other["id"], name="Muu", text="Toinen sivu")
    practice.post("messages", page=page["id"], name="Petteri Heino", text="Tilattu")

    told(listening, 1)

    assert listening.changes == []
    assert [event["message"]["text"] for event in listening.messaging] == ["Tilattu"]


def test_what_the_desk_does_not_take_comes_again(practice, post, listening):
    listening.status = 500
    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")
    wait_for(lambda: practice.get("state")["webhooks"]["failing"])
    assert practice.get("state")["webhooks"]["waiting"] == 1

    listening.status = 200

    told(listening, 1)
    state = practice.get("state")["webhooks"]
    assert not state["failing"]
    assert (state["waiting"], state["sent"]) == (0, 1)


def test_waiting_grows_but_a_flush_sends_at_once(practice, post, listening, platform):
    listening.status = 403
    practice.post("webhooks/pause")
    for n in range(3):
        practice.post("comments", on=post, name="Hilla Harju", message=f"Viesti {n}")
    for _ in range(4):
        assert practice.post("webhooks/flush")["waiting"] == 3
    with platform.store.reading() as db:
        first, *others = db.execute("SELECT * FROM events ORDER BY seq").fetchall()
    assert first["attempts"] == 4
    assert first["due"] - platform.now() > 4000
    assert all(row["attempts"] == 0 for row in others)

    listening.status = 200

    assert practice.post("webhooks/flush")["waiting"] == 0
    assert len(listening.changes) == 3


def test_a_paused_platform_keeps_events_until_it_goes_on(practice, post, listening):
    assert practice.post("webhooks/pause") == {"paused": True}
    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")
    assert practice.get("state")["webhooks"]["paused"]
    assert listening.bodies == []

    practice.post("webhooks/resume")

    told(listening, 1)


def test_an_event_nobody_takes_is_lost_after_36_hours(practice, post, listening):
    listening.status = 500
    practice.post("webhooks/pause")
    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")

    practice.post("clock", wall=37 * 3600)

    assert practice.post("webhooks/flush")["waiting"] == 0
    assert practice.get("state")["webhooks"]["lost"] == 1


def test_messenger_unsubscribes_a_page_that_failed_for_an_hour(practice, graph, page, post,
                                                               listening):  # fmt: skip
    listening.status = 500
    practice.post("webhooks/pause")
    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")
    practice.post("messages", page=page["id"], name="Hilla Harju", text="Missä?")
    practice.post("webhooks/flush")
    practice.post("clock", wall=3700)
    practice.post("webhooks/flush")

    fields = graph.data(f"{page['id']}/subscribed_apps")[0]["subscribed_fields"]

    assert "messages" not in fields
    assert "feed" in fields
    state = practice.get("state")["webhooks"]
    assert (state["waiting"], state["lost"]) == (1, 1)


def test_a_clock_moved_back_holds_no_event_up(practice, post, listening):
    practice.post("webhooks/pause")
    practice.post("clock", wall=7 * 86400)
    listening.status = 500
    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")
    practice.post("webhooks/flush")
    practice.delete("clock")
    listening.status = 200

    practice.post("webhooks/resume")

    told(listening, 1)


def test_the_desks_own_address_is_subscribed_and_greeted_later(tmp_path, made, desk):
    desk.verify_token, desk.greets = made.verify_token, False
    app = create_practice_app(
        tmp_path, app_id=made.app_id, app_secret=made.app_secret,
        verify_token=made.verify_token, desk_url=desk.url + "/",
    )  # fmt: skip
    with running(app) as url:
        practice = PracticeClient(url)
        page = practice.post("pages", name="Riekko & Rinne")
        with app.extensions["vuoro-practice"].store.writing() as db:
            db.execute("UPDATE pages SET fields = 'feed'")
        practice.post(f"pages/{page['id']}/posts", message="Ale")
        assert practice.post("webhooks/flush")["waiting"] == 1
        assert not practice.get("state")["webhooks"]["verified"]

        desk.greets = True
        told(desk, 1)
        assert practice.get("state")["webhooks"]["verified"]


@pytest.mark.parametrize(("words", "expected"), [("ours", "http://127.0.0.1:2"),
                                                 ("another's", "http://127.0.0.1:1")])  # fmt: skip
def test_a_desk_that_moved_is_followed_and_another_s_subscription_stays(
    tmp_path, made, words, expected
):  # fmt: skip
    for port, verify_token in ((1, words), (2, "ours")):
        app = create_practice_app(
            tmp_path, app_id=made.app_id, app_secret=made.app_secret,
            verify_token=verify_token, desk_url=f"http://127.0.0.1:{port}",
        )  # fmt: skip
        with running(app) as url:
            state = PracticeClient(url).get("state")["webhooks"]

    assert state["callback_url"] == expected + "/webhooks/meta"


def test_any_recorded_body_can_be_sent_signed_or_not(practice, listening, made):
    assert practice.post("webhooks/send", body=BODY.decode())["taken"] is True
    assert practice.post("webhooks/send", body="{", unsigned=True)["taken"] is True
    listening.status = 403
    assert practice.post("webhooks/send", body="{}")["taken"] is False

    assert listening.bodies == [BODY, b"{"]
    right, wrong = listening.signatures
    assert right == webhooks.sign(made.app_secret, BODY)
    assert wrong != webhooks.sign(made.app_secret, b"{")


def test_without_a_subscription_nothing_can_be_sent(practice):
    with pytest.raises(Refused) as refused:
        practice.post("webhooks/send", body="{}")
    assert refused.value.status == 409


def test_every_verb_arrives(practice, page, listening):
    made = practice.post("webhooks/verbs", page=page["id"])["made"]
    practice.post("webhooks/flush")

    kinds = {(value["item"], value["verb"]) for value in listening.changes}
    assert len(listening.changes) + len(listening.messaging) + 1 == made
    assert {("comment", "hide"), ("photo", "remove"), ("rating", "add")} <= kinds
    assert any("reaction" in event for event in listening.messaging)
    assert any("standby" in entry for call in listening.calls for entry in call["entry"])
    assert any(event.get("message", {}).get("is_deleted") for event in listening.messaging)


def test_a_desk_that_went_away_is_waited_for(practice, post, listening, platform):
    with platform.store.writing() as db:
        db.execute("UPDATE subscriptions SET callback_url = 'http://127.0.0.1:1/webhooks/meta'")

    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")

    assert practice.post("webhooks/flush")["waiting"] == 1
    assert practice.get("state")["webhooks"]["failing"]


def test_an_address_changed_by_hand_is_not_sent_to(practice, post, listening, platform):
    with platform.store.writing() as db:
        db.execute("UPDATE subscriptions SET callback_url = 'https://graph.facebook.com/'")

    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")

    assert practice.post("webhooks/flush")["waiting"] == 1
    assert practice.get("state")["webhooks"]["callback_url"] is None


def test_a_locked_store_does_not_end_the_delivery(practice, post, listening, app, monkeypatch):
    delivery = app.extensions["vuoro-practice-delivery"]
    right = delivery.round
    failed: list[bool] = []

    def round_(everything=False):
        if not failed:
            failed.append(True)
            raise sqlite3.OperationalError("database is locked")
        right(everything)

    monkeypatch.setattr(delivery, "round", round_)
    practice.post("comments", on=post, name="Hilla Harju", message="Missä?")

    told(listening, 1)
    assert failed


def test_a_delivery_that_never_started_can_be_stopped(app):
    app.extensions["vuoro-practice-delivery"].stop()
