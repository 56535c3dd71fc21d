"""Channels' tokens: sealed, bound to their channel, kind and version, never in clear."""

import sqlite3

import pytest
from sqlalchemy import select, text

from app.credentials.models import ChannelToken
from app.credentials.tokens import secret
from app.foundation.errors import NotFound
from app.inbox.models import RefusedDelivery
from tests.desks import Desk
from vault.errors import TokenRefused

TOKEN = "EAA-canary-token-9e1f"


def store(desk: Desk, channel: int, token: str = TOKEN, kind: str = "page") -> int:
    with desk.database.writing() as db:
        return desk.running.keys.tokens.store(db, channel, secret(token), desk.now, kind)


def opened(desk: Desk, channel: int, kind: str = "page") -> str:
    with desk.database.reading() as db:
        return desk.running.keys.tokens.open(db, channel, kind).reveal()


def test_the_newest_token_is_used_and_the_old_ones_stay(desk: Desk) -> None:
    channel = desk.channel()

    assert [store(desk, channel, "first"), store(desk, channel, "second")] == [1, 2]

    assert opened(desk, channel) == "second"
    with desk.database.reading() as db:
        assert len(db.scalars(select(ChannelToken)).all()) == 2


def test_each_channel_and_each_kind_has_its_own(desk: Desk) -> None:
    one, other = desk.channel(), desk.channel()
    store(desk, one, "one's")
    store(desk, other, "other's")
    store(desk, one, "app's", kind="app")

    assert (opened(desk, one), opened(desk, other)) == ("one's", "other's")
    assert opened(desk, one, "app") == "app's"


def test_a_channel_without_a_token_says_what_to_do(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no token. Connect it again"):
        opened(desk, desk.channel())


@pytest.mark.parametrize(
    "swap",
    [
        "UPDATE channel_tokens SET sealed = (SELECT sealed FROM channel_tokens WHERE channel_id = "
        ":other AND version = 1) WHERE channel_id = :one",
        "UPDATE channel_tokens SET channel_id = :one, version = 9 WHERE channel_id = :other",
        "UPDATE channel_tokens SET version = 9 WHERE channel_id = :one AND version = 1",
        "UPDATE channel_tokens SET kind = 'page', version = 9 WHERE kind = 'app'",
    ],
    ids=["its content", "its channel", "an older version", "its kind"],
)
def test_a_token_put_in_another_s_place_does_not_open(desk: Desk, swap: str) -> None:
    one, other = desk.channel(), desk.channel()
    for channel, kind in ((one, "page"), (one, "page"), (one, "app"), (other, "page")):
        store(desk, channel, f"{channel}'s", kind)
    with desk.database.writing() as db:
        db.execute(text(swap), {"one": one, "other": other})

    with pytest.raises(TokenRefused):
        opened(desk, one)


def test_a_changed_bit_does_not_open(desk: Desk) -> None:
    channel = desk.channel()
    store(desk, channel)
    with desk.database.writing() as db:
        row = db.scalars(select(ChannelToken)).one()
        row.sealed = bytes([*row.sealed[:-1], row.sealed[-1] ^ 1])

    with pytest.raises(TokenRefused):
        opened(desk, channel)


def test_a_secret_of_the_machine_opens_for_its_owner_kind_and_version_only(
    sqlite_desk: Desk,
) -> None:
    tokens = sqlite_desk.running.keys.tokens
    sealed = tokens.seal_for("member:1", "totp", "JBSWY3DPEHPK3PXP", version=2)

    assert tokens.open_for("member:1", "totp", sealed, version=2) == "JBSWY3DPEHPK3PXP"
    for owner, kind, version in (("member:2", "totp", 2), ("member:1", "page", 2),
                                 ("member:1", "TOTP", 2), ("member:1", "totp", 1),
                                 ("member:1", "totp", 3)):  # fmt: skip
        with pytest.raises(TokenRefused):
            tokens.open_for(owner, kind, sealed, version=version)


def test_no_token_lies_in_clear_in_any_file(
    sqlite_desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    store(sqlite_desk, sqlite_desk.channel())
    with sqlite_desk.database.writing() as db:
        db.add(RefusedDelivery(at=sqlite_desk.now, address="control-canary", length=1))
    with sqlite3.connect(sqlite_desk.folder / "vuoro.sqlite3") as raw:
        dump = "\n".join(raw.iterdump()).encode()
    raw.close()

    files = [p.read_bytes() for p in sqlite_desk.folder.rglob("*") if p.is_file()]

    assert any(b"control-canary" in each for each in files)
    for where in [*files, dump, "".join(capsys.readouterr()).encode()]:
        for form in (TOKEN.encode(), TOKEN.encode().hex().encode(), TOKEN.encode("utf-16-le")):
            assert form not in where


def test_a_token_never_shows_itself() -> None:
    held = secret(TOKEN)

    assert TOKEN not in f"{held} {held!r} {[held]}"
