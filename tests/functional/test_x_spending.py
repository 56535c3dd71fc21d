"""What X costs: counted as X counts, said at four fifths, stopped at the ceiling."""

import pytest

from app.channels import spending
from app.channels.models import Channel, Platform
from app.credentials.tokens import secret
from app.foundation.errors import Forbidden, Invalid
from app.notices.models import Kind
from app.replies.models import OutboxState
from tests import answers
from tests.functional.test_x_answering import answer, asked, settle
from tests.functional.tweeting import (
    NAME,
    US,
    account,
    connect,
    hear,
    pair,
    post,
    pushing,
    shown,
    write,
)
from tests.stand import Stand


def spent(stand: Stand) -> spending.Spent:
    with stand.database.reading() as db:
        return spending.spent(db, 1, stand.now)


def set_ceiling(stand: Stand, cents: int, who: str = "Ada") -> None:
    with stand.database.writing() as db:
        channel = db.get_one(Channel, 1)
        spending.set_ceiling(db, stand.actor(who), channel, cents, stand.now)


def test_the_meter_counts_what_the_platform_counts(stand: Stand) -> None:
    ours = account(stand)
    channel = connect(stand, ours)
    own = post(stand, US, "Talvikengät tulivat.")
    for number in range(30):
        post(stand, NAME, f"@{US} missä {number}", reply_to=own)
        write(stand, ours, f"Viesti {number}")
    post(stand, "Outi", "Hieno!", quote=own)
    for _ in range(2):
        assert stand.read(channel)
        stand.advance(4000)
    conversation = next(c.id for c in stand.conversations() if c.audience.value == "public")
    settle(stand, answer(stand, conversation))

    there = round(stand.platform.get("x/meter")["total"] * 1_000_000)

    assert spent(stand).micros == there > 300_000


def test_at_four_fifths_people_are_told_and_at_the_ceiling_it_stops(stand: Stand) -> None:
    with pushing(stand):
        conversation, ours = asked(stand, in_private=True)
        set_ceiling(stand, 10)
        for number in range(7):
            write(stand, ours, f"ja {number}")
        stand.advance(400)
        assert stand.read(1)
        told = answers.told(stand, Kind.CHANNEL_FROZEN)
        assert {n: t.detail for n, t in told.items()} == {"Ada": "spending", "Dan": "spending"}

        for number in range(4):
            write(stand, ours, f"vielä {number}")
        stand.advance(400)
        assert not stand.read(1)
        assert spent(stand).is_stopped
        told = answers.told(stand, Kind.CHANNEL_FROZEN)
        assert {t.detail for t in told.values()} == {"ceiling"}
        sent = answer(stand, conversation)
        assert settle(stand, sent, 60).state is OutboxState.QUEUED

        post(stand, "Outi", f"@{US} auki?")
        hear(stand)
        assert [f"@{US} auki?"] in shown(stand).values()

        set_ceiling(stand, 500)
        assert answers.told(stand, Kind.CHANNEL_FROZEN) == {}
        stand.advance(5)
        assert stand.read(1)
        assert settle(stand, sent).state is OutboxState.SENT


def test_a_new_month_begins_anew(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    ours = account(stand)
    channel = connect(stand, ours)
    set_ceiling(stand, 1)
    for number in range(12):
        post(stand, NAME, f"@{US} {number}")
    assert stand.read(channel) is False

    stand.advance(31 * 86400)
    connect(stand, ours)

    assert not spent(stand).is_stopped and spent(stand).cents == 0
    assert stand.read(channel)


def test_the_ceiling_is_an_owners_word(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    connect(stand)
    for who in ("Ben", "Cleo", "Dan", "Mallory"):
        with pytest.raises(Forbidden):
            set_ceiling(stand, 100, who)
    for cents in (0, -1, 10**9):
        with pytest.raises(Invalid):
            set_ceiling(stand, cents)


def test_a_month_is_estimated_before_anything_is_connected(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    ours = account(stand)
    long_ago = post(stand, NAME, f"@{US} kauan sitten")
    stand.advance(40 * 86400)
    for number in range(9):
        write(stand, ours, f"Viesti {number}")
    asked_there = post(stand, NAME, f"@{US} missä?")
    post(stand, US, "Katso https://riekko.fi/1", reply_to=asked_there)
    token = secret(pair(stand, ours))

    found = spending.estimate(stand.running.platforms.adapter(Platform.X, ours, token))

    assert long_ago and found == 9 + 20
    assert stand.conversations() == []
