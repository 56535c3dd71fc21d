"""Visitors' posts, mentions, recommendations, adverts and pictures, and what may be done there."""

import pytest

from tests.unit.practice.helpers import error, wait_for

RIGHTS = "can_hide,can_remove,can_like,can_comment,can_reply_privately"


@pytest.fixture
def visit(practice, page):
    """A visitor's post on the wall."""
    found = practice.post(
        "visitor-posts", page=page["id"], name="Hilla Harju", message="Onko auki?", picture=True
    )
    return found["id"]


@pytest.fixture
def rating(practice, page):
    found = practice.post(
        "ratings", page=page["id"], name="Olli Niemi", message="Ei kiitos", opinion="negative"
    )
    return found["id"]


@pytest.fixture
def mention(practice, page):
    found = practice.post("mentions", page=page["id"], name="Antti Laine", message="Kiitos Riekko!")
    return found["id"]


def ids(rows):
    return [row["id"] for row in rows]


def test_each_stands_in_its_own_list(practice, graph, page, post, visit, rating, mention):
    advert = practice.post(f"pages/{page['id']}/posts", message="Ale", kind="ad")["id"]
    photo = practice.post(f"pages/{page['id']}/posts", message="Kuva", kind="photo")["id"]

    assert ids(graph.data(f"{page['id']}/published_posts")) == [photo, post]
    assert ids(graph.data(f"{page['id']}/visitor_posts")) == [visit]
    assert ids(graph.data(f"{page['id']}/tagged")) == [mention]
    assert ids(graph.data(f"{page['id']}/ads_posts")) == [advert]
    assert ids(graph.data(f"{page['id']}/feed")) == [photo, visit, post]
    assert graph.data(f"{page['id']}/ratings") == [
        {
            "created_time": graph.get(rating, fields="created_time").json()["created_time"],
            "recommendation_type": "negative",
            "review_text": "Ei kiitos",
            "reviewer": graph.get(rating, fields="from").json()["from"],
        }
    ]


def test_an_advert_is_reached_by_its_id_and_its_comments_are_told(practice, graph, page, listening):
    advert = practice.post(f"pages/{page['id']}/posts", message="Ale", kind="ad")["id"]
    practice.post("comments", on=advert, name="Hilla Harju", message="Paljonko?")
    wait_for(lambda: listening.changes)

    assert [value["post_id"] for value in listening.changes] == [advert]
    assert [row["message"] for row in graph.data(f"{advert}/comments")] == ["Paljonko?"]
    assert graph.get(advert, fields="is_published").json()["is_published"] is False


def test_a_photo_answers_by_an_id_of_its_own(practice, graph, page, listening):
    post = practice.post(f"pages/{page['id']}/posts", message="Kuva", kind="photo")["id"]
    comment = practice.post("comments", on=post, name="Hilla Harju", message="Hieno")["id"]
    wait_for(lambda: len(listening.changes) == 2)

    photo = graph.get(comment, fields="object").json()["object"]["id"]

    assert "_" not in photo
    assert listening.changes[0]["item"] == "photo"
    assert listening.changes[0]["photo_id"] == photo
    assert ids(graph.data(f"{photo}/comments")) == [comment]
    shown = graph.get(post, fields="full_picture").json()["full_picture"]
    assert graph.http.get(shown, timeout=5).content.startswith(b"\x89PNG")


def test_a_visitors_post_a_mention_and_a_rating_are_told_in_their_shapes(
    listening, visit, rating, mention
):
    wait_for(lambda: len(listening.changes) == 3)
    post, told, named = listening.changes

    assert (post["item"], post["from"]["name"]) == ("post", "Hilla Harju")
    assert (told["item"], told["verb"]) == ("rating", "add")
    assert told["open_graph_story_id"] == rating
    assert told["recommendation_type"] == "negative"
    assert told["reviewer_id"]
    assert named["post_id"] == mention
    assert "from" not in named
    fields = [c["entry"][0]["changes"][0]["field"] for c in listening.calls]
    assert fields == ["feed", "ratings", "mention"]


def test_rights_are_what_the_page_may_do_there(practice, graph, post, visit, rating, mention):
    def may(on, name="Saara Rinne"):
        comment = practice.post("comments", on=on, name=name, message="Hei")["id"]
        found = graph.get(comment, fields=RIGHTS).json()
        return comment, {key for key, value in found.items() if value is True}

    assert may(post)[1] == set(RIGHTS.split(","))
    assert may(visit)[1] == set(RIGHTS.split(","))
    for on in (rating, mention):
        comment, found = may(on)
        assert found == {"can_like", "can_comment", "can_reply_privately"}
        assert error(graph.post(comment, is_hidden="true"))[0] == 200
        assert error(graph.delete(comment))[0] == 200
        assert error(graph.delete(on))[0] == 200
        assert graph.post(f"{on}/comments", message="Kiitos!").ok
    practice.post("posts/" + post + "/comments-off")
    assert "can_comment" not in may(post)[1]
    assert error(graph.post(f"{post}/comments", message="Hei"))[0] == 200


def test_can_reply_privately_ends_after_a_week_and_for_who_blocks(practice, graph, page, post):
    comment = practice.post("comments", on=post, name="Hilla Harju", message="Hei")["id"]

    def can():
        return graph.get(comment, fields="can_reply_privately").json()["can_reply_privately"]

    assert can() is True
    practice.post("people", page=page["id"], name="Hilla Harju", blocks_page=True)
    assert can() is False
    practice.post("people", page=page["id"], name="Hilla Harju", blocks_page=False)
    practice.post("clock", wall=7 * 86400 + 60)
    assert can() is False


def test_a_visitors_post_is_answered_in_private_once(practice, graph, page, visit, mention):
    path = f"{page['id']}/messages"
    body = {"recipient": {"post_id": visit}, "message": {"text": "Hei!"}}

    assert graph.send(path, body).ok
    assert error(graph.send(path, body))[0] == 10900
    assert error(graph.send(path, body | {"recipient": {"post_id": mention}})) == (100, 2534025)


def test_a_visitor_changes_and_deletes_what_they_wrote(practice, graph, listening, visit, rating):
    practice.post(f"posts/{rating}/edit", message="Sittenkin")
    practice.delete(f"posts/{visit}")
    practice.delete(f"posts/{rating}")
    wait_for(lambda: len(listening.changes) == 5)

    verbs = [(value["item"], value["verb"]) for value in listening.changes[2:]]
    assert verbs == [("rating", "edited"), ("post", "remove"), ("rating", "remove")]
    assert "review_text" not in listening.changes[4]
    assert error(graph.get(visit)) == (100, 33)


def test_one_person_recommends_once(practice, page, rating):
    with pytest.raises(Exception, match="already"):
        practice.post("ratings", page=page["id"], name="Olli Niemi", message="Taas")


def test_a_like_of_a_customer_counts_and_is_told(practice, graph, post, listening):
    comment = practice.post("comments", on=post, name="Hilla Harju", message="Hei")["id"]
    practice.post("likes", on=comment, name="Olli Niemi")
    graph.post(f"{comment}/likes")
    wait_for(lambda: len(listening.changes) == 3)

    found = graph.get(comment, fields="like_count,user_likes").json()

    assert (found["like_count"], found["user_likes"]) == (2, True)
    assert listening.changes[1]["from"]["name"] == "Olli Niemi"


def test_a_mention_in_a_comment_is_told_twice_once_without_a_name(practice, post, page, listening):
    practice.post("mentions", page=page["id"], name="Antti", message="@Riekko katso", on=post)
    wait_for(lambda: len(listening.changes) == 2)

    feed, named = listening.changes
    assert feed["comment_id"] == named["comment_id"]
    assert "from" in feed
    assert "from" not in named


def test_standard_access_tells_only_of_people_with_a_role(practice, graph, page, post, listening):
    practice.post("people", page=page["id"], name="Tester", has_role=True)
    practice.post("settings", standard_access=True)
    practice.post("comments", on=post, name="Hilla Harju", message="Kuuleeko kukaan?")
    practice.post("comments", on=post, name="Tester", message="Minut kuulee")
    talk = practice.post("messages", page=page["id"], name="Hilla Harju", text="Hei")
    wait_for(lambda: listening.changes)

    assert [value["message"] for value in listening.changes] == ["Minut kuulee"]
    stranger, tester = graph.data(f"{post}/comments", fields="from,message")
    assert "from" not in stranger
    assert tester["from"]["name"] == "Tester"
    body = {"recipient": {"id": talk["person"]}, "message": {"text": "Hei"}}
    assert error(graph.send(f"{page['id']}/messages", body))[0] == 200
    assert listening.messaging == []
