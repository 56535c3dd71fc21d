"""What the story can tell besides: nothing of it is in the told story yet."""

from app.practice import story, story_more
from tests.unit.practice.helpers import Graph


def tell(platform, *parts):
    with platform.store.writing() as db:
        return [part(db, platform.now()) for part in parts]


def test_the_told_story_has_none_of_it(practice, url):
    practice.post("story/seed")
    token = practice.get("state")["pages"][0]["token"]

    graph = Graph(url, token)
    assert practice.get("state")["instagram"] == []
    for edge in ("visitor_posts", "tagged", "ratings"):
        assert graph.data(f"{story.PAGE_ID}/{edge}") == []


def test_each_part_can_be_told_and_read(practice, url, platform):
    tell(
        platform, story_more.tell_instagram, story_more.tell_instagram,
        story_more.tell_story_mention, story_more.tell_instagram_mention,
        story_more.tell_visitor_post, story_more.tell_recommendation,
        story_more.tell_recommendation, story_more.tell_mention,
    )  # fmt: skip
    graph = Graph(url, practice.get("state")["pages"][0]["token"])

    for edge in ("visitor_posts", "tagged", "ratings"):
        assert len(graph.data(f"{story.PAGE_ID}/{edge}")) == 1
    media = graph.data(f"{story_more.IG_ID}/media", fields="comments{text,replies{text}}")
    assert [len(row["comments"]["data"]) for row in media] == [3, 2]
    talks = graph.data(f"{story.PAGE_ID}/conversations", platform="instagram")
    assert len(talks) == len(story_more.DIRECT) + 1
