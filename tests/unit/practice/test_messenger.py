"""Private messages: reading, sending, windows, private replies."""

import pytest

from tests.unit.practice.helpers import error

HOUR, DAY = 3600, 86400


@pytest.fixture
def talk(practice, page):
    """Petteri has just written."""
    return practice.post("messages", page=page["id"], name="Petteri Heino", text="Hei! Halla 2?")


def to(person, text="Hei Petteri", **more):
    return {"recipient": {"id": person}, "messaging_type": "RESPONSE",
            "message": {"text": text}} | more  # fmt: skip


HUMAN = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


def test_conversations_and_messages_are_read_as_documented(practice, graph, page, talk):
    [found] = graph.data(
        f"{page['id']}/conversations",
        platform="messenger",
        fields="id,updated_time,participants{id,name},message_count,unread_count,snippet,"
        "can_reply,link",
    )
    assert found["id"] == talk["conversation"]
    assert [side["name"] for side in found["participants"]["data"]] == [
        "Petteri Heino",
        "Riekko & Rinne",
    ]
    assert found["unread_count"] == found["message_count"] == 1
    assert found["snippet"] == "Hei! Halla 2?"

    inside = graph.get(found["id"], fields="messages{id,created_time}").json()["messages"]["data"]
    assert [row["id"] for row in inside] == [talk["id"]]

    message = graph.get(
        talk["id"],
        fields="id,created_time,from,to,message,attachments,shares,story,reactions,reply_to,tags,"
        "is_unsupported",
    ).json()
    assert message["from"]["name"] == "Petteri Heino"
    assert message["from"]["email"] == f"{talk['person']}@facebook.com"
    assert message["to"]["data"][0]["id"] == page["id"]
    assert message["message"] == "Hei! Halla 2?"
    assert "attachments" not in message


def test_only_messenger_is_here_and_a_conversation_is_found_by_its_person(practice, graph, page):
    practice.post("messages", page=page["id"], name="Emma Lindqvist", text="Hej!")
    mine = practice.post("messages", page=page["id"], name="Petteri Heino", text="Hei!")
    path = f"{page['id']}/conversations"

    assert graph.get(path, platform="instagram").json() == {"data": []}
    found = graph.data(path, user_id=mine["person"])
    assert [row["id"] for row in found] == [mine["conversation"]]
    assert len(graph.data("me/conversations")) == 2


def test_a_reply_within_a_day_is_sent_and_kept(practice, graph, page, talk):
    answer = graph.send(f"{page['id']}/messages", to(talk["person"])).json()

    assert answer["recipient_id"] == talk["person"]
    sent = graph.get(answer["message_id"], fields="from,to,message").json()
    assert sent["message"] == "Hei Petteri"
    assert sent["from"]["id"] == page["id"]
    assert sent["to"]["data"][0]["id"] == talk["person"]
    [row] = practice.get("writes")["writes"]
    assert (row["kind"], row["target"]) == ("message", talk["person"])
    unread = graph.data(f"{page['id']}/conversations", fields="unread_count")
    assert unread[0]["unread_count"] == 0


def test_a_form_with_json_inside_is_understood(graph, talk):
    answer = graph.post(
        "me/messages",
        recipient=f'{{"id":"{talk["person"]}"}}',
        message='{"text":"Hei","metadata":"outbox:42"}',
    )

    assert answer.ok


def test_windows_close_after_a_day_and_after_a_week(practice, graph, page, talk):
    path = f"{page['id']}/messages"

    practice.post("clock", wall=DAY + 60)
    assert error(graph.send(path, to(talk["person"]))) == (10, 2018278)
    assert error(graph.send(path, to(talk["person"], messaging_type="UPDATE"))) == (10, 2018278)
    assert graph.send(path, to(talk["person"], **HUMAN)).ok

    practice.post("clock", wall=7 * DAY + 60)
    assert error(graph.send(path, to(talk["person"], **HUMAN))) == (10, 2018278)

    practice.post("messages", page=page["id"], name="Petteri Heino", text="Oletteko siellä?")
    assert graph.send(path, to(talk["person"])).ok


@pytest.mark.parametrize("tag", ["CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "", None])
def test_dead_tags_are_error_100(graph, page, talk, tag):
    body = to(talk["person"], messaging_type="MESSAGE_TAG", tag=tag)

    assert error(graph.send(f"{page['id']}/messages", body))[0] == 100


def test_a_person_who_blocked_the_page_is_551(practice, graph, page, talk):
    practice.post("people", page=page["id"], name="Petteri Heino", blocks_page=True)

    assert error(graph.send(f"{page['id']}/messages", to(talk["person"]))) == (551, 1545041)

    practice.post("people", page=page["id"], name="Petteri Heino", blocks_page=False)
    assert graph.send(f"{page['id']}/messages", to(talk["person"])).ok


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, (100, None)),
        ({"recipient": "me"}, (100, None)),
        ({"recipient": {"id": "1"}, "message": {"text": "Hei"}}, (100, 2018001)),
        ({"message": {}}, (100, None)),
        ({"message": {"text": " "}}, (100, None)),
        ({"message": {"text": 5}}, (100, None)),
        ({"message": {"text": "x" * 2001}}, (100, None)),
        ({"message": {"text": "Hei", "metadata": "x" * 1001}}, (100, None)),
        ({"message": {"text": "Hei", "metadata": {}}}, (100, None)),
        ({"message": {"attachment": {}}}, (100, None)),
        ({"message": {"attachment": {"type": "spell", "payload": {"url": "x"}}}}, (100, 2018008)),
        ({"message": {"attachment": {"type": "image", "payload": {}}}}, (100, 2018008)),
        ({"messaging_type": "SHOUT", "message": {"text": "Hei"}}, (100, None)),
        ({"sender_action": "dance"}, (100, None)),
    ],
)
def test_a_message_that_cannot_be_sent_is_refused(practice, graph, page, talk, body, wrong):
    recipient = {} if body == {} else {"recipient": {"id": talk["person"]}}

    assert error(graph.send(f"{page['id']}/messages", recipient | body)) == wrong
    assert practice.get("writes")["writes"] == []


def test_two_thousand_characters_are_characters_not_bytes(graph, page, talk):
    assert graph.send(f"{page['id']}/messages", to(talk["person"], "ä" * 2000)).ok


def test_a_picture_is_sent_and_shown(graph, page, talk):
    body = to(talk["person"])
    body["message"] = {"attachment": {"type": "image", "payload": {"url": "http://127.0.0.1/a"}},
                       "reply_to": {"mid": talk["id"]}}  # fmt: skip

    sent = graph.send(f"{page['id']}/messages", body).json()["message_id"]

    shown = graph.get(sent, fields="attachments,reply_to").json()
    assert shown["attachments"]["data"][0]["image_data"] == {"url": "http://127.0.0.1/a"}
    assert shown["reply_to"] == {"mid": talk["id"]}


def test_marking_as_seen_reads_the_messages(graph, page, talk):
    path, body = f"{page['id']}/messages", {"recipient": {"id": talk["person"]}}

    for action in ("typing_on", "mark_seen"):
        answer = graph.send(path, body | {"sender_action": action})
        assert answer.json() == {"recipient_id": talk["person"]}

    unread = graph.data(f"{page['id']}/conversations", fields="unread_count")
    assert unread[0]["unread_count"] == 0


def test_only_the_newest_twenty_messages_have_details(practice, graph, page):
    rows = [
        practice.post("messages", page=page["id"], name="Petteri Heino", text=f"Viesti {n}")
        for n in range(22)
    ]
    oldest, newer = rows[1]["id"], rows[2]["id"]

    assert error(graph.get(oldest, fields="message")) == (9000001, None)
    assert graph.get(newer, fields="message").json()["message"] == "Viesti 2"
    shown = graph.data(
        f"{rows[0]['conversation']}/messages", fields="id,created_time,message", limit=50
    )
    assert shown[0]["message"] == "Viesti 21"
    assert [row["id"] for row in shown[-2:]] == [rows[1]["id"], rows[0]["id"]]
    assert ["message" in row for row in shown[-3:]] == [True, False, False]


@pytest.fixture
def comment(practice, post):
    return practice.post("comments", on=post, name="Hilla Harju", message="Missä?")["id"]


def privately(comment, text="Hei Hilla"):
    return {"recipient": {"comment_id": comment}, "message": {"text": text}}


def test_a_comment_can_be_answered_privately_once(practice, graph, page, comment):
    path = f"{page['id']}/messages"

    sent = graph.send(path, privately(comment)).json()

    shown = graph.get(comment, fields="can_reply_privately,private_reply_conversation").json()
    assert shown["can_reply_privately"] is False
    inside = graph.data(f"{shown['private_reply_conversation']['id']}/messages")
    assert [row["id"] for row in inside] == [sent["message_id"]]
    assert error(graph.send(path, privately(comment))) == (10900, None)
    # Then it is the person's turn: the comment alone opens no window.
    assert error(graph.send(path, to(sent["recipient_id"]))) == (10, 2018278)
    practice.post("messages", page=page["id"], name="Hilla Harju", text="Kiitos")
    assert graph.send(path, to(sent["recipient_id"])).ok
    kinds = [row["kind"] for row in practice.get("writes")["writes"]]
    assert kinds == ["private_reply", "message"]


def test_a_private_reply_has_its_limits(practice, graph, page, post, comment):
    path = f"{page['id']}/messages"
    ours = graph.post(f"{post}/comments", message="Oma").json()["id"]
    other = practice.get("state")["pages"][0]
    foreign = practice.get(f"pages/{other['id']}/posts")["posts"][0]["id"]
    theirs = practice.get(f"posts/{foreign}")["comments"][0]["id"]

    assert error(graph.send(path, privately(ours))) == (100, 2534025)
    assert error(graph.send(path, privately(theirs))) == (100, 33)
    assert error(graph.send(path, privately("1_1"))) == (100, 33)
    assert error(graph.send(path, privately(comment, ""))) == (100, None)

    practice.post("people", page=page["id"], name="Hilla Harju", blocks_page=True)
    assert error(graph.send(path, privately(comment))) == (10903, None)
    practice.post("people", page=page["id"], name="Hilla Harju", blocks_page=False)

    practice.post("clock", wall=7 * DAY + HOUR)
    assert error(graph.send(path, privately(comment))) == (100, 2534025)


def test_messages_of_another_page_are_not_there(practice, url, graph, page, talk):
    from_other = practice.get("state")["pages"][0]
    person = practice.post("messages", page=from_other["id"], name="Petteri Heino", text="Toiselle")

    assert person["person"] != talk["person"]  # ids are a Page's own
    assert error(graph.get(person["id"])) == (100, 33)
    assert error(graph.get(person["conversation"])) == (100, 33)
    assert error(graph.send(f"{page['id']}/messages", to(person["person"]))) == (100, 2018001)
    assert error(graph.send(f"{from_other['id']}/messages", to(talk["person"]))) == (100, 33)


def test_sending_needs_the_pages_token(as_user, page, talk):
    assert error(as_user.send(f"{page['id']}/messages", to(talk["person"]))) == (190, 2069032)
