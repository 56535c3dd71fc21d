"""Recorded threads: the rule to the letter, bad lines set aside, nothing added twice."""

import gzip
import json
from pathlib import Path

import pytest

from app.practice import load, times
from app.practice.errors import Refused
from tests.unit.practice.helpers import Graph

DATA = Path(__file__).parents[4] / "shared" / "data" / "threads.jsonl.gz"


def message(number, author, text="Hei", **more):
    return {"id": number, "author": author, "inbound": True, "at": None, "text": text,
            "re": None} | more  # fmt: skip


THREAD = {
    "platform": "facebook",
    "brand": "RiekkoHelp",
    "mood": "unknown keys are ignored",
    "messages": [
        message("1", "700", "Ensimmäinen", at="2017-10-31T21:45:10Z"),
        message("2", "RiekkoHelp", "Sivun oma", inbound=False, re="1"),
        message(3, "701", "Toinen asiakas", at="2017-10-31T21:45:10Z"),
        message("4", "700", "Aiempi aika, myöhempi rivi", at="2017-10-30T10:00:00+02:00"),
        message("5", "otherbrand", "Ei sivun, vaikka ei inbound", inbound=False),
    ],
}
NO_TIME = {"brand": "RiekkoHelp", "messages": [message("9", "RiekkoHelp", "Avaus"),
                                               message("10", "702", "Vastaus")]}  # fmt: skip


def write(path, *lines):
    path.write_bytes(b"\n".join(x if isinstance(x, bytes) else json.dumps(x).encode()
                                for x in lines))  # fmt: skip
    return path


def stored(practice, url, brand="RiekkoHelp"):
    page = next(page for page in practice.get("state")["pages"] if page["name"] == brand)
    return page, Graph(url, page["token"])


def test_a_thread_is_a_post_with_one_top_comment_and_replies_in_order(practice, url, tmp_path):
    loaded = practice.load(write(tmp_path / "threads.jsonl", THREAD))

    assert (loaded.threads, loaded.messages) == (1, 5)
    assert (loaded.pages, loaded.posts, loaded.comments) == (1, 1, 5)
    page, graph = stored(practice, url)
    [post] = graph.data(f"{page['id']}/published_posts", fields="created_time")
    assert post["created_time"] == "2017-10-31T21:45:10+0000"
    rows = graph.data(
        f"{post['id']}/comments", filter="stream", fields="message,from,parent,created_time"
    )
    assert [row["message"] for row in rows] == [m["text"] for m in THREAD["messages"]]
    top, *replies = rows
    assert "parent" not in top
    assert {reply["parent"]["id"] for reply in replies} == {top["id"]}
    assert all(row["id"].startswith(post["id"].split("_")[1] + "_") for row in rows)


def test_only_the_brand_is_the_page(practice, url, tmp_path):
    practice.load(write(tmp_path / "threads.jsonl", THREAD))

    page, graph = stored(practice, url)
    post = graph.data(f"{page['id']}/published_posts")[0]["id"]
    rows = graph.data(f"{post}/comments", filter="stream", fields="from")

    assert [row["from"]["id"] == page["id"] for row in rows] == [False, True, False, False, False]
    assert [row["from"]["name"] for row in rows][2:] == ["701", "700", "otherbrand"]


def test_missing_times_are_a_minute_after_the_one_before(practice, url, tmp_path):
    practice.load(write(tmp_path / "threads.jsonl", THREAD, NO_TIME))

    page, graph = stored(practice, url)
    found = {}
    for post in graph.data(f"{page['id']}/published_posts"):
        for row in graph.data(f"{post['id']}/comments", filter="stream"):
            found[row["message"]] = row["created_time"]
    assert found["Sivun oma"] == "2017-10-31T21:46:10+0000"
    assert found["Aiempi aika, myöhempi rivi"] == "2017-10-30T08:00:00+0000"
    assert found["Ei sivun, vaikka ei inbound"] == "2017-10-30T08:01:00+0000"
    assert found["Avaus"] == "2017-12-01T00:00:00+0000"
    assert found["Vastaus"] == "2017-12-01T00:01:00+0000"


def test_the_first_message_is_the_top_comment_whoever_wrote_it(practice, url, tmp_path):
    practice.load(write(tmp_path / "threads.jsonl", NO_TIME))

    page, graph = stored(practice, url)
    post = graph.data(f"{page['id']}/published_posts")[0]["id"]
    [top] = graph.data(f"{post}/comments", fields="from,message")

    assert top["message"] == "Avaus"
    assert top["from"]["id"] == page["id"]


def test_a_second_load_adds_nothing_and_a_longer_thread_only_what_is_new(practice, tmp_path):
    path = write(tmp_path / "threads.jsonl", THREAD, NO_TIME)
    practice.load(path)

    again = practice.load(path)
    assert (again.threads, again.messages) == (2, 7)
    assert (again.pages, again.posts, again.comments) == (0, 0, 0)

    longer = {**NO_TIME, "messages": [*NO_TIME["messages"], message("11", "702", "Lisäys")]}
    more = practice.load(write(path, THREAD, longer))
    assert (more.posts, more.comments) == (0, 1)


def test_gzip_is_known_by_its_bytes(practice, tmp_path):
    path = tmp_path / "threads"
    path.write_bytes(gzip.compress(json.dumps(THREAD).encode()))

    assert practice.load(path).messages == 5


def test_bad_lines_are_named_and_the_good_ones_go_on(practice, tmp_path):
    path = write(
        tmp_path / "threads.jsonl",
        THREAD,
        b"not json",
        b"\xff\xfe\xfa",
        b"[" * 10_000,
        [],
        {"messages": [message("1", "2")]},
        {"brand": "X"},
        {"brand": "X", "messages": []},
        {"brand": "X", "messages": ["hello"]},
        {"brand": "X", "messages": [{"author": "2", "text": "x"}]},
        {"brand": "X", "messages": [{"id": True, "author": "2", "text": "x"}]},
        {"brand": "X", "messages": [{"id": "1", "text": "x"}]},
        {"brand": "X", "messages": [{"id": "1", "author": "2"}]},
        {"brand": "X", "messages": [{"id": "1", "author": "2", "text": None}]},
        {"brand": "X", "messages": [message("1", "2", at="yesterday")]},
        {"brand": "X", "messages": [message("1", "2", at=5)]},
        {"brand": "X", "messages": [message("1", "2", at="0001-01-01T00:00:00+23:00")]},
        {"brand": "X", "messages": [message("1", "2"), message("1", "3")]},
        b"  ",
        b"x" * 1_000_001,
        b"x" * 2_500_000,
        NO_TIME,
    )

    loaded = practice.load(path)

    assert loaded.threads == 2
    numbers = [bad.number for bad in loaded.bad]
    assert numbers == [*range(2, 19), 20, 21]
    assert all(bad.reason for bad in loaded.bad)
    assert "yesterday" in loaded.bad[13].reason
    assert "twice" in loaded.bad[16].reason


def test_the_last_moment_has_no_minute_after_it(practice, tmp_path):
    late = [message("1", "2", at="9999-12-31T23:59:30Z"), message("2", "2")]

    loaded = practice.load(write(tmp_path / "t", {"brand": "X", "messages": late}))

    assert [bad.number for bad in loaded.bad] == [1]


def test_a_damaged_file_gives_what_can_be_read(practice, tmp_path):
    path = tmp_path / "threads.gz"
    whole = gzip.compress(b"\n".join(json.dumps({**THREAD, "messages": [
        message(f"{n}-{i}", "700", "x" * 50) for i in range(20)]}).encode()
        for n in range(200)))  # fmt: skip
    path.write_bytes(whole[: len(whole) // 2])

    loaded = practice.load(path)

    assert 0 < loaded.threads < 200
    assert "damaged" in loaded.bad[-1].reason


def test_a_file_with_nothing_in_it_loads_nothing(practice, tmp_path):
    loaded = practice.load(write(tmp_path / "empty"))

    assert (loaded.threads, loaded.bad) == (0, [])
    with pytest.raises(OSError, match="missing"):
        practice.load(tmp_path / "missing")


def test_half_an_emoji_does_not_stop_a_load(practice, url, tmp_path):
    line = b'{"brand":"X","messages":[{"id":"1\\ud83d","author":"2\\ud83d","text":"a\\ud83d"}]}'

    assert practice.load(write(tmp_path / "t", line)).comments == 1


def test_big_files_come_in_batches(tmp_path):
    many = [{"brand": "X", "messages": [message(f"{n}", "1")]} for n in range(2500)]
    wide = [{"brand": "X", "messages": [message(f"w{n}", "1", "x" * 900_000)]} for n in range(3)]

    found = list(load.batches(write(tmp_path / "t", *many, *wide)))

    assert [batch.messages for batch in found] == [500, 500, 500, 500, 500, 2, 1]
    assert all(len(json.dumps(batch.items)) < 10 * 2**20 for batch in found)


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"page": "1", "name": "X"},
        {"page": "me", "name": "X", "posts": []},
        {"page": "1", "name": "X", "posts": ["x"]},
        {"page": "1", "name": "X", "posts": [{"id": "1"}]},
        {"page": "1", "name": "X", "posts": [{"id": "1", "created": True, "message": ""}]},
        {"page": "1", "name": "X", "posts": [{"id": "1", "created": 10**17, "message": ""}]},
        {"page": "1", "name": "X", "posts": [{"id": "1", "created": 0, "message": "",
         "comments": [{"id": "1", "created": 0, "message": 5}]}]},
        {"page": "1", "name": "X", "posts": [{"id": "1", "created": 0, "message": "",
         "comments": [{"id": "1", "created": 0, "message": "", "author": ""}]}]},
        {"page": "1", "name": "X", "posts": [{"id": "1", "created": 0, "message": "",
         "comments": [{}] * 20_001}]},
    ],
)  # fmt: skip
def test_an_import_that_makes_no_sense_changes_nothing(practice, item):
    with pytest.raises(Refused):
        practice.post("import", items=[item])
    assert practice.get("state")["pages"] == []


def test_an_import_can_be_told_about(practice, page, listening):
    post = {"id": "77", "created": 0, "message": "Vanha", "comments": [
        {"id": "88", "created": 1000, "message": "Hei", "author": "Hilla Harju"}]}  # fmt: skip
    item = {"page": page["id"], "name": "Riekko & Rinne", "posts": [post]}

    for _ in range(2):
        practice.post("import", items=[item], webhooks=True)
    practice.post("webhooks/flush")

    assert [value["comment_id"] for value in listening.changes] == ["77_88"]


def test_the_recorded_threads_load_whole(practice):
    if not DATA.exists():
        pytest.skip(f"the recorded threads are not at {DATA.parent}")

    loaded = practice.load(DATA)
    again = practice.load(DATA)

    assert (loaded.threads, loaded.messages, loaded.bad) == (4852, 26433, [])
    assert (loaded.x_posts, loaded.posts, loaded.comments) == (26433, 0, 0)
    assert (again.x_posts, again.pages, again.posts, again.comments) == (0, 0, 0, 0)
    assert len(practice.get("x/state")["accounts"]) == 94


def test_possible_times_end_where_the_calendar_does():
    assert times.is_possible(0)
    assert not times.is_possible(10**17)
