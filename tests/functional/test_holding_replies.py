"""Holding replies, on both databases: approved once, sent unchanged but for name and time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.access.roles import Role
from app.channels import connections
from app.channels.models import Channel
from app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from app.inbox.models import ConversationState, Message, TurnState
from app.notices.models import Kind
from app.replies import approvals, drafts, holding, holding_sending, outbox, resolving
from app.replies.holding_sending import Filling
from app.replies.models import Draft, DraftState, OutboxItem, OutboxState
from app.replies.resolving import Verdict
from tests import answers, people
from tests.functional import messaging
from tests.stand import Stand

TEXT = "Hei [nimi], selvitämme asiaa ja kerromme [aika] mennessä. Terveisin väki"
HELSINKI = ZoneInfo("Europe/Helsinki")
PLAIN = "Kiitos viestistä. Palaamme asiaan pian."


def approved(stand: Stand, text: str = TEXT, who: str = "Ada") -> int:
    with stand.database.writing() as db:
        return holding.approve(db, stand.actor(who), title="Odottakaa", text=text, now=stand.now).id


def send(
    stand: Stand,
    about: int,
    reply: int,
    *,
    who: str = "Ben",
    name: str = "Kaisa",
    hours: float | None = 3,
    turn: int | None = None,
) -> OutboxItem:
    promised = whole(stand.now + timedelta(hours=hours)) if hours is not None else None
    filling = Filling(turn or answers.turn(stand, about).id, name, promised)
    with stand.database.writing() as db:
        return holding_sending.send(db, stand.actor(who), about, reply, filling, stand.now)


def whole(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def clock(at: datetime) -> str:
    """As the practice desk says it: English, in Helsinki."""
    local = at.astimezone(HELSINKI)
    return f"{local.hour}:{local:%M}"


def test_it_goes_out_as_approved_with_name_and_time(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    stand.advance(seconds_to_noon(stand))
    item = send(stand, about, approved(stand))
    promised = whole(stand.now + timedelta(hours=3))

    stand.advance(11)
    stand.deliver()

    assert answers.written(stand) == [
        f"Hei Kaisa, selvitämme asiaa ja kerromme {clock(promised)} mennessä. Terveisin väki"
    ]
    assert answers.item(stand, item.id).state is OutboxState.SENT


def seconds_to_noon(stand: Stand) -> float:
    """To the next noon in Helsinki, so that three hours later is the same day."""
    local = stand.now.astimezone(HELSINKI)
    noon = local.replace(hour=12, minute=0, second=0, microsecond=0)
    return ((noon - local).total_seconds()) % 86400


def test_the_customer_still_waits_until_the_promised_time(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    before = answers.turn(stand, about)
    item = send(stand, about, approved(stand), hours=30)
    promised = item_draft(stand, item).promised_at

    stand.advance(11)
    stand.deliver()

    (found,) = stand.conversations()
    after = answers.turn(stand, about)
    assert (found.state, found.waiting_count) == (ConversationState.OPEN, 1)
    assert (after.id, after.state) == (before.id, TurnState.OPEN)
    assert found.due_at == after.due_at == promised
    with stand.database.reading() as db:
        ours = db.scalars(select(Message).where(Message.is_ours)).one()
    assert ours.is_holding and ours.promised_at == promised


def item_draft(stand: Stand, item: OutboxItem) -> Draft:
    with stand.database.reading() as db:
        return db.get_one(Draft, item.draft_id)


def test_what_the_customer_writes_next_keeps_the_promise_and_an_answer_ends_it(
    stand: Stand,
) -> None:
    about, comment = answers.ask(stand)
    item = send(stand, about, approved(stand), hours=30)
    stand.advance(11)
    stand.deliver()
    stand.comment(comment, "Kaisa Virtanen", "Selvä, kiitos.")
    answers.read(stand)
    assert stand.conversations()[0].due_at == item_draft(stand, item).promised_at

    answers.approve(stand, answers.submit(stand, about))
    stand.advance(11)
    stand.deliver()

    (found,) = stand.conversations()
    assert (found.state, found.waiting_count) == (ConversationState.DONE, 0)


def test_without_a_time_the_answer_is_due_as_before(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    before = stand.conversations()[0].due_at
    send(stand, about, approved(stand, PLAIN), name="", hours=None)

    stand.advance(11)
    stand.deliver()

    assert answers.written(stand) == [PLAIN]
    assert stand.conversations()[0].due_at == before


def test_it_stands_beside_an_answer_that_waits_for_approval(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    waiting = answers.submit(stand, about)

    send(stand, about, approved(stand, PLAIN), name="", hours=None)
    stand.advance(11)
    stand.deliver()

    with stand.database.reading() as db:
        mine = drafts.mine(db, stand.actor("Ben"), about)
        assert mine is not None and (mine.id, mine.state) == (waiting, DraftState.SUBMITTED)
        assert [d.id for d in drafts.own(db, stand.actor("Ben"), about)] == [waiting]
    answers.approve(stand, waiting)
    stand.advance(11)
    stand.deliver()
    assert answers.written(stand) == [PLAIN, "Hei Kaisa!"]


def test_only_one_thing_is_on_its_way_to_a_customer(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    reply = approved(stand, PLAIN)
    send(stand, about, reply, name="", hours=None)

    with pytest.raises(Conflict, match="on its way"):
        send(stand, about, reply, who="Sam", name="", hours=None)


def test_undo_leaves_nothing_behind(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    item = send(stand, about, approved(stand))

    with stand.database.writing() as db:
        outbox.undo(db, stand.actor("Ben"), item.id, stand.now)
    stand.advance(60)
    stand.deliver()

    assert answers.written(stand) == []
    assert item_draft(stand, item).state is DraftState.DISCARDED
    with stand.database.reading() as db:
        assert drafts.mine(db, stand.actor("Ben"), about) is None
    assert send(stand, about, approved(stand))


@pytest.mark.parametrize("who", ["Ada", "Ben", "Cleo", "Sam"])
def test_whoever_may_draft_sends_it_under_the_owners_approval(stand: Stand, who: str) -> None:
    about, _ = answers.ask(stand)

    send(stand, about, approved(stand), who=who)

    ((actor, _, line),) = people.logged(stand, "replies:reply:queued")
    assert actor == f"member:{stand.actor(who).member_id}"
    assert '"method":"holding"' in line.replace(" ", "")
    assert f'"by":"member:{stand.actor("Ada").member_id}"' in line.replace(" ", "")


@pytest.mark.parametrize("who", ["Dan", "Vera", "Mallory"])
def test_whoever_may_not_draft_sends_nothing(stand: Stand, who: str) -> None:
    about, _ = answers.ask(stand)
    reply = approved(stand)

    with pytest.raises((Forbidden, NotFound)):
        send(stand, about, reply, who=who)


@pytest.mark.parametrize("who", ["Ben", "Cleo", "Dan", "Vera", "Sam", "Mallory"])
def test_only_an_owner_approves_and_ends_them(stand: Stand, who: str) -> None:
    reply = approved(stand)

    with pytest.raises(Forbidden):
        approved(stand, who=who)
    with stand.database.writing() as db, pytest.raises(Forbidden):
        holding.end(db, stand.actor(who), reply, stand.now)


def test_an_owner_of_one_channel_approves_none(stand: Stand) -> None:
    people.give(stand, "Mallory", Role.OWNER, channel_id=people.channel(stand, "muu"))

    with pytest.raises(Forbidden):
        approved(stand, who="Mallory")


def test_a_text_that_was_ended_is_sent_by_nobody(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    reply = approved(stand)

    with stand.database.writing() as db:
        holding.end(db, stand.actor("Ada"), reply, stand.now)

    with pytest.raises(NotFound, match="was ended"):
        send(stand, about, reply)
    with stand.database.reading() as db:
        assert holding.current(db) == []
    assert len(people.logged(stand, "replies:holding:ended")) == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 901, "Hei [etunimi]", "Soita [numero] [aika]"])
def test_a_text_with_anything_else_to_fill_in_is_no_holding_reply(stand: Stand, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        approved(stand, text)

    assert refused.value.field == "text"


def test_more_than_a_handful_is_refused(stand: Stand) -> None:
    for _ in range(holding.MOST):
        approved(stand)

    with pytest.raises(Conflict, match="end one first"):
        approved(stand)


@pytest.mark.parametrize(
    "name",
    [
        "Saat rahat takaisin",
        "Kaisa, saat rahat",
        "Matti",
        "https://x.fi",
        "Kaisa 50",
    ],
)
def test_where_the_name_is_known_nothing_else_goes_in(stand: Stand, name: str) -> None:
    about, _ = answers.ask(stand)

    with pytest.raises(Invalid) as refused:
        send(stand, about, approved(stand), name=name)

    assert refused.value.field == "name"
    assert answers.written(stand) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Kaisa", "Kaisa"),
        ("kaisa virtanen", "kaisa virtanen"),
        ("Virtanen", "Virtanen"),
        ("", "Kaisa"),
    ],
)
def test_any_part_of_the_name_will_do(stand: Stand, name: str, said: str) -> None:
    about, _ = answers.ask(stand)

    assert f"Hei {said}," in send(stand, about, approved(stand), name=name).text


@pytest.mark.parametrize(
    ("name", "is_fine"),
    [
        ("Kaisa", True),
        ("Anna-Liisa von Ek", True),
        ("D’Arc", True),
        ("J. Virtanen", True),
        ("", False),
        ("Saat rahat takaisin heti", False),
        ("Kaisa\nTilaa", True),
        ("50 euroa", False),
        ("x.fi/ale", False),
        ("a" * 41, False),
        ("Kaisa!", False),
    ],
)
def test_where_the_platform_gave_no_name_it_has_to_look_like_one(name: str, is_fine: bool) -> None:
    try:
        holding_sending.checked_name(name, None)
    except Invalid:
        assert not is_fine
    else:
        assert is_fine


@pytest.mark.parametrize("hours", [None, -1, 24 * 31])
def test_the_time_it_promises_lies_ahead(stand: Stand, hours: float | None) -> None:
    about, _ = answers.ask(stand)

    with pytest.raises(Invalid) as refused:
        send(stand, about, approved(stand), hours=hours)

    assert refused.value.field == "promised_at"


def test_another_day_is_named_with_its_time(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    stand.advance(seconds_to_noon(stand))

    item = send(stand, about, approved(stand), hours=24)

    promised = whole(stand.now + timedelta(hours=24)).astimezone(HELSINKI)
    assert f"kerromme {promised.day} {promised:%b} 12:00 mennessä" in item.text


def test_if_the_customer_writes_meanwhile_it_stops_and_its_sender_is_told(stand: Stand) -> None:
    about, comment = answers.ask(stand)
    item = send(stand, about, approved(stand))
    stand.comment(comment, "Kaisa Virtanen", "Ei enää tarvitse.")

    stand.advance(11)
    stand.deliver()

    assert answers.item(stand, item.id).state is OutboxState.STOPPED
    assert item_draft(stand, item).state is DraftState.RETURNED
    assert answers.written(stand) == []
    assert set(answers.told(stand, Kind.REPLY_TROUBLE)) == {"Ben"}
    assert answers.told(stand, Kind.DRAFT_WAITS) == {}
    with stand.database.reading() as db:
        assert approvals.waiting(db, stand.actor("Ada"), stand.now) == []
        assert approvals.sent_back(db, stand.actor("Ben")) == []


def test_a_promise_that_has_passed_does_not_go_out(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    item = send(stand, about, approved(stand), hours=1)

    stand.advance(3700)
    stand.deliver()

    found = answers.item(stand, item.id)
    assert (found.state, found.reason) == (OutboxState.FAILED, "promise")
    assert answers.written(stand) == []


def test_where_nothing_goes_out_it_is_refused_at_once(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    reply = approved(stand)
    with stand.database.writing() as db:
        channel = db.scalars(select(Channel)).one()
        connections.set_sending(db, stand.actor("Dan"), channel, is_sending=False, now=stand.now)

    with pytest.raises(Conflict, match="come too late"):
        send(stand, about, reply)


def test_nobody_waits_any_more(stand: Stand) -> None:
    about, _ = answers.ask(stand)
    turn = answers.turn(stand, about)
    answers.approve(stand, answers.submit(stand, about))
    stand.advance(11)
    stand.deliver()

    with pytest.raises(Conflict, match="answered meanwhile"):
        send(stand, about, approved(stand), turn=turn.id)


def test_another_conversations_turn_is_not_found(stand: Stand) -> None:
    first, _ = answers.ask(stand)
    second, _ = answers.ask(stand, "Antti Laine")

    with pytest.raises(NotFound):
        send(stand, first, approved(stand), turn=answers.turn(stand, second).id)


def test_in_private_it_keeps_to_the_window_of_ready_made_words(stand: Stand) -> None:
    about = messaging.asked(stand)
    reply = approved(stand, PLAIN)
    stand.advance(24 * 3600 + 60)

    with pytest.raises(Invalid, match="write the answer yourself"):
        send(stand, about, reply, name="", hours=None)


def test_in_private_the_window_comes_first_if_it_ends_before_the_promise(stand: Stand) -> None:
    about = messaging.asked(stand)
    turn = answers.turn(stand, about)

    send(stand, about, approved(stand), name="Petteri", hours=48)
    stand.advance(11)
    stand.deliver()

    (found,) = stand.conversations()
    assert found.due_at == turn.opened_at + timedelta(hours=24)


@pytest.mark.parametrize("verdict", [Verdict.THERE, Verdict.LEAVE])
def test_where_nobody_knows_a_person_says_it_and_the_customer_waits_on(
    stand: Stand, verdict: Verdict
) -> None:
    about, _ = answers.ask(stand)
    before = stand.conversations()[0].due_at
    item = send(stand, about, approved(stand), hours=30)
    unsettle(stand, item)

    with stand.database.writing() as db:
        resolving.resolve(
            db, stand.actor("Ada"), item.id, verdict, stand.running.promises(), stand.now
        )

    (found,) = stand.conversations()
    promised = item_draft(stand, item).promised_at
    assert found.due_at == (promised if verdict is Verdict.THERE else before)
    assert found.waiting_count == 1


def unsettle(stand: Stand, item: OutboxItem) -> None:
    """The platform gives no answer and cannot be read."""
    stand.platform.post("faults", kind="timeout_after", seconds=0, method="write", count=1)
    stand.advance(11)
    stand.deliver()
    stand.platform.post("faults", kind="html", method="read")
    for _ in range(12):
        stand.advance(30)
        stand.deliver()
    assert answers.item(stand, item.id).state is OutboxState.NEEDS_PERSON


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[name]: [time]", "Kaisa: 17:00"),
        ("[nimi]: [aika]", "Kaisa: 17:00"),
        ("[name] [name] 100 % %s {x}", "Kaisa Kaisa 100 % %s {x}"),
        ("[muu] jää", "[muu] jää"),
    ],
)
def test_only_its_two_places_are_filled(text: str, said: str) -> None:
    assert holding.filled(text, name="Kaisa", time="17:00") == said


def test_a_name_cannot_bring_a_place_of_its_own() -> None:
    assert holding.filled("Hei [name]!", name="[time]", time="17:00") == "Hei [time]!"
