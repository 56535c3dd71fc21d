"""The list: who must be answered first comes first, and nobody sees what is not theirs."""

import contextlib
from datetime import timedelta
from typing import Any

import pytest

from app.access.identity import Actor, Grant
from app.access.roles import Role
from app.foundation.errors import Invalid
from app.inbox import presence, queries
from app.inbox.models import (
    Audience,
    Contact,
    Conversation,
    ConversationState,
)
from app.inbox.queries import View
from tests.desks import Desk

OPEN, SNOOZED, DONE = ConversationState.OPEN, ConversationState.SNOOZED, ConversationState.DONE


def add(desk: Desk, channel: int, key: str, **more: Any) -> int:
    """A conversation as the intake would have left it."""
    now = desk.now
    given = {"state": OPEN, "activity_at": now, "audience": Audience.PUBLIC, "waiting_count": 1,
             "snippet": f"words of {key}", **more}  # fmt: skip
    with desk.database.writing() as db:
        contact = Contact(channel_id=channel, external_id=key, name=f"Nimi {key}",
                          first_seen_at=now)  # fmt: skip
        made = Conversation(channel_id=channel, external_key=key, contact=contact, **given)
        db.add(made)
        db.flush()
        return made.id


def shown(desk: Desk, who: str | Actor, view: View, **more: Any) -> list[int]:
    actor = desk.actor(who) if isinstance(who, str) else who
    with desk.database.reading() as db:
        return [
            r.id for r in queries.conversation_list(db, actor, desk.now, view=view, **more).rows
        ]


@pytest.fixture
def full(desk: Desk) -> dict[str, int]:
    """Two channels, every state, and a part of another conversation."""
    one, two, now = desk.channel(), desk.channel(), desk.now
    ben = desk.actor("Ben").member_id
    found = {"one": one, "two": two}
    found["late"] = add(desk, one, "late", due_at=now - timedelta(hours=1), waiting_since=now)
    found["soon"] = add(desk, two, "soon", due_at=now + timedelta(minutes=5))
    found["mine"] = add(desk, one, "mine", due_at=now + timedelta(hours=2), assignee_id=ben)
    found["asked"] = add(desk, one, "asked", due_at=now + timedelta(hours=3), has_submitted=True)
    found["later"] = add(desk, one, "later", state=SNOOZED, due_at=now,
                         snoozed_until=now + timedelta(days=1))  # fmt: skip
    found["old"] = add(desk, one, "old", state=DONE, activity_at=now - timedelta(days=2))
    found["new"] = add(desk, two, "new", state=DONE, activity_at=now - timedelta(days=1))
    found["part"] = add(desk, one, "part", due_at=now, merged_into_id=found["late"])
    return found


def test_each_tab_has_its_own_and_in_its_order(desk: Desk, full: dict[str, int]) -> None:
    names = {v: k for k, v in full.items() if k not in ("one", "two")}

    found = {v: [names[i] for i in shown(desk, "Ben", v)] for v in View}

    assert found == {
        View.TO_ANSWER: ["late", "soon", "mine", "asked"], View.MINE: ["mine"],
        View.APPROVAL: ["asked"], View.SNOOZED: ["later"], View.DONE: ["new", "old"],
    }  # fmt: skip


def test_a_row_tells_what_the_list_shows(desk: Desk, full: dict[str, int]) -> None:
    with desk.database.writing() as db:
        presence.answering(db, desk.actor("Cleo"), full["mine"], desk.now)
    with desk.database.reading() as db:
        page = queries.conversation_list(db, desk.actor("Ben"), desk.now, view=View.MINE)

    (row,) = page.rows
    assert (row.name, row.snippet, row.channel_name, row.platform) == (
        "Nimi mine", "words of mine", "Testikauppa", "facebook",
    )  # fmt: skip
    assert (row.assignee_name, row.answering_name, row.kind) == ("Ben Berg", "Cleo", "comment")
    assert row.state == "open"


def test_counts_are_what_the_tabs_show(desk: Desk, full: dict[str, int]) -> None:
    for who in ("Ada", "Ben", "Mallory"):
        with desk.database.reading() as db:
            counts = queries.counts(db, desk.actor(who), desk.now)
        assert counts == {v: len(shown(desk, who, v)) for v in counts}


def test_counts_stop_at_a_thousand(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = sqlite_desk.channel()
    monkeypatch.setattr(queries, "MOST_COUNTED", 3)
    for number in range(5):
        add(sqlite_desk, channel, str(number))

    with sqlite_desk.database.reading() as db:
        assert queries.counts(db, sqlite_desk.actor("Ada"), sqlite_desk.now)[View.TO_ANSWER] == 3


def test_who_has_a_role_on_one_channel_sees_that_one_only(desk: Desk, full: dict[str, int]) -> None:
    limited = Actor(77, "x", (Grant(Role.VIEWER, channel_id=full["two"]),))
    for view, names in {View.TO_ANSWER: ["soon"], View.DONE: ["new"], View.SNOOZED: []}.items():
        assert shown(desk, limited, view) == [full[n] for n in names]
    assert shown(desk, limited, View.TO_ANSWER, channel_id=full["one"]) == []
    with desk.database.reading() as db:
        assert set(queries.rows(db, limited, desk.now, list(full.values()))) == {
            full["soon"], full["new"],
        }  # fmt: skip
        assert queries.oldest_waiting(db, limited, desk.now) is None


@pytest.mark.parametrize("who", ["Dan", "Mallory"])
def test_who_may_read_nothing_sees_nothing(desk: Desk, full: dict[str, int], who: str) -> None:
    assert all(shown(desk, who, view) == [] for view in View)
    with desk.database.reading() as db:
        actor = desk.actor(who)
        assert set(queries.counts(db, actor, desk.now).values()) == {0}
        assert queries.oldest_waiting(db, actor, desk.now) is None
        assert queries.rows(db, actor, desk.now, list(full.values())) == {}


def test_the_list_can_be_of_one_channel(desk: Desk, full: dict[str, int]) -> None:
    assert shown(desk, "Ben", View.TO_ANSWER, channel_id=full["two"]) == [full["soon"]]


def test_since_when_the_first_waits(desk: Desk, full: dict[str, int]) -> None:
    with desk.database.reading() as db:
        found = queries.oldest_waiting(db, desk.actor("Ben"), desk.now)
        late = db.get_one(Conversation, full["late"])

    assert found == late.waiting_since


class TestPaging:
    @pytest.mark.parametrize("view", [View.TO_ANSWER, View.SNOOZED, View.DONE])
    def test_every_row_comes_once_also_where_times_are_alike_or_missing(
        self, desk: Desk, view: View
    ) -> None:
        channel, now = desk.channel(), desk.now
        state = {View.TO_ANSWER: OPEN, View.SNOOZED: SNOOZED, View.DONE: DONE}[view]
        expected = set()
        for number in range(13):
            at = None if number < 4 and view is not View.DONE else now + timedelta(
                minutes=number // 3)  # fmt: skip
            times = {"due_at": at, "snoozed_until": at, "activity_at": at or now}
            expected.add(add(desk, channel, str(number), state=state, **times))

        found: list[int] = []
        cursor: str | None = None
        for _ in range(20):
            with desk.database.reading() as db:
                page = queries.conversation_list(
                    db, desk.actor("Ben"), now, view=view, cursor=cursor, size=3
                )
            found += [r.id for r in page.rows]
            cursor = page.next
            if cursor is None:
                break

        assert len(found) == 13
        assert set(found) == expected
        assert found == shown(desk, "Ben", view, size=100)

    @pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "WyJ4IiwxXQ", "W251bGwsIngiXQ"])
    def test_a_damaged_address_is_refused_or_a_page(self, sqlite_desk: Desk, cursor: str) -> None:
        for view in View:
            with contextlib.suppress(Invalid):
                assert shown(sqlite_desk, "Ben", view, cursor=cursor) == []


class TestPresence:
    def test_who_looks_and_who_writes_goes_stale_by_itself(
        self, desk: Desk, full: dict[str, int]
    ) -> None:
        mine, late = full["mine"], full["late"]
        with desk.database.writing() as db:
            presence.seen(db, desk.actor("Ben"), mine, desk.now)
            presence.seen(db, desk.actor("Cleo"), mine, desk.now)
            presence.answering(db, desk.actor("Ben"), mine, desk.now)
            presence.answering(db, desk.actor("Ben"), late, desk.now)
        assert self.here(desk, mine) == ["Ben", "Cleo"]
        assert self.writing(desk, mine, late) == {mine: "Ben", late: "Ben"}

        with desk.database.writing() as db:
            presence.stopped(db, desk.actor("Ben"), late)
            presence.stopped(db, desk.actor("Ada"), late)
        desk.advance(60)

        assert self.here(desk, mine) == []
        assert self.writing(desk, mine, late) == {mine: "Ben"}
        desk.advance(180)
        assert self.writing(desk, mine, late) == {}

    def test_of_two_who_write_the_one_who_began_last_is_shown(
        self, desk: Desk, full: dict[str, int]
    ) -> None:
        for who in ("Ben", "Cleo"):
            desk.advance(1)
            with desk.database.writing() as db:
                presence.answering(db, desk.actor(who), full["mine"], desk.now)

        assert self.writing(desk, full["mine"]) == {full["mine"]: "Cleo"}

    def here(self, desk: Desk, conversation: int) -> list[str]:
        with desk.database.reading() as db:
            return [m.first_name for m in presence.here(db, conversation, desk.now)]

    def writing(self, desk: Desk, *conversations: int) -> dict[int, str]:
        with desk.database.reading() as db:
            found = presence.answerers(db, list(conversations), desk.now)
            return {k: m.first_name for k, m in found.items()}
