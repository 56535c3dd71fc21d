"""X, read and pushed: what concerns us comes in once, split by person, and is answered there."""

from sqlalchemy import select

from app.channels.models import Act, ChannelState, Kind, Source
from app.factory import create_app
from app.inbox.models import EventState, Post, RawEvent, RefusedDelivery
from tests.functional.tweeting import (
    NAME,
    US,
    account,
    connect,
    hear,
    post,
    pushing,
    shown,
    write,
)
from tests.stand import Stand

SIGNATURE = "x-twitter-webhooks-signature"


def test_a_strangers_thread_splits_by_customer_and_our_own_root_is_context(stand: Stand) -> None:
    ours = account(stand)
    channel = connect(stand, ours)
    own = post(stand, US, "Talvikengät tulivat.")
    first = post(stand, NAME, f"@{US} milloin?", reply_to=own)
    other = post(stand, "Antti", "Sama täällä.", reply_to=own)
    strange = post(stand, "Outi", f"Onko @{US} auki?")
    also = post(stand, "Petri", f"@{US} kerro minullekin", reply_to=strange)
    again = post(stand, "Outi", f"Huhuu @{US}", reply_to=strange)
    native = post(stand, US, "Huomenna!", reply_to=first)
    write(stand, ours, "Voinko vaihtaa?")

    assert stand.read(channel)

    names = {"Kaisa": first, "Antti": other, "Outi": strange, "Petri": also}
    found = shown(stand)
    assert sorted(map(sorted, found.values())) == sorted(
        map(
            sorted,
            [
                [f"@{US} milloin?", "→ Huomenna!"],
                [f"@{US} Sama täällä."],
                [f"Onko @{US} auki?", f"Huhuu @{US}"],
                [f"@Outi @{US} kerro minullekin"],
                ["Voinko vaihtaa?"],
            ],
        )
    )
    assert {k.partition(":")[0] for k in found} == {own, strange, "dm"}
    with stand.database.reading() as db:
        assert [(p.external_id, p.text) for p in db.scalars(select(Post)) if p.text] == [
            (own, "Talvikengät tulivat.")
        ]
    by_id = {m.external_id: m for m in stand.messages()}
    assert by_id[strange].kind is Kind.MENTION and by_id[first].kind is None
    assert Act.REPLY.value in (by_id[first].abilities or "")
    assert by_id[native].is_ours and again in by_id and names


def test_what_is_pushed_is_what_is_read(stand: Stand) -> None:
    with pushing(stand):
        ours = account(stand)
        channel = connect(stand, ours)
        own = post(stand, US, "Talvikengät tulivat.")
        first = post(stand, NAME, f"@{US} milloin?", reply_to=own)
        post(stand, "Outi", "Hieno!", quote=own)
        write(stand, ours, "Voinko vaihtaa?")
        write(stand, ours, "Voit.", as_="account")
        hear(stand)
        pushed = shown(stand)
        assert len(pushed) == 3

        assert stand.read(channel)
        assert shown(stand) == pushed

        stand.advance(10)
        stand.platform.post(f"x/posts/{first}/delete")
        hear(stand)
    assert "gone" in [words for talk in shown(stand).values() for words in talk]
    assert Kind.QUOTE in {m.kind for m in stand.messages()}


def test_a_delivery_that_is_not_signed_by_x_leaves_time_address_and_length(
    sqlite_stand: Stand,
) -> None:
    client = create_app(sqlite_stand.running).test_client()
    body = b'{"data": {"event_type": "post.delete"}}'

    answer = client.post("/webhooks/x", data=body, headers={SIGNATURE: "sha256=forged"})

    assert answer.status_code == 403
    assert client.post("/webhooks/x", data=body).status_code == 403
    with sqlite_stand.database.reading() as db:
        assert [r.length for r in db.scalars(select(RefusedDelivery))] == [len(body)] * 2
        assert not db.scalars(select(RawEvent)).all()
    assert client.get("/webhooks/x").status_code == 403
    assert b"sha256=" in client.get("/webhooks/x?crc_token=abc").data


def test_access_taken_away_there_stops_the_channel_and_an_old_word_of_it_does_not(
    sqlite_stand: Stand,
) -> None:
    stand = sqlite_stand
    with pushing(stand):
        ours = account(stand)
        channel = connect(stand, ours)
        stand.advance(5)
        stand.platform.post(f"x/accounts/{ours}/revoke")
        hear(stand)
        assert stand.channel(channel).state is ChannelState.FROZEN
        stand.advance(60)
        connect(stand, ours)
    with stand.database.writing() as db:
        for event in db.scalars(select(RawEvent).where(RawEvent.source == Source.WEBHOOK)):
            event.state = EventState.NEW
    stand.take_in()

    assert stand.channel(channel).state is ChannelState.CONNECTED


def test_a_reply_without_our_name_is_found_within_the_hour_and_cannot_be_answered_here(
    sqlite_stand: Stand,
) -> None:
    stand = sqlite_stand
    ours = account(stand)
    channel = connect(stand, ours)
    own = post(stand, US, "Talvikengät tulivat.")
    assert stand.read(channel)
    stand.advance(3601)
    reply = {
        "id": str(int(own) + 10**9), "author": "Outi", "text": "Hieno!", "reply_to": own,
        "created": int(stand.now.timestamp() * 1000),
    }  # fmt: skip
    stand.platform.post("x/import", posts=[reply])

    assert stand.read(channel)

    (found,) = stand.messages()
    assert found.text == "Hieno!" and Act.HIDE.value in (found.abilities or "")
    assert Act.REPLY.value not in (found.abilities or "").split(",")
