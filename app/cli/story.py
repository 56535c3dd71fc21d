"""Connects the practice desk to the practice platform and lets its story begin."""

import json

from app.access.identity import DESK
from app.channels.models import Channel, Platform
from app.credentials.tokens import Secret, secret
from app.jobs import topics
from app.practice.client import PracticeClient
from app.practice.story import PAGE_ID
from app.practice.story_more import IG_ID
from app.runtime import NotReady, Runtime


def prepare(running: Runtime, url: str) -> None:
    """Once: the story's Page and Instagram account connected by real calls, their first customers
    read."""
    if not running.is_practice:
        raise NotReady("Only a practice desk has a story.")
    client = PracticeClient(url)
    client.post("story/seed")
    with running.database.reading() as db:
        if db.query(Channel).count():
            return
    client.post("story/instagram")
    for channel_id in (
        connect(running, client, PAGE_ID),
        connect_instagram(running, client, IG_ID),
    ):
        topics.polling(running).read(channel_id)
    client.post("story/named")


def connect(running: Runtime, client: PracticeClient, page_id: str) -> int:
    """Connect a page of the practice platform with the token it gives out; returns the channel."""
    return _connect(running, Platform.FACEBOOK, page_id, _token(client, page_id))


def connect_instagram(running: Runtime, client: PracticeClient, account_id: str) -> int:
    """The same for an Instagram account, with the token of the page it is linked to."""
    found = (a for a in client.get("state")["instagram"] if a["id"] == account_id)
    account = next(found, None)
    if account is None:
        raise NotReady(f"The practice platform has no Instagram account {account_id}.")
    return _connect(running, Platform.INSTAGRAM, account_id, _token(client, account["page_id"]))


def connect_x(running: Runtime, client: PracticeClient, account_id: str) -> int:
    """The same for an account on X, with the pair of tokens that a sign-in would bring."""
    pair = client.post(f"x/accounts/{account_id}/token")
    return _connect(running, Platform.X, account_id, secret(json.dumps(pair)))


def _token(client: PracticeClient, page_id: str) -> Secret:
    page = next((p for p in client.get("state")["pages"] if p["id"] == page_id), None)
    if page is None:
        raise NotReady(f"The practice platform has no page {page_id}.")
    return secret(page["token"])


def _connect(running: Runtime, platform: Platform, external_id: str, token: Secret) -> int:
    connections = topics.connections(running)
    found = connections.check(platform, external_id, token)
    with running.database.writing() as db:
        channel = connections.connect_checked(db, DESK, platform, found, token, running.clock.now())
    return channel.id
