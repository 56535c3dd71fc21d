"""What was there before a channel was connected: shown, stopped and gone on with."""

from collections.abc import Callable
from datetime import timedelta

from app.channels.models import Channel
from tests.stand import Stand
from tests.web_page import Visitor

Visit = Callable[[str], Visitor]


def test_the_way_back_is_shown_stopped_and_gone_on_with(visit: Visit, told: Stand) -> None:
    with told.database.writing() as db:
        channel = db.get_one(Channel, 1)
        channel.history_done_at, channel.history_items = None, 12_340
        channel.history_to = told.now - timedelta(days=300)
    dan = visit("Dan")
    assert "12340 items so far," in dan.get("/channels/1").text
    assert "Read no further back" not in visit("Ben").get("/channels/1").text

    stopped = dan.post("/channels/1/history", is_stopped="yes")
    assert "Stopped. What is new comes in as before." in stopped.text
    gone_on = dan.post("/channels/1/history")

    assert "It is being read, the newest first." in gone_on.text
    assert "reading back" in dan.get("/audit?action=channels:").text
    visit("Ben").post("/channels/1/history", is_stopped="yes", status=403)
