"""The practice X: an account on it, a customer, and a desk that takes its events."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from app.foundation import practice_x
from app.foundation.practice_x import XApp
from app.practice.client import PracticeClient
from app.practice.settings import PracticeSettings


class Api:
    """Calls X as the desk does; answers are looked at by hand."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url + "/2/"
        self.http = requests.Session()
        self.http.trust_env = False
        self.sign_in(token)

    def sign_in(self, token: str) -> None:
        self.http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **params: Any) -> requests.Response:
        params = {name.replace("__", "."): value for name, value in params.items()}
        return self.http.get(self.url + path, params=params, timeout=10)

    def post(self, path: str, body: Any = None) -> requests.Response:
        return self.http.post(self.url + path, json=body or {}, timeout=10)

    def put(self, path: str, body: Any = None) -> requests.Response:
        return self.http.put(self.url + path, json=body or {}, timeout=10)

    def delete(self, path: str) -> requests.Response:
        return self.http.delete(self.url + path, timeout=10)

    def reply(self, post_id: str, text: str) -> requests.Response:
        return self.post("tweets", {"text": text, "reply": {"in_reply_to_tweet_id": post_id}})

    def write(self, user_id: str, text: str) -> requests.Response:
        return self.post(f"dm_conversations/with/{user_id}/messages", {"text": text})


@dataclass
class XDesk:
    """Takes X's events and answers its challenge; keeps the raw bodies."""

    url: str = ""
    secret: str = ""
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body)["data"] for body in self.bodies]

    @property
    def kinds(self) -> list[str]:
        return [event["event_type"] for event in self.events]

    def sign(self, content: bytes) -> str:
        digest = hmac.new(self.secret.encode(), content, hashlib.sha256).digest()
        return "sha256=" + base64.b64encode(digest).decode()

    def take(self) -> Response:
        if request.method == "GET":
            return jsonify(response_token=self.sign(request.args["crc_token"].encode()))
        if self.status == 200:
            self.bodies.append(request.get_data())
            self.signatures.append(request.headers["x-twitter-webhooks-signature"])
        return Response("", self.status)


@pytest.fixture
def x(made: PracticeSettings) -> XApp:
    return practice_x.of(made.app_secret)


@pytest.fixture
def shop(practice: PracticeClient) -> dict[str, Any]:
    """The shop's account, beside another one with a post of its own."""
    practice.post("x/accounts", username="othershop", name="Another shop")
    practice.post("x/posts", name="Somebody else", text="@othershop Elsewhere")
    found: dict[str, Any] = practice.post("x/accounts", username="riekko", name="Riekko & Rinne")
    return found


@pytest.fixture
def api(url: str, practice: PracticeClient, shop: dict[str, Any]) -> Api:
    return Api(url, practice.post(f"x/accounts/{shop['id']}/token")["access_token"])


@pytest.fixture
def days_pass(api: Api, practice: PracticeClient, shop: dict[str, Any]) -> Callable[[int], None]:
    """The clock is moved, and the account signs in anew: its token would not live that long."""

    def days_pass(days: int) -> None:
        practice.post("clock", wall=days * 86400 + 1)
        api.sign_in(practice.post(f"x/accounts/{shop['id']}/token")["access_token"])

    return days_pass


@pytest.fixture
def as_app(url: str, x: XApp) -> Api:
    return Api(url, x.bearer)


@pytest.fixture
def mention(practice: PracticeClient, shop: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = practice.post(
        "x/posts", name="Kaisa Virtanen", text="@riekko missä takkini on?"
    )
    return found


@pytest.fixture
def xdesk(x: XApp) -> Iterator[XDesk]:
    found = XDesk(secret=x.consumer_secret)
    app = Flask("desk")
    app.add_url_rule("/webhooks/x", "x", found.take, methods=["GET", "POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/webhooks/x"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def listening(xdesk: XDesk, as_app: Api, shop: dict[str, Any]) -> XDesk:
    """The desk has made its webhook known and wants every kind of event."""
    hook = as_app.post("webhooks", {"url": xdesk.url}).json()["data"]["id"]
    for kind in ("post.mention.create", "post.reply.create", "post.quote.create", "post.delete",
                 "dm.received", "dm.sent", "dm.read", "oauth.revoke"):  # fmt: skip
        made = as_app.post(
            "activity/subscriptions",
            {
                "event_type": kind,
                "filter": {"user_id": shop["id"]},
                "tag": "m",
                "webhook_id": hook,
            },
        )
        assert made.status_code == 201, made.text
    return xdesk
