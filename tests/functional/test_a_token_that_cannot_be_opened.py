"""A channel whose stored token cannot be opened stands still by itself and stops no other one."""

from sqlalchemy import select, update

from app.channels.models import ChannelState
from app.credentials.models import ChannelToken
from app.notices.models import Kind, Notice
from app.replies.models import OutboxItem, OutboxState
from tests.functional.test_answering import approve, draft, item
from tests.stand import Stand


def asked(stand: Stand, page: str) -> tuple[int, int]:
    """A page on which a customer waits; the channel and the conversation."""
    stand.page(page)
    stand.comment(stand.post(page), "Kaisa Virtanen", "Missä pakettini on?")
    channel = stand.connect(page)
    assert stand.read(channel)
    return channel, stand.conversations()[-1].id


def damage(stand: Stand, channel: int) -> None:
    with stand.database.writing() as db:
        theirs = update(ChannelToken).where(ChannelToken.channel_id == channel)
        db.execute(theirs.values(sealed=b"damaged"))


def answer(stand: Stand, conversation: int) -> int:
    return approve(stand, draft(stand, conversation))


def test_what_waits_there_is_kept_and_the_other_page_s_answer_goes_out(
    sqlite_stand: Stand,
) -> None:
    broken, first = asked(sqlite_stand, "900")
    _, second = asked(sqlite_stand, "901")
    kept, sent = answer(sqlite_stand, first), answer(sqlite_stand, second)
    damage(sqlite_stand, broken)
    sqlite_stand.advance(11)

    sqlite_stand.deliver()

    assert item(sqlite_stand, sent).state is OutboxState.SENT
    assert item(sqlite_stand, kept).state is OutboxState.QUEUED
    assert sqlite_stand.channel(broken).state is ChannelState.FROZEN
    with sqlite_stand.database.reading() as db:
        assert set(db.scalars(select(Notice.kind))) >= {Kind.CHANNEL_FROZEN}


def test_reading_such_a_channel_stops_it_too(sqlite_stand: Stand) -> None:
    broken, _ = asked(sqlite_stand, "900")
    damage(sqlite_stand, broken)

    assert not sqlite_stand.read(broken)

    channel = sqlite_stand.channel(broken)
    assert (channel.state, channel.frozen_reason) == (ChannelState.FROZEN, "token unreadable")


def test_what_cannot_be_read_back_without_it_waits_for_a_person(sqlite_stand: Stand) -> None:
    broken, first = asked(sqlite_stand, "900")
    sent = answer(sqlite_stand, first)
    sqlite_stand.advance(11)
    sqlite_stand.platform.post("faults", kind="timeout_after", seconds=0, method="write", count=1)
    sqlite_stand.deliver()
    damage(sqlite_stand, broken)

    for _ in range(12):
        sqlite_stand.advance(11)
        sqlite_stand.deliver()

    row: OutboxItem = item(sqlite_stand, sent)
    assert (row.state, row.reason) == (OutboxState.NEEDS_PERSON, "unreadable")
