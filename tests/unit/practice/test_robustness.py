"""Nonsense from outside is refused in Graph's form; a killed platform has lost nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.practice import settings as practice_settings
from app.practice.client import PracticeClient
from app.practice.factory import create_practice_app
from app.practice.server import running
from tests.unit.practice.helpers import Graph, error

ROOT = Path(__file__).parents[3]
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORD = st.text(max_size=30) | st.sampled_from(
    ["me", "1", "1_1", "t_1", "m_1", "v26.0", "debug_token", "oauth"]
)
EDGE = st.sampled_from(
    ["", "comments", "likes", "messages", "feed", "conversations", "subscribed_apps",
     "moderate_conversations", "subscriptions", "accounts", "replies", "mentions", "media",
     "media_publish", "tags", "photos", "message_attachments", "ratings", "scheduled_posts",
     "take_thread_control", "thread_owner", "access_token"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["fields", "limit", "after", "before", "since", "until", "order", "filter", "message",
     "is_hidden", "recipient", "messaging_type", "tag", "sender_action", "subscribed_fields",
     "actions", "user_ids", "ids", "input_token", "platform", "attachment_url", "message",
     "recipient", "hide", "comment_enabled", "media_id", "comment_id", "image_url", "creation_id",
     "published", "scheduled_publish_time", "attached_media", "attachment_id", "url",
     "is_published", "code", "grant_type", "client_id"]
)  # fmt: skip


@pytest.fixture
def nodes(practice, graph, page, post, ig, media):
    comment = practice.post("comments", on=post, name="Hilla Harju", message="Missä?")["id"]
    talk = practice.post("messages", page=page["id"], name="Hilla Harju", text="Missä?")
    found = [page["id"], post, comment, talk["id"], talk["conversation"], talk["person"], "me"]
    said = practice.post("instagram/comments", on=media, username="hilla", text="Missä?")["id"]
    direct = practice.post("instagram/messages", account=ig, username="hilla", text="Missä?")
    found += [ig, media, said, direct["id"], direct["conversation"], direct["person"]]
    return [*found, "oauth"]


def in_graph_form(answer):
    if answer.status_code == 200:
        return isinstance(answer.json(), dict)
    return 400 <= answer.status_code < 500 and "code" in answer.json()["error"]


@SLOW
@given(st.data())
def test_any_call_is_answered_in_graphs_form(graph, nodes, data):
    node, edge = data.draw(st.sampled_from(nodes) | WORD), data.draw(EDGE)
    params = data.draw(st.dictionaries(NAMES, st.text(max_size=40), max_size=4))
    path = f"{quote(node, safe='')}/{edge}"

    for answer in (graph.get(path, **params), graph.post(path, **params)):
        assert in_graph_form(answer), answer.text


@SLOW
@given(node=st.integers(0, 13), edge=EDGE, body=st.dictionaries(NAMES, JSON, max_size=5))
def test_any_json_body_is_answered_in_graphs_form(graph, nodes, node, edge, body):
    raw = json.dumps(body)
    answer = graph.http.post(
        f"{graph.url}{nodes[node]}/{edge}", data=raw.encode("utf-8", "surrogatepass"),
        headers={"Content-Type": "application/json"}, timeout=10,
    )  # fmt: skip

    assert in_graph_form(answer), answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"5", 400),
        (b"[" * 200_000, 400),
        (b'{"a":' * 90 + b"1" + b"}" * 90, 400),
        (b"\xff\xfe", 400),
        (b'{"a": ' + b"9" * 10_000 + b"}", 400),
        (b"x" * (10 * 2**20 + 1), 413),
    ],
)
def test_bodies_no_reader_can_take_are_refused(graph, nodes, body, status):
    answer = graph.http.post(
        f"{graph.url}{nodes[2]}/comments", data=body,
        headers={"Content-Type": "application/json"}, timeout=30,
    )  # fmt: skip

    assert answer.status_code == status
    assert error(answer)[0] == 100


def test_an_empty_json_body_says_nothing(graph, nodes):
    answer = graph.http.post(
        f"{graph.url}{nodes[2]}/comments", data=b"",
        headers={"Content-Type": "application/json"}, timeout=5,
    )  # fmt: skip

    assert error(answer)[0] == 100


def test_a_huge_form_is_refused_and_a_large_one_is_not(graph, nodes):
    assert graph.post(f"{nodes[2]}/comments", message="x" * (11 * 2**20)).status_code == 413
    assert error(graph.post(f"{nodes[2]}/comments", message="x" * 2**20))[0] == 100


def test_other_verbs_and_roots_are_refused(url, graph):
    assert error(graph.http.post(url + "/v26.0", timeout=5)) == (100, 33)
    assert graph.http.get(url + "/", timeout=5).url.endswith("/practice")


def test_a_mistake_of_ours_shows_no_traceback(app, platform, monkeypatch):
    def broken(*args, **more):
        raise RuntimeError("secret words")

    monkeypatch.setattr("app.practice.faults.take", broken)
    monkeypatch.setattr("app.practice.state.overview", broken)
    client = app.test_client()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    local = {"Host": "127.0.0.1"}

    graph = client.get("/v26.0/me", headers=local)
    api = client.get("/practice/api/state", headers=local)
    page = client.get("/practice/controls", headers=local)

    assert (graph.status_code, api.status_code, page.status_code) == (500, 500, 500)
    assert graph.json["error"]["is_transient"] is True
    for answer in (graph, api, page):
        assert b"secret words" not in answer.data
        assert b"Traceback" not in answer.data


PROGRAM = """
import sys
from pathlib import Path
from app.practice import settings
from app.practice.factory import create_practice_app
from app.practice.server import serve

home = Path(sys.argv[1])
made = settings.load(home)
app = create_practice_app(home, app_id=made.app_id, app_secret=made.app_secret,
                          verify_token=made.verify_token, desk_url=None)
serve(app, port=0, ready=lambda address: print(address, flush=True))
"""


def start(home):
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    return program, program.stdout.readline().strip()


def test_a_kill_loses_nothing_that_was_answered(tmp_path):
    made = practice_settings.create(tmp_path, "http://127.0.0.1:8001", None)
    program, url = start(tmp_path)
    page = PracticeClient(url).post("pages", name="Riekko & Rinne")
    post = PracticeClient(url).post(f"pages/{page['id']}/posts", message="Ale")["id"]
    graph = Graph(url, page["token"])
    answered = [graph.post(f"{post}/comments", message=f"{n}").json()["id"] for n in range(30)]

    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()

    app = create_practice_app(
        tmp_path, app_id=made.app_id, app_secret=made.app_secret,
        verify_token=made.verify_token, desk_url=None,
    )  # fmt: skip
    with running(app) as again:
        rows = Graph(again, page["token"]).data(f"{post}/comments", limit=100)
        assert [row["id"] for row in rows] == answered
        assert len(PracticeClient(again).get("writes")["writes"]) == 30


def test_it_ends_when_told_to(tmp_path):
    practice_settings.create(tmp_path, "http://127.0.0.1:8001", None)
    program, url = start(tmp_path)
    assert requests.get(url + "/practice", timeout=5).ok

    os.kill(program.pid, signal.SIGTERM)

    assert program.wait(timeout=10) == 0
    program.stdout.close()


def test_lists_stay_quick_when_the_platform_is_full(practice, url, platform):
    """30,000 comments, 5,000 posts, 100 Pages: a list is an index range, whatever lies beside."""
    items = [
        {"page": str(1000 + n), "name": f"Shop {n}", "posts": [
            {"id": f"{n}{k:03}", "created": k, "message": "", "comments": [
                {"id": str(c), "created": c, "message": "Hei", "author": "A", "reply": c > 0}
                for c in range(6)]}
            for k in range(50)]}
        for n in range(100)
    ]  # fmt: skip
    for start_at in range(0, 100, 20):
        practice.post("import", items=items[start_at : start_at + 20])
    page = practice.get("state")["pages"][50]
    graph = Graph(url, page["token"])
    post = graph.data(f"{page['id']}/published_posts", limit=1)[0]["id"]

    def best(path, **params):
        times = []
        for _ in range(7):
            start = time.perf_counter()
            assert graph.data(path, **params)
            times.append(time.perf_counter() - start)
        return min(times)

    assert page["posts"] == 50
    assert page["comments"] == 300
    assert best(f"{post}/comments", filter="stream") < 0.02
    assert best(f"{page['id']}/published_posts", fields="id") < 0.02
    with platform.store.reading() as db:
        for where in (
            "post_id = ? AND deleted = 0 AND +parent_id IS NULL",
            "parent_id = ? AND deleted = 0",
        ):
            plan = db.execute(
                f"EXPLAIN QUERY PLAN SELECT * FROM comments WHERE {where} ORDER BY seq", ("1",)
            ).fetchall()
            assert len(plan) == 1
            assert "USING INDEX" in plan[0]["detail"]
