"""Hiding, deleting, liking and blocking, from the desk to the platform, whatever it answers."""

from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditRow
from app.channels.models import Act, ChannelState
from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from app.inbox.models import Contact, Message
from app.replies import actions
from app.replies.models import ActionState, PlatformAction
from tests.functional.messaging import PAGE, hear, pushing
from tests.functional.test_answering import start
from tests.stand import Stand


def ask(stand: Stand, comment: str, act: Act, who: str = "Cleo") -> int:
    with stand.database.writing() as db:
        found = db.scalars(select(Message.id).where(Message.external_id == comment)).one()
        return actions.ask(db, stand.actor(who), found, act, stand.now).id


def row(stand: Stand, action_id: int) -> PlatformAction:
    with stand.database.reading() as db:
        return db.get_one(PlatformAction, action_id)


def message(stand: Stand, comment: str) -> Message:
    return next(m for m in stand.messages() if m.external_id == comment)


def did(stand: Stand) -> list[str]:
    """What was done on the platform, in its order."""
    return [w["kind"] for w in stand.platform.get("writes")["writes"]]


def faulty(stand: Stand, **fault: Any) -> None:
    stand.platform.post("faults", **fault)


def settle(stand: Stand, action_id: int) -> PlatformAction:
    """Let time pass until the row has come to rest."""
    for _ in range(60):
        if row(stand, action_id).ended_at is not None:
            break
        stand.advance(5)
        stand.act()
    return row(stand, action_id)


def test_what_is_hidden_is_hidden_there_and_can_be_shown_again(stand: Stand) -> None:
    _, comment = start(stand)
    hidden = ask(stand, comment, Act.HIDE, "Ben")
    stand.act()
    assert (row(stand, hidden).state, did(stand)) == (ActionState.DONE, ["hide"])
    assert message(stand, comment).hidden_at is not None

    with stand.database.writing() as db:
        again = actions.undo(db, stand.actor("Ben"), hidden, stand.now).id
    stand.act()

    assert (row(stand, again).state, did(stand)) == (ActionState.DONE, ["hide", "unhide"])
    assert message(stand, comment).hidden_at is None
    with stand.database.reading() as db:
        told = [a.action for a in db.scalars(select(AuditRow)) if ":action:" in a.action]
    assert told == [f"replies:action:{w}" for w in ("asked-for", "started", "done") * 2]


def test_what_is_deleted_is_gone_and_its_writer_waits_no_more(stand: Stand) -> None:
    _, comment = start(stand)
    deleted = ask(stand, comment, Act.DELETE)
    stand.act()

    assert row(stand, deleted).state is ActionState.DONE
    assert message(stand, comment).deleted_at is not None
    assert stand.conversations()[0].waiting_count == 0
    with stand.database.writing() as db, pytest.raises(Conflict):
        actions.undo(db, stand.actor("Cleo"), deleted, stand.now)


def test_a_like_and_a_block_are_done_and_taken_back(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    _, comment = start(stand)
    for act, back in ((Act.LIKE, Act.UNLIKE), (Act.BLOCK, Act.UNBLOCK)):
        ask(stand, comment, act)
        stand.act()
        assert is_so(stand, comment, act)
        ask(stand, comment, back)
        stand.act()
        assert not is_so(stand, comment, act)

    assert did(stand) == ["like", "unlike", "block_user", "unblock_user"]


def is_so(stand: Stand, comment: str, act: Act) -> bool:
    with stand.database.reading() as db:
        contact = db.scalars(select(Contact)).one()
        liked = message(stand, comment).is_liked
        return liked if act is Act.LIKE else contact.blocked_at is not None


@pytest.mark.parametrize(
    ("who", "act", "refusal"),
    [
        ("Ben", Act.DELETE, Forbidden),
        ("Ben", Act.BLOCK, Forbidden),
        ("Vera", Act.HIDE, Forbidden),
        ("Mallory", Act.LIKE, NotFound),
        ("Dan", Act.HIDE, NotFound),
        ("Ada", Act.UNHIDE, Conflict),
    ],
)
def test_who_may_do_what(sqlite_stand: Stand, who: str, act: Act, refusal: type[Exception]) -> None:
    _, comment = start(sqlite_stand)

    with pytest.raises(refusal):
        ask(sqlite_stand, comment, act, who)
    sqlite_stand.act()

    assert did(sqlite_stand) == []


def test_one_thing_at_a_time_and_taken_back_before_it_began(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    _, comment = start(stand)
    first = ask(stand, comment, Act.HIDE)
    with pytest.raises(Conflict):
        ask(stand, comment, Act.LIKE)

    with stand.database.writing() as db:
        actions.undo(db, stand.actor("Cleo"), first, stand.now)
    stand.act()

    assert (row(stand, first).state, did(stand)) == (ActionState.UNDONE, [])


def test_what_the_platform_told_first_is_the_same(stand: Stand) -> None:
    with pushing(stand):
        channel = stand.connect(stand.page(PAGE))
        comment = stand.comment(stand.post(PAGE), "Kaisa Virtanen", "Törkeää.")
        hear(stand)
        hidden = ask(stand, comment, Act.HIDE)
        stand.platform.post(f"comments/{comment}/hide")
        hear(stand)
        stand.act()
        hear(stand)

    assert (row(stand, hidden).state, did(stand)) == (ActionState.DONE, [])
    assert message(stand, comment).hidden_at is not None and channel


def test_what_the_platform_does_not_allow_is_said_beforehand(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    page = stand.page()
    given = {"page": page, "name": "Veera Vire", "message": "Kauppa on hyvä."}
    mention = str(stand.platform.post("mentions", **given)["id"])
    visitor = str(stand.platform.post("visitor-posts", **given)["id"])
    stand.read(stand.connect(page))

    for found, act in ((mention, Act.DELETE), (mention, Act.HIDE), (visitor, Act.HIDE)):
        with pytest.raises(Invalid):
            ask(stand, found, act)
    deleted = ask(stand, visitor, Act.DELETE)
    stand.act()

    assert (row(stand, deleted).state, did(stand)) == (ActionState.DONE, ["delete_post"])


@pytest.mark.parametrize(
    ("act", "path"), [(Act.HIDE, "comment"), (Act.DELETE, "comment"), (Act.LIKE, "likes"),
                      (Act.BLOCK, "moderate")]
)  # fmt: skip
@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
def test_without_an_answer_it_is_looked_at_and_done_once(
    sqlite_stand: Stand, act: Act, path: str, kind: str
) -> None:
    unanswered(sqlite_stand, act, path, kind)


def unanswered(stand: Stand, act: Act, path: str, kind: str) -> None:
    """Nothing is done twice but what changes nothing the second time."""
    _, comment = start(stand)
    faulty(stand, kind=kind, seconds=0, method="write", path=path, count=1)
    asked = ask(stand, comment, act)
    stand.act()
    assert row(stand, asked).state is ActionState.UNKNOWN

    found = settle(stand, asked)

    again = kind == "timeout_before" or act is Act.BLOCK
    assert (found.state, found.attempts) == (ActionState.DONE, 2 if again else 1)
    assert len(did(stand)) == (2 if again and kind == "timeout_after" else 1)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(50))
@pytest.mark.parametrize("act", [Act.HIDE, Act.DELETE, Act.LIKE, Act.BLOCK])
def test_no_unknown_outcome_of_many_is_done_twice(
    sqlite_stand: Stand, act: Act, number: int
) -> None:
    path = {Act.LIKE: "likes", Act.BLOCK: "moderate"}.get(act, "comment")
    unanswered(sqlite_stand, act, path, ("timeout_before", "timeout_after")[number % 2])


def test_unknown_twice_waits_for_a_person(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    _, comment = start(stand)
    faulty(stand, kind="timeout_before", seconds=0, method="write", path="comment")
    asked = ask(stand, comment, Act.HIDE)
    stand.act()

    found = settle(stand, asked)

    assert (found.state, found.reason) == (ActionState.NEEDS_PERSON, "twice")


def test_a_reading_that_fails_never_leads_to_doing_it_again(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    _, comment = start(stand)
    faulty(stand, kind="timeout_after", seconds=0, method="write", path="comment", count=1)
    asked = ask(stand, comment, Act.HIDE)
    stand.act()
    faulty(stand, kind="html", method="read")

    found = settle(stand, asked)

    assert (found.state, found.reason) == (ActionState.NEEDS_PERSON, "unreadable")
    assert did(stand) == ["hide"]


def test_a_broken_token_stops_the_channel_and_keeps_what_is_to_be_done(
    sqlite_stand: Stand,
) -> None:
    stand = sqlite_stand
    _, comment = start(stand)
    faulty(stand, kind="token")
    asked = ask(stand, comment, Act.HIDE)
    stand.act()
    assert row(stand, asked).state is ActionState.QUEUED
    assert stand.channel(1).state is ChannelState.FROZEN

    stand.platform.delete("faults")
    stand.connect("900")
    stand.act()

    assert row(stand, asked).state is ActionState.DONE


def test_a_limit_is_waited_for_and_a_block_stops_sending(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    _, comment = start(stand)
    faulty(stand, kind="error", code=4, method="write", count=1)
    asked = ask(stand, comment, Act.HIDE)
    stand.act()
    assert row(stand, asked).state is ActionState.QUEUED
    faulty(stand, kind="error", code=368, method="write", count=1)

    found = settle(stand, asked)

    assert (found.state, found.reason) == (ActionState.FAILED, "policy")
    assert stand.channel(1).is_blocked


def test_a_comment_that_is_gone_cannot_be_hidden(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    _, comment = start(stand)
    stand.platform.post(f"comments/{comment}/delete")
    asked = ask(stand, comment, Act.HIDE)
    stand.act()

    found = settle(stand, asked)

    assert (found.state, found.reason, did(stand)) == (ActionState.FAILED, "gone", [])
