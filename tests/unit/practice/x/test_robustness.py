"""Whatever is sent, the practice X answers in its own form and goes on."""

from typing import Any

import pytest

from app.practice.x.routes import ROUTES

ODD = [
    "",
    "0",
    "-1",
    "9" * 30,
    "x",
    "1-2-3",
    "\ud83d".encode("utf-8", "replace").decode(),
    "%00",
    "ä" * 300,
]
BODIES: list[Any] = [
    None, [], "text", 7, {"text": None}, {"text": 7}, {"text": "a", "reply": "x"},
    {"text": "a", "reply": {"in_reply_to_tweet_id": 7}}, {"text": "a", "media": {"media_ids": "x"}},
    {"text": "a", "media": {"media_ids": [None]}}, {"text": "a", "attachments": ["x"]},
    {"text": "a", "attachments": [{}]}, {"hidden": 1}, {"url": None}, {"webhook_id": []},
    {"event_type": "dm.read", "filter": []}, {"event_type": "dm.read", "filter": {"user_id": 7}},
    {"text": "a", "quote_tweet_id": {}}, {"text": "\ud800"}, {"webhook_id": "7", "from_date": "x"},
]  # fmt: skip


@pytest.fixture
def without_limits(platform):
    def without_limits():
        with platform.store.writing() as db:
            db.execute("DELETE FROM x_uses")

    return without_limits


def _paths(route):
    """The last but one names what could be there."""
    parts = [part for part in route.rule.split("/") if part]
    for odd in (*ODD, "1", "9") if "<" in route.rule else [""]:
        yield "/".join(odd or "0" if part.startswith("<") else part for part in parts)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.rule}")
def test_no_call_ends_in_a_mistake_of_ours(api, as_app, practice, shop, without_limits, route):
    practice.post("x/messages", account=shop["id"], name="Kaisa", text="Hei!")
    client = as_app if route.who == "app" else api
    paths = list(_paths(route))
    writes = route.method in ("POST", "PUT")
    tried = [(path, None) for path in paths] + [
        (paths[-2 if paths[1:] else 0], b) for b in BODIES if writes
    ]

    for path, body in tried:
        without_limits()
        params = {} if writes else {"query": "a:b", "ids": "x", "usernames": "@"}
        answer = client.http.request(
            route.method, client.url + path, json=body, params=params, timeout=10
        )
        assert answer.status_code < 500, (path, body, answer.text)
        assert isinstance(answer.json(), dict)


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer \u00e4", "Bearer " + "x" * 5000]
)
def test_any_token_that_is_none_of_ours_is_unauthorized(api, token):
    api.http.headers["Authorization"] = token.encode()

    answer = api.get("users/me")

    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b"[" * 5000, b'{"text": NaN}', b'{"text":"\\ud800"}']
)
def test_a_body_that_cannot_be_read_is_refused_or_mended(api, content):
    answer = api.http.post(
        api.url + "tweets", data=content, headers={"Content-Type": "application/json"}, timeout=10
    )

    assert answer.status_code in (201, 400)
