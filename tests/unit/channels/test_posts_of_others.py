"""What customers post themselves, pushed or listed: on the wall, in a mention, as a recommendation."""

import json
from typing import Any

import pytest

from app.channels.adapters.facebook import comments
from app.channels.items import CommentItem, PostItem, Problem, UnknownItem, Verb
from app.channels.models import Act, Kind
from tests.unit.channels.unpacking import pushed, unpacked

PAGE = "106"
ADA = {"id": "700", "name": "Ada"}
WALL = frozenset({Act.REPLY, Act.DELETE, Act.PRIVATE_REPLY})


def told(field: str, **value: Any) -> Any:
    """The one thing that a change brings: an item, or why there is none."""
    change = {"field": field, "value": {"verb": "add", "created_time": 1790000000, **value}}
    found = pushed(
        json.dumps({"object": "page", "entry": [{"id": 106, "changes": [change]}]}).encode()
    )
    return found.problems[0] if found.problems else found.items[0][1]


def listed(wall: str, row: dict[str, Any], *under: dict[str, Any]) -> list[CommentItem]:
    found = unpacked([comments.body(PAGE, row, list(under), wall=wall)])
    return [item for item in found if isinstance(item, CommentItem)]


@pytest.mark.parametrize("item", ["post", "status", "photo", "video"])
def test_a_post_by_somebody_else_is_a_visitor_s(item: str) -> None:
    found = told("feed", item=item, post_id="106_9", message="Kiitos!", **{"from": ADA})

    assert (found.external_id, found.parent_id, found.author_id) == ("106_9", "", "700")
    assert (found.kind, found.text, found.is_ours) == (Kind.VISITOR_POST, "Kiitos!", False)
    assert found.post == PostItem("106_9", is_ours=False) and found.abilities == WALL


def test_our_own_post_and_one_by_nobody_known_are_no_visitor_s() -> None:
    for by in ({"from": {"id": "106"}}, {}):
        assert isinstance(told("feed", item="status", post_id="106_9", **by), UnknownItem)


def test_a_mention_does_not_say_who() -> None:
    post = told("mention", item="post", post_id="700_5", message="@Kauppa")
    comment = told("mention", item="comment", post_id="106_9", comment_id="9_1", message="@Kauppa")

    assert (post.external_id, post.kind, post.author_id) == ("700_5", Kind.MENTION, "")
    assert post.abilities == {Act.REPLY} and not post.post.is_ours
    assert (comment.external_id, comment.post.external_id) == ("9_1", "106_9")
    assert comment.abilities is None and comment.post.is_ours


def test_a_recommendation_is_answered_under_its_story() -> None:
    given = {"open_graph_story_id": 1069, "reviewer_id": 700, "reviewer_name": "Ada"}
    found = told(
        "ratings", item="rating", recommendation_type="negative", review_text="Ei", **given
    )
    under = told("ratings", item="comment", comment_id="9_1", message="Samaa", **given)

    assert (found.external_id, found.kind, found.text) == ("1069", Kind.NOT_RECOMMENDED, "Ei")
    assert (found.author_id, found.author_name) == ("700", "Ada")
    assert (under.external_id, under.post.external_id, under.kind) == ("9_1", "1069", None)


def test_what_was_taken_back_is_told_without_words() -> None:
    found = told("mention", item="post", post_id="700_5", verb="remove")

    assert (found.verb, found.text) == (Verb.DELETE, None)


def test_what_cannot_be_told_is_said() -> None:
    assert isinstance(told("mention", item="post"), Problem)
    assert isinstance(told("mention", item="post", post_id="1", verb="boil"), UnknownItem)
    assert isinstance(told("ratings", item="like", open_graph_story_id="1"), UnknownItem)


def test_a_list_brings_the_post_and_what_is_said_under_it() -> None:
    row = {"id": "106_9", "message": "Kiitos!", "from": ADA, "can_reply_privately": False}
    post, comment = listed("visitor_posts", row, {"id": "9_1", "message": "Samaa"})

    assert (post.external_id, post.kind) == ("106_9", Kind.VISITOR_POST)
    assert post.abilities == WALL - {Act.PRIVATE_REPLY}
    assert comment.post == post.post and not comment.post.is_ours


def test_lists_of_mentions_and_recommendations_bring_them_too() -> None:
    (mention,) = listed("tagged", {"id": "700_5", "message": "@Kauppa", "from": ADA})
    (rating,) = listed(
        "ratings",
        {"id": "1069", "recommendation_type": "positive", "review_text": "Hyvä", "reviewer": ADA},
    )

    assert (mention.kind, mention.author_name) == (Kind.MENTION, "Ada")
    assert (rating.kind, rating.text, rating.author_id) == (Kind.RECOMMENDED, "Hyvä", "700")


def test_our_own_post_in_a_list_of_others_is_nobody_s_question() -> None:
    assert listed("tagged", {"id": "106_9", "from": {"id": PAGE}}) == []


def test_what_the_platform_allows_with_a_comment_is_what_it_says() -> None:
    def allowed(**row: object) -> frozenset[Act] | None:
        (found,) = unpacked([comments.body(PAGE, {"id": "106_9"}, [{"id": "9_1", **row}])])
        assert isinstance(found, CommentItem)
        return found.abilities

    assert allowed() is None
    assert allowed(can_hide=False) == frozenset()
    assert allowed(can_hide=True, can_remove="yes") == frozenset({Act.HIDE, Act.UNHIDE})
    whole = allowed(can_reply_privately=True, can_like=True, can_comment=True)
    assert whole == frozenset({Act.PRIVATE_REPLY, Act.LIKE, Act.UNLIKE, Act.REPLY})
