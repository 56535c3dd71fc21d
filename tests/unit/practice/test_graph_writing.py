"""Writing as the desk writes: replies, hiding, editing, deleting, liking, banning."""

import pytest

from tests.unit.practice.helpers import error


@pytest.fixture
def comment(practice, post):
    found = practice.post("comments", on=post, name="Hilla Harju", message="Missä pakettini on?")
    return found["id"]


def written(practice, **narrow):
    return [(row["kind"], row["target"]) for row in practice.get("writes", **narrow)["writes"]]


def test_a_reply_stands_under_the_comment_once(practice, graph, post, comment):
    made = graph.post(f"{comment}/comments", message="Hei Hilla, selvitämme.").json()

    [reply] = graph.data(f"{comment}/comments", fields="message,from,parent")
    assert reply["id"] == made["id"]
    assert reply["message"] == "Hei Hilla, selvitämme."
    assert reply["from"]["name"] == "Riekko & Rinne"
    assert reply["parent"]["id"] == comment
    assert written(practice) == [("comment", comment)]


def test_a_reply_to_a_reply_goes_under_the_top_comment(practice, graph, comment):
    reply = practice.post("comments", on=comment, name="Antti Laine", message="Sama täällä")["id"]

    made = graph.post(f"{reply}/comments", message="Hei Antti").json()["id"]

    assert [row["id"] for row in graph.data(f"{comment}/comments")] == [reply, made]
    assert graph.data(f"{reply}/comments") == []
    assert written(practice, target=comment) == [("comment", comment)]


def test_the_page_can_comment_on_its_post_and_with_a_picture_only(practice, graph, post):
    top = graph.post(f"{post}/comments", message="Lisää kuvia").json()["id"]
    picture = graph.post(f"{post}/comments", attachment_url="http://127.0.0.1/a.png").json()["id"]

    assert graph.get(top, fields="parent").json() == {"id": top}
    shown = graph.get(picture, fields="attachment,message").json()
    assert shown["attachment"]["media"]["image"]["src"] == "http://127.0.0.1/a.png"
    assert shown["message"] == ""


@pytest.mark.parametrize("message", ["", "  ", "x" * 8001])
def test_an_empty_or_endless_reply_is_refused(practice, graph, comment, message):
    assert error(graph.post(f"{comment}/comments", message=message))[0] == 100
    assert written(practice) == []


def test_json_bodies_are_taken_as_forms_are(graph, comment):
    assert graph.send(f"{comment}/comments", {"message": "Hei \ud83d\ude42"}).ok
    broken_emoji = graph.http.post(
        f"{graph.url}{comment}/comments",
        data=b'{"message": "half \\ud83d emoji"}',
        headers={"Content-Type": "application/json"},
        timeout=5,
    )
    assert broken_emoji.ok
    assert graph.data(f"{comment}/comments")[1]["message"] == "half ? emoji"


def test_a_reply_to_a_deleted_comment_is_100_33(practice, graph, comment):
    practice.post(f"comments/{comment}/delete")

    assert error(graph.post(f"{comment}/comments", message="Hei")) == (100, 33)


def test_hiding_and_showing_again_can_be_read_back(practice, graph, comment):
    for hidden in (True, True, False):
        answer = graph.post(comment, is_hidden="true" if hidden else "false")
        assert answer.json() == {"success": True}
        assert graph.get(comment, fields="is_hidden").json()["is_hidden"] is hidden
    assert graph.send(comment, {"is_hidden": True}).ok
    assert written(practice) == [
        ("hide", comment),
        ("hide", comment),
        ("unhide", comment),
        ("hide", comment),
    ]


def test_only_our_own_words_can_be_edited_and_only_theirs_hidden(graph, comment):
    ours = graph.post(f"{comment}/comments", message="Hie").json()["id"]

    assert graph.post(ours, message="Hei").json() == {"success": True}
    assert graph.get(ours).json()["message"] == "Hei"
    assert error(graph.post(comment, message="Hei"))[0] == 200
    assert error(graph.post(ours, is_hidden="true"))[0] == 200
    assert error(graph.post(ours, message=" "))[0] == 100
    assert error(graph.post(ours))[0] == 100
    assert error(graph.post(comment, is_hidden="perhaps"))[0] == 100
    assert error(graph.send(comment, {"is_hidden": None}))[0] == 100


def test_deleting_takes_the_replies_along(practice, graph, post, comment):
    graph.post(f"{comment}/comments", message="Hei")

    assert graph.delete(comment).json() == {"success": True}

    assert graph.data(f"{post}/comments", filter="stream") == []
    assert error(graph.delete(comment)) == (100, 33)
    kept = practice.get(f"posts/{post}")["comments"]
    assert [row["deleted"] for row in kept] == [1, 1]


def test_a_like_is_seen_and_taken_back(graph, comment):
    assert graph.post(f"{comment}/likes").json() == {"success": True}
    assert graph.post(f"{comment}/likes").ok
    assert graph.get(comment, fields="user_likes,like_count").json()["like_count"] == 1
    assert graph.data(f"{comment}/likes")[0]["name"] == "Riekko & Rinne"

    assert graph.delete(f"{comment}/likes").ok

    assert graph.get(comment, fields="user_likes").json()["user_likes"] is False
    assert graph.data(f"{comment}/likes") == []


def test_a_banned_person_can_no_longer_write(practice, graph, page, post, comment):
    person = graph.get(comment, fields="from").json()["from"]["id"]

    answer = graph.post(
        f"{page['id']}/moderate_conversations",
        actions='["BAN_USER","MOVE_TO_SPAM"]',
        user_ids=f'["{person}"]',
    )

    assert answer.ok
    for path, body in (
        ("comments", {"on": post, "name": "Hilla Harju", "message": "Taas minä"}),
        ("messages", {"page": page["id"], "name": "Hilla Harju", "text": "Taas minä"}),
    ):
        with pytest.raises(Exception, match="banned"):
            practice.post(path, **body)
    path = f"{page['id']}/moderate_conversations"
    assert graph.send(path, {"actions": ["UNBAN_USER"], "user_ids": [person]}).ok
    assert practice.post("comments", on=post, name="Hilla Harju", message="Kiitos")["id"]


@pytest.mark.parametrize(
    ("actions", "users"),
    [
        ([], ["1"]),
        (["BAN_USER", "BLOCK_USER", "MOVE_TO_SPAM"], ["1"]),
        (["SCOLD"], ["1"]),
        (["BAN_USER"], []),
        (["BAN_USER"], ["1"] * 11),
        (["BAN_USER"], ["nobody"]),
        ([{}], ["1"]),
        ({"a": 1}, ["1"]),
    ],
)
def test_moderation_outside_its_bounds_is_refused(graph, page, actions, users):
    path = f"{page['id']}/moderate_conversations"

    assert error(graph.send(path, {"actions": actions, "user_ids": users}))[0] == 100


@pytest.mark.parametrize(
    ("path", "how"), [("", "delete"), ("/comments", "post"), ("/likes", "post"), ("", "post")]
)
def test_writing_needs_the_pages_own_token(as_user, as_app, comment, path, how):
    for caller in (as_user, as_app):
        answer = getattr(caller, how)(comment + path)
        assert error(answer) == (190, 2069032)


def test_everything_done_is_kept_in_order_and_can_be_followed(practice, graph, comment):
    graph.post(f"{comment}/comments", message="Yksi")
    first = practice.get("writes")["writes"][-1]["seq"]
    graph.post(f"{comment}/comments", message="Kaksi")
    graph.post(comment, is_hidden="true")

    rows = practice.get("writes", after=first)["writes"]

    assert [row["kind"] for row in rows] == ["comment", "hide"]
    assert rows[0]["text"] == "Kaksi"
    assert written(practice, kind="hide") == [("hide", comment)]
