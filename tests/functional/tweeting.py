"""What the tests of X do all the time, by polling or by signed webhooks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from app.access.identity import DESK
from app.channels.models import Platform
from app.credentials.tokens import secret
from app.foundation import practice_x
from app.jobs import topics
from app.practice import settings
from tests.stand import Stand
from tests.web_stand import served

US = "RiekkoRinne"
NAME = "Kaisa"


def account(stand: Stand, username: str = US) -> str:
    """An account of ours on X."""
    return str(stand.platform.post("x/accounts", username=username, name="Riekko & Rinne")["id"])


def pair(stand: Stand, account_id: str, **more: Any) -> str:
    """The tokens X gives out for it, as a file would hold them."""
    return json.dumps(stand.platform.post(f"x/accounts/{account_id}/token", **more))


def connect(stand: Stand, account_id: str = "") -> int:
    """A connected account; returns the channel."""
    account_id = account_id or account(stand)
    connections, token = topics.connections(stand.running), secret(pair(stand, account_id))
    found = connections.check(Platform.X, account_id, token)
    with stand.database.writing() as db:
        channel = connections.connect_checked(db, DESK, Platform.X, found, token, stand.now)
    return channel.id


def post(stand: Stand, name: str, text: str, **more: Any) -> str:
    """Somebody posts, or answers with `reply_to`, or quotes with `quote`; returns the post's id."""
    return str(stand.platform.post("x/posts", name=name, text=text, **more)["id"])


def write(stand: Stand, account_id: str, text: str, name: str = NAME, **more: Any) -> str:
    """A direct message to us; with `as_="account"` one of ours, from a phone."""
    if "as_" in more:
        more["as"] = more.pop("as_")
    found = stand.platform.post("x/messages", account=account_id, name=name, text=text, **more)
    return str(found["id"])


def stands(stand: Stand, post_id: str) -> list[tuple[str, str]]:
    """What stands in a conversation on X: who wrote what."""
    rows = stand.platform.get(f"x/posts/{post_id}")["conversation"]
    return [(r["username"], r["text"]) for r in rows if not r["deleted"] and r["is_latest"]]


@contextmanager
def pushing(stand: Stand) -> Iterator[str]:
    """The desk's own web server, told by X of everything; before an account is connected."""
    app = practice_x.of(settings.load(stand.running.settings.DATA_DIR).app_secret)
    with served(stand) as url:
        answer = requests.post(
            f"{stand.running.platforms.x_api_url}/2/webhooks",
            json={"url": f"{url}/webhooks/x"},
            headers={"Authorization": f"Bearer {app.bearer}"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        yield url


def hear(stand: Stand) -> None:
    """Let X push what it has, and take it apart."""
    assert stand.platform.post("webhooks/flush")["waiting"] == 0
    stand.take_in()


def shown(stand: Stand) -> dict[str, list[str]]:
    """What stands in each conversation, by its key; ours begin with an arrow."""
    found: dict[str, list[str]] = {}
    names = {c.id: c.external_key for c in stand.conversations() if c.merged_into_id is None}
    for m in stand.messages():
        words = "gone" if m.deleted_at else ("→ " if m.is_ours else "") + m.text
        found.setdefault(names[m.conversation_id], []).append(words)
    return found
