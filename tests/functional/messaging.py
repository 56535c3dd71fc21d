"""What the tests of private messages do all the time, by polling or by signed webhooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from app.inbox.models import Conversation, Message
from tests.stand import Stand
from tests.web_stand import served

PAGE = "900"
NAME = "Petteri Heino"


@contextmanager
def pushing(stand: Stand) -> Iterator[None]:
    """The desk's own web server, told by the platform of everything on its connected pages."""
    given = stand.running.platforms
    with served(stand) as url:
        answer = requests.post(
            f"{given.graph_url}/v26.0/{given.meta_app_id}/subscriptions",
            data={
                "object": "page",
                "callback_url": f"{url}/webhooks/meta",
                "verify_token": given.meta_verify_token,
                "fields": "feed,mention,ratings,messages,message_echoes,message_edits,"
                "message_reads,standby",
                "access_token": f"{given.meta_app_id}|{given.meta_app_secret}",
            },
            timeout=10,
        )
        assert answer.json() == {"success": True}
        yield


def hear(stand: Stand) -> None:
    """Let the platform push what it has, and take it apart."""
    assert stand.platform.post("webhooks/flush")["waiting"] == 0
    stand.take_in()


def connect(stand: Stand) -> int:
    """A connected page; returns the channel."""
    return stand.connect(stand.page(PAGE))


def write(stand: Stand, text: str = "Voinko vaihtaa teltan?", **more: Any) -> dict[str, Any]:
    """A customer writes to the Page; with `as_="page"` the Page answers on a phone."""
    if "as_" in more:
        more["as"] = more.pop("as_")
    given = {"page": PAGE, "name": NAME, "text": text, **more}
    found: dict[str, Any] = stand.platform.post("messages", **given)
    return found


def asked(stand: Stand, text: str = "Voinko vaihtaa teltan?") -> int:
    """A connected page with one customer's message, read; returns the conversation."""
    channel = connect(stand)
    write(stand, text)
    assert stand.read(channel)
    return talk(stand).id


def talk(stand: Stand) -> Conversation:
    """The only conversation there is."""
    (found,) = stand.conversations()
    return found


def said(stand: Stand) -> list[tuple[bool, str]]:
    """Who said what, in its order; deleted words are not there."""
    return [(m.is_ours, "" if m.deleted_at else m.text) for m in stand.messages()]


def last(stand: Stand) -> Message:
    """What was said last."""
    return stand.messages()[-1]


def delivered(stand: Stand, person: str) -> list[str]:
    """What stands on the platform from the Page's side."""
    rows = stand.platform.get(f"people/{person}/messages")["messages"]
    return [r["text"] for r in rows if r["outbound"]]
