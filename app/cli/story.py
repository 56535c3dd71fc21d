"""Connects the practice desk to the practice platform and lets its story begin."""

from app.access.identity import DESK
from app.channels.models import Channel, Platform
from app.credentials.tokens import secret
from app.jobs import topics
from app.practice.client import PracticeClient
from app.practice.story import PAGE_ID
from app.runtime import NotReady, Runtime


def prepare(running: Runtime, url: str) -> None:
    """Once: the story's Page connected by a real call, its first customers read."""
    if not running.is_practice:
        raise NotReady("Only a practice desk has a story.")
    client = PracticeClient(url)
    client.post("story/seed")
    with running.database.reading() as db:
        if db.query(Channel).count():
            return
    channel_id = connect(running, client, PAGE_ID)
    topics.polling(running).read(channel_id)


def connect(running: Runtime, client: PracticeClient, page_id: str) -> int:
    """Connect a page of the practice platform with the token it gives out; returns the channel."""
    page = next((p for p in client.get("state")["pages"] if p["id"] == page_id), None)
    if page is None:
        raise NotReady(f"The practice platform has no page {page_id}.")
    connections = topics.connections(running)
    token = secret(page["token"])
    found = connections.check(Platform.FACEBOOK, page_id, token)
    with running.database.writing() as db:
        channel = connections.connect_checked(
            db, DESK, Platform.FACEBOOK, found, token, running.clock.now()
        )
    return channel.id
