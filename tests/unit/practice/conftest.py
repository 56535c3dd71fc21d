"""A running practice platform on a free port, a Page on it, and a desk that takes its webhooks."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.practice import settings
from app.practice.client import PracticeClient
from app.practice.factory import create_practice_app
from app.practice.platform import NAME, Platform
from app.practice.server import running
from app.practice.settings import PracticeSettings
from tests.unit.practice.helpers import FIELDS, INSTAGRAM_FIELDS, Desk, Graph


def _desk_app(desk: Desk) -> Flask:
    app = Flask("desk")
    app.add_url_rule("/webhooks/meta", "meta", desk.take, methods=["GET", "POST"])
    return app


@pytest.fixture
def desk() -> Iterator[Desk]:
    found = Desk()
    server = make_server("127.0.0.1", 0, _desk_app(found), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def made(tmp_path: Path) -> PracticeSettings:
    return settings.create(tmp_path, "http://127.0.0.1:8001", None)


@pytest.fixture
def app(tmp_path: Path, made: PracticeSettings) -> Flask:
    return create_practice_app(
        tmp_path,
        app_id=made.app_id,
        app_secret=made.app_secret,
        verify_token=made.verify_token,
        desk_url=None,
    )


@pytest.fixture
def platform(app: Flask) -> Platform:
    found: Platform = app.extensions[NAME]
    return found


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with running(app) as found:
        yield found


@pytest.fixture
def practice(url: str) -> PracticeClient:
    return PracticeClient(url)


@pytest.fixture
def page(practice: PracticeClient) -> dict[str, Any]:
    """A Page nobody else in the tests writes to, beside another one with its own posts."""
    other = practice.post("pages", name="Another shop")
    post = practice.post(f"pages/{other['id']}/posts", message="Not ours")
    practice.post("comments", on=post["id"], name="Not ours either", message="Elsewhere")
    practice.post("messages", page=other["id"], name="Not ours either", text="Elsewhere")
    found: dict[str, Any] = practice.post("pages", name="Riekko & Rinne")
    return found


@pytest.fixture
def post(practice: PracticeClient, page: dict[str, Any]) -> str:
    found: str = practice.post(f"pages/{page['id']}/posts", message="Talvikengät tulivat")["id"]
    return found


@pytest.fixture
def graph(url: str, page: dict[str, Any]) -> Graph:
    return Graph(url, page["token"])


@pytest.fixture
def as_app(url: str, made: PracticeSettings) -> Graph:
    return Graph(url, f"{made.app_id}|{made.app_secret}")


@pytest.fixture
def as_user(url: str, practice: PracticeClient) -> Graph:
    return Graph(url, practice.get("state")["user_token"])


@pytest.fixture
def listening(
    desk: Desk, as_app: Graph, graph: Graph, page: dict[str, Any], made: PracticeSettings
) -> Desk:
    """The desk has subscribed the app and the Page, as a connected desk has."""
    answer = as_app.post(
        f"{made.app_id}/subscriptions",
        object="page",
        callback_url=desk.url + "/webhooks/meta",
        verify_token=desk.verify_token,
        fields=FIELDS,
    )
    assert answer.json() == {"success": True}
    assert graph.post(f"{page['id']}/subscribed_apps", subscribed_fields=FIELDS).ok
    return desk


@pytest.fixture
def ig(practice: PracticeClient, page: dict[str, Any]) -> str:
    """The Page's account, beside another Page's with media of its own."""
    other = practice.post("pages", name="Stranger")["id"]
    theirs = practice.post("instagram", page=other, username="stranger")["id"]
    practice.post(f"instagram/{theirs}/media", caption="Not ours")
    found: str = practice.post("instagram", page=page["id"], username="riekko.rinne")["id"]
    return found


@pytest.fixture
def media(practice: PracticeClient, ig: str) -> str:
    found: str = practice.post(f"instagram/{ig}/media", caption="Kaamos on täällä")["id"]
    return found


@pytest.fixture
def hearing(as_app: Graph, made: PracticeSettings, desk: Desk, listening: Desk) -> Desk:
    """The desk hears of Instagram too."""
    assert as_app.post(
        f"{made.app_id}/subscriptions", object="instagram", fields=INSTAGRAM_FIELDS,
        callback_url=desk.url + "/webhooks/meta", verify_token=desk.verify_token,
    ).ok  # fmt: skip
    return desk


@pytest.fixture
def comment(practice: PracticeClient, media: str) -> str:
    made = practice.post(
        "instagram/comments", on=media, username="hilla.harju", text="Onko kokoa XS?"
    )
    return str(made["id"])
