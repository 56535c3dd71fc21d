"""What nobody foresaw about one delivery is set aside; what the database could not do is kept."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.inbox import comments, intake
from app.inbox.models import EventState, Message, RawEvent
from app.jobs import topics
from tests.desks import Desk, sqlite_desk

__all__ = ["sqlite_desk"]
PAGE = "500"


def deliver(desk: Desk, *comment_ids: str) -> None:
    """One delivery a comment."""
    for number in comment_ids:
        value = {
            "item": "comment", "verb": "add", "comment_id": number, "post_id": f"{PAGE}_1",
            "message": "Missä pakettini on?", "from": {"id": "7", "name": "Kaisa"},
            "created_time": int(desk.now.timestamp()),
        }  # fmt: skip
        change = {"field": "feed", "value": value}
        body = {"object": "page", "entry": [{"id": PAGE, "changes": [change]}]}
        intake.store(desk.database, "meta", json.dumps(body).encode(), desk.now)


def states(desk: Desk) -> list[EventState]:
    with desk.database.reading() as db:
        return list(db.scalars(select(RawEvent.state).order_by(RawEvent.id)))


def known(desk: Desk) -> list[str]:
    with desk.database.reading() as db:
        return list(db.scalars(select(Message.external_id).order_by(Message.id)))


def failing_at(monkeypatch: pytest.MonkeyPatch, comment_id: str, problem: Exception) -> None:
    """Taking in this one comment raises."""
    take = comments.take

    def failing(bench: Any, item: Any) -> None:
        if item.external_id == comment_id:
            raise problem
        take(bench, item)

    monkeypatch.setattr(comments, "take", failing)


def test_a_mistake_at_one_delivery_holds_up_no_other(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_desk.channel(PAGE)
    deliver(sqlite_desk, "1_1", "1_2", "1_3")
    failing_at(monkeypatch, "1_2", KeyError("secret-words"))

    topics.intake_events(sqlite_desk.running)

    assert known(sqlite_desk) == ["1_1", "1_3"]
    assert states(sqlite_desk) == [EventState.DONE, EventState.DEAD, EventState.DONE]


def test_after_trouble_of_the_database_s_own_everything_is_taken_in_again(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_desk.channel(PAGE)
    deliver(sqlite_desk, "1_1", "1_2")
    with monkeypatch.context() as trouble:
        failing_at(trouble, "1_2", OperationalError("", {}, Exception("deadlock")))
        with pytest.raises(OperationalError):
            topics.intake_events(sqlite_desk.running)
    assert states(sqlite_desk) == [EventState.NEW, EventState.NEW]

    topics.intake_events(sqlite_desk.running)

    assert known(sqlite_desk) == ["1_1", "1_2"]
    assert states(sqlite_desk) == [EventState.DONE, EventState.DONE]
