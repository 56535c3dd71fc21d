"""Instagram beside the Page: media, comments, mentions, tags, publishing, its webhooks."""

import pytest

from tests.unit.practice.helpers import Graph, error, wait_for


def ids(rows):
    return [row["id"] for row in rows]


def told(desk, count):
    wait_for(lambda: len(desk.changes) >= count)
    assert {call["object"] for call in desk.calls} == {"instagram"}
    return desk.changes


def test_the_account_and_its_media_are_read_with_the_pages_token(practice, graph, page, ig, media):
    practice.post(f"instagram/{ig}/media", caption="Tarina", kind="STORY")
    reel = practice.post(f"instagram/{ig}/media", caption="Rinne", kind="REELS")["id"]

    linked = graph.get(page["id"], fields="instagram_business_account{id,username}").json()
    rows = graph.data(f"{ig}/media", fields="id,caption,media_type,media_product_type,media_url")

    assert linked["instagram_business_account"] == {"id": ig, "username": "riekko.rinne"}
    assert ids(rows) == [reel, media]
    assert (rows[0]["media_type"], rows[0]["media_product_type"]) == ("VIDEO", "REELS")
    assert graph.http.get(rows[1]["media_url"], timeout=5).content.startswith(b"\x89PNG")
    assert graph.get(ig, fields="username,media_count").json()["media_count"] == 2
    assert len(graph.data(f"{ig}/stories")) == 1


def test_ids_are_digits_and_strangers_see_nothing(practice, url, graph, ig, media, comment):
    stranger = Graph(url, practice.post("pages", name="Stranger")["token"])

    assert all(found.isdigit() for found in (ig, media, comment))
    for node in (ig, media, comment):
        assert graph.get(node).ok
        assert error(stranger.get(node)) == (100, 33)


def test_comments_have_two_levels(practice, graph, media, comment):
    reply = practice.post("instagram/comments", on=comment, username="olli", text="Samaa")["id"]
    deeper = graph.post(f"{reply}/replies", message="On!").json()["id"]

    [top] = graph.data(f"{media}/comments", fields="id,text,username,from,replies{id,parent_id}")

    assert (top["id"], top["text"], top["username"]) == (comment, "Onko kokoa XS?", "hilla.harju")
    assert ids(top["replies"]["data"]) == [reply, deeper]
    assert {row["parent_id"] for row in top["replies"]["data"]} == {comment}
    ours = graph.get(deeper, fields="user,from,media{id},hidden,timestamp,like_count").json()
    assert ours["user"]["id"] == ours["from"]["id"]
    assert ours["media"] == {"id": media}
    assert set(graph.get(comment).json()) == {"id", "text", "timestamp"}


def test_writing_hiding_and_deleting(practice, graph, media, comment, ig):
    own = graph.post(f"{media}/comments", message="Uudet koot tulivat").json()["id"]
    assert error(graph.post(own, hide="true"))[0] == 200
    assert error(graph.post(comment))[0] == 100
    assert error(graph.post(f"{media}/comments", message="x" * 2201))[0] == 100

    assert graph.post(f"{comment}?hide=true").json() == {"success": True}

    assert graph.get(comment, fields="hidden").json()["hidden"] is True
    assert graph.delete(comment).json() == {"success": True}
    assert error(graph.get(comment)) == (100, 33)
    kinds = [row["kind"] for row in practice.get("writes")["writes"]]
    assert kinds == ["ig_comment", "hide", "delete"]


def test_comments_can_be_turned_off(practice, graph, media):
    assert graph.post(media, comment_enabled="false").ok

    assert graph.get(media, fields="is_comment_enabled").json()["is_comment_enabled"] is False
    assert error(graph.post(f"{media}/comments", message="Hei"))[0] == 10
    with pytest.raises(Exception, match="turned off"):
        practice.post("instagram/comments", on=media, username="olli", text="Hei")
    assert graph.post(media, comment_enabled="true").ok
    assert graph.post(f"{media}/comments", message="Hei").ok


@pytest.mark.parametrize("field", ["message", "created_time", "is_hidden", "can_hide"])
def test_a_pages_field_is_unknown_here(graph, media, comment, field):
    for path in (comment, f"{media}/comments"):
        answer = graph.get(path, fields=field)
        assert error(answer)[0] == 100
        assert "nonexisting field" in answer.json()["error"]["message"]


def test_new_comments_are_told_and_nothing_after_that(practice, graph, hearing, media, comment):
    reply = graph.post(f"{comment}/replies", message="On!").json()["id"]
    practice.post(f"instagram/comments/{comment}/edit", text="Entä S?")
    practice.post(f"instagram/comments/{comment}/hide")
    practice.post("instagram/comments", on=media, username="olli", text="", gif=True)
    live = practice.post("instagram/comments", on=media, username="olli", text="Moi", live=True)
    practice.post(f"instagram/comments/{comment}/delete")

    theirs, ours, last = told(hearing, 3)

    assert theirs["text"] == "Onko kokoa XS?"
    assert theirs["from"]["username"] == "hilla.harju"
    assert theirs["media"] == {"id": media, "media_product_type": "FEED"}
    assert "parent_id" not in theirs
    assert (ours["id"], ours["parent_id"]) == (reply, comment)
    assert ours["from"]["username"] == "riekko.rinne"
    assert last["id"] == live["id"]
    assert [c["entry"][0]["changes"][0]["field"] for c in hearing.calls][2] == "live_comments"
    assert practice.post("webhooks/flush")["waiting"] == 0
    assert len(hearing.changes) == 3


def test_a_boosted_picture_tells_twice(practice, hearing, ig):
    boosted = practice.post(f"instagram/{ig}/media", caption="Ale", boosted=True)["id"]
    practice.post("instagram/comments", on=boosted, username="olli", text="Hinta?")

    first, second = told(hearing, 2)

    assert first["id"] == second["id"]
    assert "ad_id" in second["media"]


def test_mentions_are_told_by_ids_read_at_the_account_and_answered(practice, graph, hearing, ig):
    mine = practice.post(
        f"instagram/{ig}/mentions", username="saara", caption="Kiitos @riekko.rinne!"
    )
    under = practice.post(
        f"instagram/{ig}/mentions", username="saara", caption="Retki", comment="@riekko.rinne ❤"
    )

    in_caption, in_comment = told(hearing, 2)

    assert in_caption == {"media_id": mine["id"]}
    assert in_comment == {"media_id": under["media"], "comment_id": under["id"]}
    found = graph.get(
        ig, fields=f"mentioned_comment.comment_id({under['id']}){{id,text,media{{id,caption}}}}"
    ).json()
    assert found["mentioned_comment"]["media"]["caption"] == "Retki"
    found = graph.get(
        ig, fields=f"mentioned_media.media_id({mine['id']}){{caption,username,media_url}}"
    ).json()
    assert found["mentioned_media"]["username"] == "saara"
    assert error(graph.get(mine["id"])) == (100, 33)
    assert error(graph.get(ig, fields="mentioned_media.media_id(1){caption}"))[0] == 100
    assert graph.data(f"{ig}/media") == graph.data(f"{ig}/tags") == []

    answer = graph.post(
        f"{ig}/mentions", media_id=under["media"], comment_id=under["id"], message="Kiitos!"
    )

    told_to = practice.get(f"posts/{under['media']}")["comments"][1]
    assert (told_to["id"], told_to["parent_id"]) == (answer.json()["id"], under["id"])
    assert error(graph.post(f"{ig}/mentions", media_id="1", message="Hei"))[0] == 100


def test_a_tag_is_only_in_its_list(practice, graph, hearing, ig):
    tag = practice.post(f"instagram/{ig}/tags", username="saara", caption="Uusi takki")["id"]

    assert ids(graph.data(f"{ig}/tags", fields="username,caption")) == [tag]
    assert hearing.changes == []


def test_publishing_takes_two_steps_and_a_picture(practice, graph, ig):
    assert error(graph.post(f"{ig}/media", caption="Vain sanoja"))[0] == 100
    assert error(graph.post(f"{ig}/media", image_url="ftp://x"))[0] == 9004
    step = graph.post(f"{ig}/media", image_url="https://example.com/a.jpg", caption="Uutta")
    container = step.json()["id"]
    assert graph.get(container, fields="status_code").json()["status_code"] == "FINISHED"
    assert graph.data(f"{ig}/media") == []

    made = graph.post(f"{ig}/media_publish", creation_id=container).json()["id"]

    assert graph.data(f"{ig}/media", fields="caption")[0] == {"id": made, "caption": "Uutta"}
    assert error(graph.post(f"{ig}/media_publish", creation_id=container)) == (9007, 2207027)
    used = graph.data(f"{ig}/content_publishing_limit")
    assert used[0]["quota_usage"] == 1
    other = graph.post(f"{ig}/media", image_url="https://example.com/b.jpg").json()["id"]
    practice.post("clock", wall=86400 + 60)
    assert error(graph.post(f"{ig}/media_publish", creation_id=other)) == (100, 2207008)


def test_lists_can_go_on_without_a_next(practice, graph, media, comment):
    practice.post("instagram/comments", on=media, username="olli", text="Toinen")
    practice.post("faults", kind="cursors_only")

    first = graph.get(f"{media}/comments", limit=1).json()

    assert "next" not in first["paging"]
    after = first["paging"]["cursors"]["after"]
    assert ids(graph.data(f"{media}/comments", limit=1, after=after)) == [comment]


def test_many_threads_come_in_at_once_and_once(practice, graph, hearing, page):
    thread = {
        "id": "17900000000000001", "created": 1_600_000_000_000, "caption": "Vanha",
        "comments": [
            {"id": "17800000000000001", "created": 1_600_000_000_001, "text": "Hei", "author": "a"},
            {"id": "17800000000000002", "created": 1_600_000_000_002, "text": "Hei!", "reply": True},
        ],
    }  # fmt: skip
    item = {"page": page["id"], "name": "Riekko & Rinne", "username": "riekko", "media": [thread]}

    first = practice.post("instagram/import", items=[item], webhooks=True)
    second = practice.post("instagram/import", items=[item], webhooks=True)

    assert first == {"accounts": 1, "media": 1, "comments": 2}
    assert second == {"accounts": 0, "media": 0, "comments": 0}
    assert len(told(hearing, 2)) == 2
    assert ids(graph.data("17900000000000001/comments")) == ["17800000000000001"]


def test_after_an_hour_of_failures_instagram_is_unsubscribed_alone(
    practice, as_app, made, graph, page, hearing, ig
):
    hearing.status = 500
    practice.post("instagram/messages", account=ig, username="olli", text="Hei")
    practice.post("webhooks/flush")
    practice.post("clock", wall=3700)
    practice.post("webhooks/flush")

    rows = {row["object"]: row for row in as_app.data(f"{made.app_id}/subscriptions")}
    names = {row["name"] for row in rows["instagram"]["fields"]}
    assert "comments" in names
    assert "messages" not in names
    assert "messages" in graph.data(f"{page['id']}/subscribed_apps")[0]["subscribed_fields"]
    assert practice.get("state")["webhooks"]["lost"] == 1
