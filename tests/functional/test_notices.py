"""Who is told of what, and when nobody has to look any more; on both databases."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.channels.models import Channel
from app.inbox import conversations
from app.notices import choices, notices, queries
from app.notices.choices import Choice, Choices
from app.notices.models import Kind, MailState, Notice
from app.notices.notices import About
from app.replies import outbox, resolving, saving, submitting
from app.replies.models import OutboxItem, OutboxState
from app.replies.resolving import Verdict
from tests import answers, people
from tests.stand import Stand

WAITS, RETURNED = Kind.DRAFT_WAITS, Kind.DRAFT_RETURNED


def unread(stand: Stand, who: str) -> list[Kind]:
    with stand.database.reading() as db:
        mine = queries.mine(db, stand.actor(who), stand.now)
        assert queries.count(db, stand.actor(who), stand.now).unread == len(
            [n for n in mine if n.read_at is None]
        )
        return [n.kind for n in mine if n.read_at is None]


def test_approvers_are_told_that_an_answer_waits_and_its_writer_is_not(stand: Stand) -> None:
    about, _ = answers.ask(stand)

    made = answers.submit(stand, about, "Cleo")

    told = answers.told(stand, WAITS)
    assert set(told) == {"Ada"}
    assert (told["Ada"].about, told["Ada"].conversation_id) == (f"draft:{made}", about)
    assert told["Ada"].by_id == stand.actor("Cleo").member_id


def test_asking_again_does_not_tell_twice(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    made = answers.submit(stand, about)
    before = answers.told(stand, WAITS)
    stand.advance(60)

    with stand.database.writing() as db:
        submitting.submit(
            db,
            stand.actor("Ben"),
            made,
            text="Hei!",
            question="",
            version=None,
            turn_ids=[answers.turn(stand, about).id],
            now=stand.now,
        )

    after = answers.told(stand, WAITS)
    assert {n: x.id for n, x in after.items()} == {n: x.id for n, x in before.items()}
    assert after["Ada"].at > before["Ada"].at


@pytest.mark.parametrize("ending", ["approve", "send-back", "withdraw", "discard"])
def test_what_is_decided_waits_for_nobody(stand: Stand, ending: str) -> None:
    about, _ = answers.ask(stand)
    made = answers.submit(stand, about)
    assert set(answers.told(stand, WAITS)) == {"Ada", "Cleo"}

    with stand.database.writing() as db:
        ben = stand.actor("Ben")
        if ending == "withdraw":
            submitting.withdraw(db, ben, made, stand.now)
        elif ending == "discard":
            saving.discard(db, ben, made, stand.now)
    if ending == "approve":
        answers.approve(stand, made)
    elif ending == "send-back":
        answers.send_back(stand, made)

    assert answers.told(stand, WAITS) == {}
    assert {n.mail for n in answers.told(stand, WAITS, is_unread=False).values()} == {
        MailState.NONE
    }


def test_the_writer_is_told_that_an_answer_came_back_until_it_goes_out_again(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    made = answers.submit(stand, about)
    answers.send_back(stand, made)
    told = answers.told(stand, RETURNED)
    assert set(told) == {"Ben"} and told["Ben"].by_id == stand.actor("Ada").member_id

    with stand.database.writing() as db:
        submitting.submit(
            db,
            stand.actor("Ben"),
            made,
            text="Hei, lyhyemmin.",
            question="",
            turn_ids=[answers.turn(stand, about).id],
            version=None,
            now=stand.now,
        )

    assert answers.told(stand, RETURNED) == {}
    assert set(answers.told(stand, WAITS)) == {"Ada", "Cleo"}


def test_undoing_an_approval_tells_the_other_approvers_that_it_waits_again(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    sent = answers.approve(stand, answers.submit(stand, about))

    with stand.database.writing() as db:
        outbox.undo(db, stand.actor("Ada"), sent, stand.now)

    assert set(answers.told(stand, WAITS)) == {"Cleo"}


def test_who_is_given_a_conversation_is_told_and_who_takes_it_is_not(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    sam = stand.actor("Sam").member_id
    assert sam is not None

    with stand.database.writing() as db:
        conversations.hand_over(db, stand.actor("Ben"), about, sam, "", stand.now)
    assert set(answers.told(stand, Kind.ASSIGNED)) == {"Sam"}

    with stand.database.writing() as db:
        conversations.claim(db, stand.actor("Ada"), about, stand.now)
    assert answers.told(stand, Kind.ASSIGNED) == {}


def end(stand: Stand, state: OutboxState, reason: str = "") -> OutboxItem:
    """An approved answer of Ben's that ended so."""
    about, comment = answers.ask(stand)
    sent = answers.approve(stand, answers.submit(stand, about))
    stand.advance(11)
    if state is OutboxState.STOPPED:
        stand.comment(comment, "Kaisa Virtanen", "Ei enää tarvitse.")
    elif state is OutboxState.FAILED:
        stand.platform.post(f"comments/{comment}/delete")
    for _ in range(8):
        stand.deliver()
        stand.advance(30)
    found = answers.item(stand, sent)
    assert found.state is state, found.state
    return found


def test_an_answer_that_was_stopped_is_told_to_its_writer_and_waits_again(stand: Stand) -> None:
    item = end(stand, OutboxState.STOPPED)

    told = answers.told(stand, Kind.REPLY_TROUBLE)
    assert set(told) == {"Ben"}
    assert (told["Ben"].about, told["Ben"].detail) == (f"outbox:{item.id}", "stopped")
    assert set(answers.told(stand, WAITS)) == {"Ada", "Cleo"}


def test_an_answer_that_failed_is_told_to_its_writer(stand: Stand) -> None:
    end(stand, OutboxState.FAILED)

    told = answers.told(stand, Kind.REPLY_TROUBLE)
    assert {n: x.detail for n, x in told.items()} == {"Ben": "failed"}


@pytest.mark.parametrize(
    ("verdict", "after"),
    [(Verdict.THERE, {}), (Verdict.SEND_AGAIN, {}), (Verdict.LEAVE, {"Ben": "failed"})],
)
def test_where_nobody_knows_who_can_settle_it_is_told_too(
    stand: Stand, verdict: Verdict, after: dict[str, str]
) -> None:
    about, _ = answers.ask(stand)
    sent = answers.approve(stand, answers.submit(stand, about))
    unsettle(stand, sent)
    told = answers.told(stand, Kind.REPLY_TROUBLE)
    assert {n: x.detail for n, x in told.items()} == dict.fromkeys(
        ("Ben", "Ada", "Cleo"), "needs-person"
    )

    with stand.database.writing() as db:
        resolving.resolve(
            db, stand.actor("Cleo"), sent, verdict, stand.running.promises(), stand.now
        )

    told = answers.told(stand, Kind.REPLY_TROUBLE)
    assert {n: x.detail for n, x in told.items()} == after


def unsettle(stand: Stand, item_id: int) -> None:
    """The platform gives no answer and cannot be read."""
    stand.platform.post("faults", kind="timeout_after", seconds=0, method="write", count=1)
    stand.advance(11)
    stand.deliver()
    stand.platform.post("faults", kind="html", method="read")
    for _ in range(12):
        stand.advance(30)
        stand.deliver()
    assert answers.item(stand, item_id).state is OutboxState.NEEDS_PERSON


def test_admins_and_owners_are_told_of_a_channel_that_refuses_us(stand: Stand) -> None:
    answers.ask(stand)
    stand.platform.post("faults", kind="token")
    stand.advance(300)
    (channel,) = {c.channel_id for c in stand.conversations()}
    assert not stand.read(channel)

    told = answers.told(stand, Kind.CHANNEL_FROZEN)
    assert set(told) == {"Ada", "Dan"}
    assert unread(stand, "Dan") == [Kind.CHANNEL_FROZEN]


def tell(stand: Stand, kind: Kind, number: int, who: str = "Ada", **more: Any) -> None:
    with stand.database.writing() as db:
        notices.tell(
            db,
            [stand.actor(who).member_id or 0],
            kind,
            About(f"thing:{number}", *channel_of(stand)),
            stand.now,
            **more,
        )


def channel_of(stand: Stand) -> tuple[int]:
    with stand.database.reading() as db:
        found = db.query(Channel).first()
    return (found.id if found else 0,)


def test_one_list_a_person_and_nobody_elses(stand: Stand) -> None:
    answers.ask(stand)
    tell(stand, Kind.ASSIGNED, 1, "Ada")
    tell(stand, Kind.ASSIGNED, 2, "Ben")

    with stand.database.reading() as db:
        (mine,) = queries.mine(db, stand.actor("Ada"), stand.now)
        (bens,) = queries.mine(db, stand.actor("Ben"), stand.now)
        assert (mine.about, bens.about) == ("thing:1", "thing:2")
        with pytest.raises(Exception, match="nothing here"):
            queries.get(db, stand.actor("Ada"), bens.id, stand.now)


def test_reading_one_kind_or_all(stand: Stand) -> None:
    answers.ask(stand)
    tell(stand, Kind.ASSIGNED, 1)
    tell(stand, Kind.MENTIONED, 2)
    tell(stand, Kind.MENTIONED, 3)

    with stand.database.writing() as db:
        queries.mark_read(db, stand.actor("Ben"), stand.now)
    assert len(unread(stand, "Ada")) == 3
    with stand.database.writing() as db:
        queries.mark_read(db, stand.actor("Ada"), stand.now, kind=Kind.MENTIONED)
    assert unread(stand, "Ada") == [Kind.ASSIGNED]
    with stand.database.writing() as db:
        queries.mark_read(db, stand.actor("Ada"), stand.now)
    assert unread(stand, "Ada") == []


def test_the_mark_changes_with_the_list(stand: Stand) -> None:
    answers.ask(stand)
    marks = []
    for act in (
        lambda: None,
        lambda: tell(stand, Kind.ASSIGNED, 1),
        lambda: tell(stand, Kind.ASSIGNED, 2),
        lambda: read_newest(stand),
    ):
        act()
        with stand.database.reading() as db:
            marks.append(queries.count(db, stand.actor("Ada"), stand.now).mark)

    assert all(before != after for before, after in itertools.pairwise(marks))


def read_newest(stand: Stand) -> None:
    with stand.database.writing() as db:
        newest = queries.mine(db, stand.actor("Ada"), stand.now)[0]
        queries.mark_read(db, stand.actor("Ada"), stand.now, id=newest.id)


def test_ten_of_one_kind_at_once_are_one_line(stand: Stand) -> None:
    answers.ask(stand)
    tell(stand, Kind.DRAFT_WAITS, 1)
    stand.advance(7200)
    tell(stand, Kind.ASSIGNED, 2)
    for number in range(10, 19):
        tell(stand, Kind.DRAFT_WAITS, number)
    assert lines(stand) == [("draft-waits", 1)] * 9 + [("assigned", 1), ("draft-waits", 1)]

    tell(stand, Kind.DRAFT_WAITS, 19)
    assert lines(stand) == [("draft-waits", 10), ("assigned", 1), ("draft-waits", 1)]


def lines(stand: Stand) -> list[tuple[str, int]]:
    with stand.database.reading() as db:
        mine = queries.mine(db, stand.actor("Ada"), stand.now)
        return [(x.newest.kind.value, x.count) for x in queries.lines(mine)]


def test_what_lies_on_a_channel_one_may_not_read_any_more_is_not_shown(stand: Stand) -> None:
    answers.ask(stand)
    (channel,) = channel_of(stand)
    people.give(
        stand, "Mallory", Role.APPROVER, channel_id=channel, until=stand.now + timedelta(hours=1)
    )
    tell(stand, Kind.DRAFT_WAITS, 1, "Mallory")
    tell(stand, Kind.MENTIONED, 2, "Mallory")
    assert len(unread(stand, "Mallory")) == 2

    stand.advance(3600)

    assert unread(stand, "Mallory") == []


@pytest.mark.parametrize(
    ("choice", "listed", "mail"),
    [
        (Choice(True, True), True, MailState.WAITS),
        (Choice(True, False), True, MailState.NONE),
        (Choice(False, True), False, MailState.WAITS),
    ],
)
def test_each_kind_goes_where_its_reader_wants_it(
    stand: Stand, choice: Choice, listed: bool, mail: MailState
) -> None:
    answers.ask(stand)
    choose(stand, {Kind.MENTIONED: choice})

    tell(stand, Kind.MENTIONED, 1)

    found = answers.told(stand, Kind.MENTIONED)["Ada"]
    assert (found.is_listed, found.mail) == (listed, mail)
    assert bool(unread(stand, "Ada")) == listed


def test_what_is_wanted_nowhere_is_not_kept(stand: Stand) -> None:
    answers.ask(stand)
    choose(stand, {Kind.MENTIONED: Choice(False, False)})

    tell(stand, Kind.MENTIONED, 1)
    tell(stand, Kind.ASSIGNED, 2)

    assert answers.told(stand, Kind.MENTIONED) == {}
    assert unread(stand, "Ada") == [Kind.ASSIGNED]


def choose(stand: Stand, kinds: dict[Kind, Choice], who: str = "Ada", **more: Any) -> None:
    with stand.database.writing() as db:
        choices.choose(db, stand.actor(who), Choices(kinds, **more))


def test_old_notices_are_forgotten_when_they_were_read(stand: Stand) -> None:
    answers.ask(stand)
    tell(stand, Kind.ASSIGNED, 1)
    with stand.database.writing() as db:
        queries.mark_read(db, stand.actor("Ada"), stand.now)
    tell(stand, Kind.ASSIGNED, 2)

    def left(days: int) -> list[str]:
        with stand.database.writing() as db:
            notices.forget(db, stand.now + timedelta(days=days))
            return [n.about for n in db.query(Notice).order_by(Notice.id)]

    assert left(89) == ["thing:1", "thing:2"]
    assert left(91) == ["thing:2"]
    assert left(366) == []
