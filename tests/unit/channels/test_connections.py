"""Connecting a page: a real call first, then the token; who may; what a refusal says."""

import pytest
from sqlalchemy import select

from app.access.identity import Actor, Grant
from app.access.roles import Role
from app.audit.models import AuditRow
from app.channels import queries
from app.channels.adapter import Connected
from app.channels.connections import Connections, set_sending
from app.channels.models import Channel, ChannelState, Platform
from app.credentials.tokens import secret
from app.foundation.errors import Forbidden, Invalid, NotFound
from app.jobs import topics
from tests.stand import Stand


def connections(stand: Stand) -> Connections:
    return topics.connections(stand.running)


def token_of(stand: Stand, page: str) -> str:
    pages = stand.platform.get("state")["pages"]
    return str(next(p["token"] for p in pages if p["id"] == page))


def connect(stand: Stand, actor: Actor, page: str) -> Channel:
    token = secret(token_of(stand, page))
    found = connections(stand).check(Platform.FACEBOOK, page, token)
    with stand.database.writing() as db:
        return connections(stand).connect(db, actor, Platform.FACEBOOK, found, token, stand.now)


def admin_of(*channels: int) -> Actor:
    return Actor(1, "Dan Dahl", tuple(Grant(Role.ADMIN, channel_id=c) for c in channels))


def logged(stand: Stand, action: str) -> list[AuditRow]:
    with stand.database.reading() as db:
        return list(db.scalars(select(AuditRow).where(AuditRow.action == action)))


def test_a_page_is_connected_and_pushes_from_then_on(stand: Stand) -> None:
    page = stand.page("900", "Kauppa")

    made = connect(stand, stand.actor("Dan"), page)

    assert (made.name, made.state, made.can_send) == ("Kauppa", ChannelState.CONNECTED, True)
    (row,) = logged(stand, "channels:channel:connected")
    assert '"external_id":"900"' in row.line
    assert token_of(stand, page) not in row.line
    (shown,) = [p for p in stand.platform.get("state")["pages"] if p["id"] == page]
    assert "feed" in shown["subscribed_fields"]


@pytest.mark.parametrize("who", ["Ada", "Ben", "Cleo", "Vera", "Sam", "Mallory"])
def test_nobody_but_an_admin_connects(sqlite_stand: Stand, who: str) -> None:
    page = sqlite_stand.page()

    with pytest.raises(Forbidden, match="Only an admin"):
        connect(sqlite_stand, sqlite_stand.actor(who), page)

    with sqlite_stand.database.reading() as db:
        assert db.scalars(select(Channel)).all() == []


def test_an_admin_of_one_channel_reconnects_that_one_and_no_other(sqlite_stand: Stand) -> None:
    own, other = sqlite_stand.page("1", "Own"), sqlite_stand.page("2", "Other")
    mine, theirs = sqlite_stand.connect(own), sqlite_stand.connect(other)
    assert mine != theirs
    limited = admin_of(mine)

    assert connect(sqlite_stand, limited, own).id == mine
    for page in (other, sqlite_stand.page("3", "New")):
        with pytest.raises(Forbidden):
            connect(sqlite_stand, limited, page)


def test_connecting_again_thaws_the_channel_and_keeps_its_place(stand: Stand) -> None:
    page = stand.page()
    stand.comment(stand.post(page), "Kaisa", "Hei?")
    channel = stand.connect(page)
    stand.read(channel)
    with stand.database.writing() as db:
        row = db.get_one(Channel, channel)
        row.freeze("token 190.463")
        cursor = row.cursor
    assert not stand.channel(channel).can_send

    again = connect(stand, stand.actor("Dan"), page)

    assert (again.id, again.cursor, again.can_send, again.frozen_reason) == (
        channel, cursor, True, "",
    )  # fmt: skip


def test_a_removed_channel_that_is_connected_again_is_as_new_with_its_history(
    sqlite_stand: Stand,
) -> None:
    stand = sqlite_stand
    page = stand.page()
    stand.comment(stand.post(page), "Kaisa", "Hei?")
    channel = stand.connect(page)
    stand.read(channel)
    with stand.database.writing() as db:
        db.get_one(Channel, channel).remove()
    stand.comment(stand.post(page), "Antti", "Entä nyt?")

    again = connect(stand, stand.actor("Dan"), page)
    stand.advance(1)
    stand.read(channel)

    assert (again.id, again.state, again.can_send) == (channel, ChannelState.CONNECTED, True)
    assert sorted(m.text for m in stand.messages()) == ["Entä nyt?", "Hei?"]


def test_sending_that_somebody_stopped_stays_stopped_with_a_new_token(sqlite_stand: Stand) -> None:
    stand = sqlite_stand
    page = stand.page()
    channel = stand.connect(page)
    with stand.database.writing() as db:
        db.get_one(Channel, channel).switch_sending(is_on=False)
        db.get_one(Channel, channel).freeze("token 190.463")

    again = connect(stand, stand.actor("Dan"), page)

    assert (again.state, again.can_send, again.frozen_reason) == (ChannelState.CONNECTED, False, "")


@pytest.mark.parametrize(
    ("platform", "page", "token", "field"),
    [
        (Platform.DESK, "1", "t", "platform"),
        (Platform.FACEBOOK, "", "t", "external_id"),
        (Platform.FACEBOOK, "a\nb", "t", "external_id"),
        (Platform.FACEBOOK, "1" * 101, "t", "external_id"), (Platform.FACEBOOK, "1", "", "token"),
        (Platform.FACEBOOK, "1", "ä", "token"), (Platform.FACEBOOK, "1", "t" * 4097, "token"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_without_a_call(
    sqlite_stand: Stand, platform: Platform, page: str, token: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        connections(sqlite_stand).check(platform, page, secret(token))

    assert refused.value.field == field


class TestWhatARefusalSays:
    def said(self, stand: Stand, page: str = "900", token: str = "") -> str:
        given = secret(token or token_of(stand, "900"))
        with pytest.raises(Invalid) as refused:
            connections(stand).check(Platform.FACEBOOK, page, given)
        assert refused.value.field == "token"
        assert given.reveal() not in str(refused.value)
        return str(refused.value)

    @pytest.fixture
    def stand(self, sqlite_stand: Stand) -> Stand:
        sqlite_stand.page("900")
        return sqlite_stand

    def test_of_a_token_that_is_none(self, stand: Stand) -> None:
        assert "does not take this token" in self.said(stand, token="EAAnonsense")

    @pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492, 2069032, 7])
    def test_of_a_token_that_has_ended(self, stand: Stand, subcode: int) -> None:
        stand.platform.post("faults", kind="token", subcode=subcode)

        assert "does not take this token" in self.said(stand)

    def test_of_another_page_s_token(self, stand: Stand) -> None:
        stand.page("901")

        assert "belongs to another page or person (900)" in self.said(stand, page="901")

    def test_of_a_person_s_token(self, stand: Stand) -> None:
        person = stand.platform.get("state")["user_token"]

        assert "belongs to another page or person" in self.said(stand, token=person)

    def test_of_a_missing_right(self, stand: Stand) -> None:
        stand.platform.post("faults", kind="error", code=200, path="me")

        assert "a permission is missing (code 200)" in self.said(stand)

    def test_of_a_limit(self, stand: Stand) -> None:
        stand.platform.post("faults", kind="error", code=4)

        assert "asks us to wait" in self.said(stand)

    @pytest.mark.parametrize("kind", ["html", "empty", "timeout_before"])
    def test_of_a_platform_that_does_not_answer(self, stand: Stand, kind: str) -> None:
        seconds = {"seconds": 0} if kind == "timeout_before" else {}
        stand.platform.post("faults", kind=kind, **seconds)

        assert "did not answer as expected" in self.said(stand)


class TestSending:
    @pytest.fixture
    def channel(self, sqlite_stand: Stand) -> int:
        return sqlite_stand.connect(sqlite_stand.page())

    def test_an_admin_stops_and_starts_what_goes_out(
        self, sqlite_stand: Stand, channel: int
    ) -> None:
        for is_sending in (False, False, True):
            with sqlite_stand.database.writing() as db:
                row = db.get_one(Channel, channel)
                set_sending(
                    db, sqlite_stand.actor("Dan"), row, is_sending=is_sending, now=sqlite_stand.now
                )
            assert sqlite_stand.channel(channel).can_send is is_sending

        states = [r.line.split('"state":"')[1][:3] for r in logged(
            sqlite_stand, "channels:channel:changed")]  # fmt: skip
        assert states == ["off", 'on"']

    @pytest.mark.parametrize("who", ["Ada", "Ben", "Cleo", "Mallory"])
    def test_nobody_else_does(self, sqlite_stand: Stand, channel: int, who: str) -> None:
        with sqlite_stand.database.writing() as db:
            row = db.get_one(Channel, channel)
            with pytest.raises(Forbidden):
                set_sending(
                    db, sqlite_stand.actor(who), row, is_sending=False, now=sqlite_stand.now
                )

    def test_an_admin_of_another_channel_does_not(self, sqlite_stand: Stand, channel: int) -> None:
        with sqlite_stand.database.writing() as db:
            row = db.get_one(Channel, channel)
            with pytest.raises(Forbidden):
                set_sending(db, admin_of(channel + 1), row, is_sending=False, now=sqlite_stand.now)


class TestWhoSeesWhat:
    def test_a_person_sees_the_channels_of_their_roles(self, sqlite_stand: Stand) -> None:
        one = sqlite_stand.connect(sqlite_stand.page("1", "Yksi"))
        two = sqlite_stand.connect(sqlite_stand.page("2", "Kaksi"))
        gone = sqlite_stand.connect(sqlite_stand.page("3", "Kolme"))
        with sqlite_stand.database.writing() as db:
            db.get_one(Channel, gone).remove()
        limited = Actor(9, "Mallory Moss", (Grant(Role.RESPONDER, channel_id=two),))

        with sqlite_stand.database.reading() as db:
            now = sqlite_stand.now
            every = [c.id for c in queries.channels(db, sqlite_stand.actor("Ada"), now)]
            some = [c.id for c in queries.channels(db, limited, now)]
            none = queries.channels(db, sqlite_stand.actor("Mallory"), now)
            assert queries.channel(db, limited, now, two).name == "Kaksi"
            for hidden in (one, gone, 9999):
                with pytest.raises(NotFound):
                    queries.channel(db, limited, now, hidden)

        assert (every, some, none) == ([two, one], [two], [])


def test_a_removed_channel_sends_nothing_and_is_shown_nowhere() -> None:
    channel = Channel(
        platform=Platform.FACEBOOK, external_id="1", name="x", state=ChannelState.CONNECTED,
        is_sending=True,
    )  # fmt: skip

    channel.remove()

    assert (channel.state, channel.can_send) == (ChannelState.REMOVED, False)
    assert [p.label for p in Platform][:3] == ["Facebook", "Instagram", "X"]
    assert Connected("1", "x").missing_permissions is None
