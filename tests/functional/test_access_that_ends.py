"""Tokens that end, people who take their access back, and the warnings before it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.channels import deadlines
from app.channels.adapters.meta import signed_request
from app.channels.duty_models import Deletion, Grantor
from app.channels.models import ChannelState
from app.credentials.models import ChannelToken
from app.factory import create_app
from app.jobs import topics
from app.notices.models import Kind, Notice
from app.practice.login.callbacks import signed_request as signed
from app.practice.login.staff import OWNER_ID
from tests import answers
from tests.stand import Stand

# PLATFORM_FACTS 14, made with openssl 3: secret "app-secret-for-tests", user 218471.
VECTOR = (
    "-W4bAk7keLvn6Z9A3A1azXu357plo6QQeXIryjfzPgw."
    "eyJ1c2VyX2lkIjoiMjE4NDcxIiwiYWxnb3JpdGhtIjoiSE1BQy1TSEEyNTYiLCJpc3N1ZWRfYXQiOjE3OTAwMDAwMDB9"
)
SECRET = "app-secret-for-tests"


def test_the_signed_request_of_the_vector_is_read() -> None:
    assert signed_request.user_of(VECTOR, SECRET) == "218471"


@pytest.mark.parametrize(
    "text",
    ["", ".", VECTOR[:-1], "A" + VECTOR[1:], VECTOR + "=", VECTOR.replace(".", ""), "ä.ö", "a." * 9000,
     signed("another", "218471", 1)],
)  # fmt: skip
def test_nothing_else_is_taken_for_one(text: str) -> None:
    assert signed_request.user_of(text, SECRET) is None
    assert signed_request.user_of(VECTOR, "") is None


def connected(stand: Stand) -> int:
    channel_id = stand.connect(stand.page())
    topics.housekeeping(stand.running)
    return channel_id


def callback(stand: Stand, path: str, text: str) -> tuple[int, str]:
    answer = create_app(stand.running).test_client().post(path, data={"signed_request": text})
    return answer.status_code, answer.text


def test_once_a_day_each_token_is_tried_and_a_dead_one_is_told(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    channel_id = connected(stand)
    first = stand.channel(channel_id).checked_at
    stand.platform.post("faults", kind="token", subcode=460)

    stand.advance(3600)
    topics.housekeeping(stand.running)
    assert stand.channel(channel_id).state is ChannelState.CONNECTED
    stand.advance(23 * 3600 + 1)
    topics.housekeeping(stand.running)

    after = stand.channel(channel_id)
    assert (after.state, after.checked_at) == (ChannelState.FROZEN, first)
    assert after.frozen_reason.startswith("token 190.460")
    assert set(answers.told(stand, Kind.CHANNEL_FROZEN)) >= {"Ada", "Dan"}


def test_what_cannot_be_asked_now_is_asked_in_an_hour(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    channel_id = connected(stand)
    first = stand.channel(channel_id).checked_at
    stand.advance(24 * 3600 + 1)
    stand.platform.post("faults", kind="error", code=4, count=1)
    probing = topics.probing(stand.running)

    probing.run()
    stand.advance(60)
    probing.run()
    assert stand.channel(channel_id).checked_at == first
    stand.advance(3600)
    probing.run()

    after = stand.channel(channel_id)
    assert after.checked_at is not None and first is not None and after.checked_at > first
    assert after.state is ChannelState.CONNECTED


def test_warnings_come_at_their_days_once_to_two_people_and_only_for_given_dates(
    stand: Stand,
) -> None:
    channel_id = connected(stand)
    with stand.database.reading() as db:
        found = {d.key: d.due_at for d in deadlines.of_channel(db, channel_id)}
    assert list(found) == [f"data-access:{channel_id}"], "a Page token has no end date"
    told = []

    for day in range(92):
        with stand.database.writing() as db:
            deadlines.warn(db, stand.now)
        with stand.database.reading() as db:
            mine = db.scalars(select(Notice).where(Notice.kind == Kind.RUNS_OUT)).all()
            told += [(day, len(mine), mine[0].detail)] if mine else []
        with stand.database.writing() as db:
            db.query(Notice).delete()
        stand.advance(86400)

    assert [(count, detail) for _, count, detail in told] == [
        (2, "14"), (2, "7"), (2, "3"), (2, "1"), (2, "0"),
    ]  # fmt: skip


def test_the_yearly_renewal_is_told_at_sixty_thirty_fourteen_and_seven(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    with stand.database.writing() as db:
        day = stand.now + timedelta(days=61)
        deadlines.set_renewal(db, stand.actor("Dan"), day, stand.now)
        deadlines.put(db, deadlines.RENEWAL, stand.now + timedelta(days=5))
    told = []

    for _ in range(62):
        with stand.database.writing() as db:
            deadlines.warn(db, stand.now)
            told += [n.detail for n in db.query(Notice).where(Notice.member_id == 1)]
            db.query(Notice).delete()
        stand.advance(86400)

    assert told == ["60", "30", "14", "7", "0"]


def test_who_removes_the_app_stops_the_channels_they_let_in(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    channel_id = connected(stand)
    secret = stand.running.platforms.meta_app_secret

    assert callback(stand, "/webhooks/meta/deauthorize", signed("wrong", OWNER_ID, 1))[0] == 403
    assert callback(stand, "/webhooks/meta/deauthorize", signed(secret, "12345", 1))[0] == 200
    assert stand.channel(channel_id).state is ChannelState.CONNECTED
    assert callback(stand, "/webhooks/meta/deauthorize", signed(secret, OWNER_ID, 1))[0] == 200

    assert stand.channel(channel_id).frozen_reason == "token removed"


def test_a_deletion_forgets_the_profile_and_its_tokens_and_says_so(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    channel_id = connected(stand)
    secret = stand.running.platforms.meta_app_secret
    stand.comment(stand.post("900"), "Kaisa", "Missä tilaus?")
    stand.read(channel_id)

    status, body = callback(stand, "/webhooks/meta/deletion", signed(secret, OWNER_ID, 1))

    assert status == 200 and "confirmation_code" in body
    with stand.database.reading() as db:
        code = db.scalars(select(Deletion.code)).one()
        assert db.query(ChannelToken).count() == 0
        assert db.get_one(Grantor, channel_id).user_id == ""
    assert f"/data-deletion/{code}" in body
    client = create_app(stand.running).test_client()
    page = client.get(f"/data-deletion/{code}").text
    assert "was deleted" in page and "access to one channel" in page and code in page
    for nothing in ("nothing", "%00", code + "%00", "0" * 16):
        assert client.get(f"/data-deletion/{nothing}").status_code == 404
    assert client.get("/privacy").status_code == 200
    assert len(stand.messages()) == 1, "what customers wrote stays"
    assert stand.channel(channel_id).state is ChannelState.FROZEN
