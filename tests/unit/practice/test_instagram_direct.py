"""Instagram's private messages: read at the Page, sent from it, told in shapes of their own."""

import pytest

from tests.unit.practice.helpers import error, wait_for

DAY = 86400


@pytest.fixture
def talk(practice, ig):
    return practice.post("instagram/messages", account=ig, username="petteri", text="Hei!")


@pytest.fixture
def send(graph, page, talk):
    def call(text="Moi", **more):
        body = {"recipient": {"id": talk["person"]}, "message": {"text": text}} | more
        return graph.send(f"{page['id']}/messages", body)

    return call


def heard(desk, count):
    wait_for(lambda: len(desk.messaging) >= count)
    return desk.messaging


def test_a_conversation_is_read_through_the_page(practice, graph, page, ig, talk, send):
    practice.post("messages", page=page["id"], name="Hilla Harju", text="Messengerissä")
    sent = send().json()["message_id"]

    fields = "id,updated_time,participants,messages{id,created_time,from,to,message}"
    [found] = graph.data(f"{page['id']}/conversations", platform="instagram", fields=fields)

    assert not found["id"].startswith("t_")
    ours, theirs = found["participants"]["data"]
    assert (ours, theirs) == (
        {"username": "riekko.rinne", "id": ig},
        {"username": "petteri", "id": talk["person"]},
    )
    newest, first = found["messages"]["data"]
    assert (newest["id"], newest["from"], newest["message"]) == (sent, ours, "Moi")
    assert first["to"]["data"] == [ours]
    assert graph.get(sent, fields="message").json()["message"] == "Moi"
    [messenger] = graph.data(f"{page['id']}/conversations", platform="messenger")
    assert messenger["id"].startswith("t_")


def test_a_request_nobody_answered_is_not_listed_after_thirty_days(practice, graph, page, ig, talk):
    other = practice.post("instagram/messages", account=ig, username="olli", text="Hei")
    practice.post(
        "instagram/messages", account=ig, username="olli", text="Moi", **{"as": "account"}
    )
    practice.post("clock", wall=31 * DAY)

    found = graph.data(f"{page['id']}/conversations", platform="instagram")

    assert [row["id"] for row in found] == [other["conversation"]]
    assert graph.get(talk["conversation"]).ok


@pytest.mark.parametrize("field", ["unread_count", "snippet", "message_count", "senders"])
def test_messengers_fields_are_unknown_here(graph, page, talk, field):
    path = f"{page['id']}/conversations"

    assert graph.get(path, fields=field).ok
    assert error(graph.get(path, platform="instagram", fields=field))[0] == 100


def test_messages_echoes_and_what_is_silent(practice, hearing, ig, talk, send):
    send(message={"text": "Moi", "metadata": "outbox:1"})
    practice.post(f"messages/{talk['id']}/edit", text="Hei hei")
    for kind in ("sticker", "gif"):
        practice.post(
            "instagram/messages", account=ig, username="petteri", attachment={"type": kind}
        )
    practice.post(f"messages/{talk['id']}/react", reaction="love", emoji="❤")
    practice.post("instagram/people", account=ig, username="petteri", reads=True)
    practice.post(f"messages/{talk['id']}/unsend")

    first, echo, reaction, seen, gone = heard(hearing, 5)

    assert first["recipient"] == {"id": ig}
    assert first["message"] == {"mid": talk["id"], "text": "Hei!"}
    assert echo["message"]["is_echo"] is True
    assert "metadata" not in echo["message"]
    assert reaction["reaction"] == {
        "mid": talk["id"], "action": "react", "reaction": "love", "emoji": "❤",
    }  # fmt: skip
    assert set(seen["read"]) == {"mid"}
    assert gone["message"] == {"mid": talk["id"], "is_deleted": True}
    assert {call["object"] for call in hearing.calls} == {"instagram"}
    assert practice.post("webhooks/flush")["waiting"] == 0
    assert len(hearing.messaging) == 5


def test_stories_and_pictures_come_with_addresses_that_end(practice, graph, hearing, ig, talk):
    story = practice.post("instagram/messages", account=ig, username="petteri", story_mention=True)
    practice.post(
        "instagram/messages", account=ig, username="petteri", text="Hieno!",
        story={"id": "1", "url": "https://example.com/s"},
    )  # fmt: skip
    practice.post(
        "instagram/messages", account=ig, username="petteri", attachment={"type": "ephemeral"}
    )
    practice.post("instagram/messages", account=ig, username="petteri", unsupported=True)

    _, mention, reply, once, strange = [event["message"] for event in heard(hearing, 5)]

    [shown] = mention["attachments"]
    assert shown["type"] == "story_mention"
    url = shown["payload"]["url"]
    assert graph.http.get(url, timeout=5).headers["Content-Type"] == "image/png"
    assert graph.http.get(url.replace("oe=", "oe=f"), timeout=5).status_code == 403
    assert reply["reply_to"] == {"story": {"id": "1", "url": "https://example.com/s"}}
    assert once["attachments"] == [{"type": "ephemeral", "payload": {}}]
    assert strange["is_unsupported"] is True
    found = graph.get(story["id"], fields="story,attachments").json()
    assert found["story"]["mention"]["link"].startswith("http")
    practice.post("clock", wall=2 * DAY)
    assert graph.http.get(url, timeout=5).status_code == 403
    fresh = graph.get(story["id"], fields="story").json()["story"]["mention"]["link"]
    assert graph.http.get(fresh, timeout=5).ok


def test_length_is_in_bytes_and_pictures_are_ten_at_most(send):
    picture = {"type": "image", "payload": {"url": "https://example.com/a.png"}}

    assert send("ä" * 500).ok
    assert error(send("ä" * 501))[0] == 100
    assert send(message={"attachments": [picture] * 10}).ok
    assert error(send(message={"attachments": [picture] * 11})) == (100, 2018294)


def test_the_window_is_24_hours_and_seven_days_for_a_person(practice, send):
    human = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    practice.post("clock", wall=DAY + 60)

    assert error(send()) == (10, 2534022)
    assert send().json()["error"]["type"] == "IGApiException"
    assert send(**human).ok
    practice.post("clock", wall=7 * DAY + 60)
    assert error(send(**human)) == (10, 2534022)


def test_a_comment_is_answered_in_private_once_within_a_week(
    practice, graph, page, ig, media, comment
):
    path = f"{page['id']}/messages"
    body = {"recipient": {"comment_id": comment}, "message": {"text": "Hei!"}}

    answer = graph.send(path, body).json()

    assert error(graph.send(path, body))[0] == 10900
    again = {"recipient": {"id": answer["recipient_id"]}, "message": {"text": "Vielä"}}
    assert error(graph.send(path, again)) == (10, 2534022)
    late = practice.post("instagram/comments", on=media, username="olli", text="Hei")["id"]
    practice.post("clock", wall=7 * DAY + 60)
    assert error(graph.send(path, body | {"recipient": {"comment_id": late}})) == (100, 2534025)


def test_who_blocks_or_is_held_or_whose_owner_forbids_is_not_reached(practice, ig, talk, send):
    def setting(**more):
        practice.post("instagram/people", account=ig, username="petteri", **more)

    setting(blocks=True)
    assert error(send()) == (100, 2534029)
    setting(blocks=False, held_by="1234")
    assert error(send()) == (100, 2534037)
    setting(held_by=None)
    practice.post(f"instagram/{ig}/settings", messages_allowed=False)
    assert error(send()) == (200, 2534041)
    practice.post(f"instagram/{ig}/settings", messages_allowed=True)
    assert send().ok


def test_a_held_thread_is_only_listened_to_until_taken_over(
    practice, graph, page, ig, hearing, talk, send
):
    heard(hearing, 1)
    practice.post("instagram/people", account=ig, username="petteri", held_by="1234")
    practice.post("instagram/messages", account=ig, username="petteri", text="Kuuletko?")
    wait_for(lambda: [e for c in hearing.calls for e in c["entry"] if "standby" in e])
    assert len(hearing.messaging) == 1
    owner = graph.data(f"{page['id']}/thread_owner", recipient=talk["person"])
    assert owner == [{"thread_owner": {"app_id": "1234"}}]

    body = {"recipient": {"id": talk["person"]}}
    assert graph.send(f"{page['id']}/take_thread_control", body).ok

    assert send().ok
