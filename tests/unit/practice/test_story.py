"""The story is there once, lively, and can storm."""

import pytest

from app.practice import story
from app.practice.errors import Refused
from tests.unit.practice.helpers import Graph, wait_for

HOUR = 3600


@pytest.fixture
def told(practice, url):
    practice.post("story/seed")
    page = practice.get("state")["pages"][0]
    return page, Graph(url, page["token"])


def comments(graph, page):
    return [
        row | {"post": post["id"]}
        for post in graph.data(f"{page['id']}/published_posts")
        for row in graph.data(
            f"{post['id']}/comments", filter="stream", limit=100,
            fields="message,from,created_time,parent",
        )
    ]  # fmt: skip


def test_the_shop_has_its_posts_and_customers(practice, told):
    page, graph = told

    rows = comments(graph, page)

    assert page["name"] == "Riekko & Rinne"
    assert page["id"] == story.PAGE_ID
    assert page["posts"] == 4
    by_name = {row["from"]["name"]: row for row in rows}
    assert {"Kaisa Virtanen", "Antti Laine", "Hilla Harju", "Tom Maddox", "Henna Kallio",
            "Marja-Leena Aho", "Olli Niemi"} <= set(by_name)  # fmt: skip
    assert by_name["Antti Laine"]["parent"]["id"] == by_name["Kaisa Virtanen"]["id"]
    assert "{" not in by_name["Kaisa Virtanen"]["message"]
    assert any(row["from"]["id"] == page["id"] for row in rows)  # answered past the desk


def test_one_customer_is_late_and_others_are_due_soon(practice, platform, told):
    with platform.store.reading() as db:
        waited = {
            row["name"]: (platform.now() - row["created"]) / 1000 / HOUR
            for row in db.execute(
                "SELECT p.name, c.created FROM comments c JOIN people p ON p.id = c.person_id"
            )
        }
    assert 4 < waited["Kaisa Virtanen"] < 4.5
    assert 3 < waited["Antti Laine"] < 4
    assert 3 < waited["Henna Kallio"] < 4
    assert waited["Hilla Harju"] < 0.2


def test_private_messages_wait_in_finnish_and_swedish(told):
    page, graph = told

    talks = graph.data(f"{page['id']}/conversations", fields="participants,snippet,unread_count")

    by_name = {talk["participants"]["data"][0]["name"]: talk for talk in talks}
    assert by_name["Petteri Heino"]["unread_count"] == 1
    assert by_name["Emma Lindqvist"]["snippet"].startswith("Hej!")
    assert by_name["Saara Rinne"]["unread_count"] == 0


def test_telling_it_again_changes_nothing(practice, told):
    page, _ = told
    practice.post("pages/" + page["id"] + "/posts", message="Uusi")

    practice.post("story/seed")

    assert practice.get("state")["pages"][0]["posts"] == 5
    assert practice.get("state")["pages"][0]["comments"] == page["comments"]


def test_a_storm_comes_in_six_minutes_and_survives_a_moved_clock(practice, told):
    page, _ = told

    assert practice.post("story/storm") == {"comments": 60}
    with pytest.raises(Refused) as refused:
        practice.post("story/storm")
    assert refused.value.status == 409
    assert practice.get("state")["planned"] > 50

    practice.post("clock", wall=4 * 60)
    wait_for(lambda: practice.get("state")["planned"] < 30)
    practice.post("clock", wall=6 * 60 + 1)

    wait_for(lambda: practice.get("state")["planned"] == 0)
    after = practice.get("state")["pages"][0]
    assert after["comments"] == page["comments"] + 60
    rows = practice.get(f"posts/{story.STOVE}")["comments"]
    assert sum("kaasu" in row["message"] for row in rows) >= 4


def test_the_storm_is_thickest_in_the_middle(platform, told):
    with platform.store.writing() as db:
        story.storm(db, 0, seconds=300)
        times = [row["due"] / 1000 for row in db.execute("SELECT due FROM planned ORDER BY due")]

    middle = sum(100 <= at < 200 for at in times)
    assert middle > 30
    assert times[0] >= 0
    assert times[-1] <= 300


def test_a_storm_can_be_ended(practice, told):
    practice.post("story/storm")

    assert practice.post("story/calm")["comments"] > 0
    assert practice.get("state")["planned"] == 0


def test_no_storm_without_a_story(practice):
    with pytest.raises(Refused):
        practice.post("story/storm")


def test_a_storm_over_a_deleted_post_passes_by(practice, told):
    practice.post("story/storm")
    practice.delete(f"posts/{story.STOVE}")

    practice.post("clock", wall=3600)

    wait_for(lambda: practice.get("state")["planned"] == 0)
