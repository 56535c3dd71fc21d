"""The challenge, and what the desk hears of X."""

import base64
import hashlib
import hmac
import json

import pytest

from app.practice.x import hooks
from tests.unit.practice.helpers import wait_for


def settle(practice):
    return practice.post("webhooks/flush")["waiting"]


def test_signatures_agree_with_the_published_vectors():
    """Made with openssl 3; secret `consumer-secret-for-tests`."""
    secret = "consumer-secret-for-tests"
    assert (
        hooks.signature(secret, b"crc-token-0123456789")
        == "sha256=Nwe5EoZ8X98aMnF+OuUCCiRcCtitF4h6EWKmElRplUU="
    )
    assert (
        hooks.signature(secret, b'{"data":{"event_type":"post.mention.create"}}')
        == "sha256=76UwPK65rPVmM8ZVNpvJO7SwEjcggcCESkGlWlfx1s4="
    )


def test_an_address_must_answer_the_challenge(as_app, xdesk):
    made = as_app.post("webhooks", {"url": xdesk.url}).json()["data"]
    assert made["valid"] is True and made["url"] == xdesk.url
    assert as_app.get("webhooks").json()["meta"] == {"result_count": 1}
    assert as_app.put(f"webhooks/{made['id']}").json() == {"data": {"valid": True}}
    assert as_app.post("webhooks", {"url": xdesk.url}).status_code == 400

    xdesk.secret = "another"
    assert as_app.put(f"webhooks/{made['id']}").status_code == 400
    assert as_app.get("webhooks").json()["data"][0]["valid"] is False
    assert as_app.post("webhooks", {"url": xdesk.url + "?2"}).status_code == 400
    assert as_app.delete(f"webhooks/{made['id']}").json() == {"data": {"deleted": True}}
    assert as_app.get("webhooks").json() == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    "address", ["https://desk.example/x", "http://127.0.0.1:1/" + "x" * 200, 7]
)
def test_events_stay_on_this_machine(as_app, address):
    assert as_app.post("webhooks", {"url": address}).status_code == 400


def test_a_mention_is_told_in_x_s_form(practice, listening, shop, mention, x):
    assert settle(practice) == 0

    (event,) = listening.events
    assert event["event_type"] == "post.mention.create" and event["tag"] == "m"
    assert event["filter"] == {"user_id": shop["id"]}
    assert int(event["event_uuid"]) is not None
    payload = event["payload"]
    assert payload["id"] == payload["conversation_id"] == mention["id"]
    assert payload["text"] == "@riekko missä takkini on?"
    assert payload["author_id"] == mention["author_id"] and payload["created_at"].endswith("Z")
    assert event["includes"]["users"] == [
        {"id": mention["author_id"], "username": "Kaisa_Virtan", "name": "Kaisa Virtanen"}
    ]
    digest = hmac.new(x.consumer_secret.encode(), listening.bodies[0], hashlib.sha256).digest()
    assert listening.signatures == ["sha256=" + base64.b64encode(digest).decode()]
    assert b"\\u00e4" in listening.bodies[0]


def test_replies_quotes_and_deletions_are_told(practice, api, listening, mention):
    own = practice.post("x/posts", name="riekko", text="Talvikengät tulivat")["id"]
    reply = practice.post("x/posts", name="Antti", text="Hienoa", reply_to=own)["id"]
    practice.post("x/posts", name="Antti", text="Vihdoin", quote=own)
    practice.post("x/posts", name="Antti", text="Ei liity mitenkään")
    practice.post(f"x/posts/{reply}/delete")
    settle(practice)

    assert listening.kinds == [
        "post.mention.create", "post.mention.create", "post.reply.create", "post.quote.create",
        "post.delete",
    ]  # fmt: skip
    assert listening.events[-1]["payload"]["id"] == reply


def test_messages_are_told_in_milliseconds_as_text(practice, api, listening, shop):
    person = practice.post("x/messages", account=shop["id"], name="Kaisa", text="Hei!")["person"]
    api.write(person, "Hei Kaisa")
    practice.post("x/messages/read", account=shop["id"], name="Kaisa")
    settle(practice)

    assert listening.kinds == ["dm.received", "dm.sent", "dm.read"]
    (message,) = listening.events[0]["payload"]["direct_message_events"]
    assert message["type"] == "message_create" and message["id"] == message["id_str"]
    assert message["created_timestamp"].isdigit() and len(message["created_timestamp"]) == 13
    assert message["message_create"]["message_data"]["text"] == "Hei!"
    assert message["message_create"]["target"] == {"recipient_id": shop["id"]}
    assert listening.events[0]["payload"]["users"][person]["data"]["name"] == "Kaisa"


def test_taking_the_rights_away_is_told_and_ends_the_subscriptions(
    practice, as_app, listening, shop
):
    practice.post(f"x/accounts/{shop['id']}/revoke")
    practice.post("x/posts", name="Kaisa", text="@riekko hei")
    settle(practice)

    assert listening.kinds == ["oauth.revoke"]
    assert as_app.get("activity/subscriptions").json() == {"meta": {"total_subscriptions": 0}}


def test_what_was_not_taken_comes_again_and_after_that_on_demand(
    practice, as_app, listening, platform
):
    listening.status = 500
    practice.post("x/posts", name="Kaisa", text="@riekko hei")
    assert settle(practice) == 1
    listening.status = 200
    practice.post("clock", wall=2)
    wait_for(lambda: listening.kinds == ["post.mention.create"])

    hook = as_app.get("webhooks").json()["data"][0]["id"]
    moments = {"from_date": _minute(platform, -10), "to_date": _minute(platform, 10)}
    made = as_app.post("webhooks/replay", {"webhook_id": hook, **moments})
    assert made.json()["data"]["job_id"]
    settle(practice)
    assert listening.bodies[0] == listening.bodies[1]
    late = {"from_date": _minute(platform, -1500), "to_date": _minute(platform, 10)}
    assert as_app.post("webhooks/replay", {"webhook_id": hook, **late}).status_code == 400


def test_after_five_minutes_an_event_is_lost_until_it_is_replayed(
    practice, as_app, listening, platform
):
    listening.status = 500
    practice.post("x/posts", name="Kaisa", text="@riekko hei")
    practice.post("clock", wall=301)
    settle(practice)
    assert practice.get("state")["webhooks"]["lost"] == 1

    listening.status = 200
    hook = as_app.get("webhooks").json()["data"][0]["id"]
    moments = {"from_date": _minute(platform, -20), "to_date": _minute(platform, 10)}
    as_app.post("webhooks/replay", {"webhook_id": hook, **moments})
    settle(practice)
    assert listening.kinds == ["post.mention.create"]


def _minute(platform, ahead):
    return (
        platform.clock.now()
        .fromtimestamp(platform.now() / 1000 + ahead * 60, platform.clock.now().tzinfo)
        .strftime("%Y%m%d%H%M")
    )


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ({"kind": "webhooks_duplicated"}, lambda desk: desk.bodies[0] == desk.bodies[1]),
        ({"kind": "webhooks_shuffled"}, lambda desk: desk.events[0]["payload"]["text"].endswith("kaksi")),
        ({"kind": "webhooks_batched"}, lambda desk: len(desk.events[0]) == 2),
        ({"kind": "webhooks_number_ids"}, lambda desk: isinstance(desk.events[0]["payload"]["id"], int)),
        ({"kind": "webhooks_unknown"}, lambda desk: desk.events[0][0]["event_type"] == "dream.create"),
        ({"kind": "webhooks_unsigned"}, lambda desk: desk.signatures[0] != desk.sign(desk.bodies[0])),
    ],
)  # fmt: skip
def test_events_go_wrong_as_told(practice, listening, fault, seen):
    practice.post("webhooks/pause")
    practice.post("faults", **fault)
    for words in ("yksi", "kaksi"):
        practice.post("x/posts", name="Kaisa", text=f"@riekko {words}")

    assert settle(practice) == 0

    assert seen(listening)
    assert sum(b"yksi" in body for body in listening.bodies) >= 1


def test_events_can_be_lost_and_spoken_in_the_other_names(practice, listening, mention):
    settle(practice)
    practice.post("faults", kind="webhooks_off", count=1)
    practice.post("x/posts", name="Antti", text="@riekko eka", reply_to=mention["id"])
    practice.post("x/settings", dialect="post")
    practice.post("x/posts", name="Antti", text="@riekko toka", reply_to=mention["id"])
    settle(practice)

    assert len(listening.events) == 2
    assert json.dumps(listening.events[1]).count("referenced_posts") == 1


def test_subscriptions_are_checked_listed_changed_and_ended(as_app, xdesk, shop):
    about = {"event_type": "dm.received", "filter": {"user_id": shop["id"], "direction": "inbound"}}
    assert as_app.post("activity/subscriptions", about).status_code == 400
    hook = as_app.post("webhooks", {"url": xdesk.url}).json()["data"]["id"]

    made = as_app.post("activity/subscriptions", about).json()
    assert made["meta"] == {"total_subscriptions": 1}
    found = made["data"]["subscription"]
    assert found["filter"] == about["filter"] and found["webhook_id"] == hook
    where = f"activity/subscriptions/{found['subscription_id']}"
    assert as_app.post("activity/subscriptions", about).status_code == 400
    assert as_app.put(where, {"tag": "new"}).json()["data"]["subscription"]["tag"] == "new"
    assert (
        as_app.post("activity/subscriptions", about | {"event_type": "post.dream"}).status_code
        == 400
    )
    assert as_app.delete(where).json()["data"] == {"deleted": True}
    assert as_app.delete(where).status_code == 404
