"""Public comments through the one intake: any order, any batch, side by side, and forgotten."""

import random
import threading
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.channels.models import Channel
from app.inbox import conversations, intake, queries, threads, upkeep
from app.inbox.models import (
    Change,
    Contact,
    Conversation,
    ConversationState,
    EarlyMark,
    Erasure,
    EventState,
    Message,
    Post,
    RawEvent,
    RefusedDelivery,
    Turn,
    TurnState,
)
from app.jobs import topics
from app.replies import approvals, cards, drafts, saving, submitting
from tests.desks import PROMISES, Desk, desk, postgres_desk, sqlite_desk
from tests.telling import PAGE, Telling, Value, at, body, take, told

__all__ = ["desk", "postgres_desk", "sqlite_desk"]

SEEDS = {"sqlite": 8, "postgresql": 3}


def busy_hour() -> list[Value]:
    """All verbs, own answers, replies to replies, two customers in a thread, two posts; some of
    it in one and the same second."""
    page = Telling()
    page.comment(1, "Missä pakettini on?", "Kaisa Virtanen")
    page.comment(2, "Sama täällä.", "Antti Laine", on=1)
    page.comment(3, "Kaisa Virtanen, se lähti tänään.", on=1)
    page.edit(2, "Sama täällä, tilaus 7.")
    page.comment(4, "Entä minun?", "Bo Ek", on=2)
    page.comment(5, "Ja minun?", "Bo Ek", on=4)
    page.edit(1, "Missä pakettini on, tilaus 6?")
    page.comment(6, "Törkeää.", "Olli Niemi", post=2)
    page.edit(6, "Aika törkeää.", post=2)
    page.remove(6, post=2)
    page.comment(7, "Halpoja laukkuja!", "Bo Ek", post=2)
    page.hide(7, post=2)
    page.unhide(7, post=2)
    page.hide(7, post=2)
    page.unhide(7, post=2, is_at_once=True)
    page.comment(8, "Kiitos kaikesta!", "Saara Rinne", post=2)
    page.comment(9, "Kiitos itsellesi!", on=8, post=2)
    page.comment(10, "Vielä yksi juttu.", "Saara Rinne", on=8, post=2)
    page.edit(10, "Vielä yksi juttu: aukiolo?", post=2)
    page.edit(10, "Vielä yksi juttu: aukiolo jouluna?", post=2)
    page.comment(11, "Turha.", "Olli Niemi", on=8, post=2)
    page.remove(11, post=2)
    page.edit(9, "Kiitos itsellesi, Saara!", post=2)
    page.comment(12, "Onko kokoa 42?", "Olli Niemi")
    page.hide(12)
    page.unhide(12)
    page.edit(12, "Onko kokoa 43?")
    page.edit(12, "Onko kokoa 41?", is_at_once=True)
    page.remove(3)
    return page.events


def looks(desk: Desk) -> dict[str, list[Any]]:
    """All that people can see of it, without row numbers and our own clock."""
    with desk.database.reading() as db:
        talks = db.scalars(select(Conversation).where(Conversation.merged_into_id.is_(None)))
        keys = {c.id: c.external_key for c in db.scalars(select(Conversation))}
        said = db.scalars(select(Message).order_by(Message.external_id))
        turns = db.scalars(select(Turn).where(Turn.state == TurnState.OPEN))
        return {
            "conversations": sorted(
                [c.external_key, c.state.value, c.waiting_count, c.snippet, c.activity_at,
                 str(c.waiting_since), str(c.due_at), c.contact.name if c.contact else "",
                 c.post.external_id if c.post else ""]
                for c in talks
            ),
            "messages": [
                [keys[m.conversation_id], m.external_id, m.parent_external_id, m.is_ours, m.sent_at,
                 m.author_key, m.text, m.edited_at, bool(m.hidden_at), bool(m.deleted_at)]
                if not m.deleted_at else [keys[m.conversation_id], m.external_id, "deleted"]
                for m in said
            ],
            "turns": sorted(
                [keys[t.conversation_id], t.contact_key, t.opened_at, t.due_at] for t in turns
            ),
            "answered": sorted(
                [keys[t.conversation_id], t.contact_key, t.opened_at, t.first_message.external_id,
                 t.last_message.external_id, t.answered_by and t.answered_by.external_id,
                 t.ended_at]
                for t in db.scalars(select(Turn).where(Turn.state == TurnState.ANSWERED))
            ),
            "contacts": sorted([c.external_id, c.name] for c in db.scalars(select(Contact))),
        }  # fmt: skip


def forget(desk: Desk) -> None:
    """An empty desk with the same channel."""
    with desk.database.writing() as db:
        for table in (Turn, Message, Conversation, Contact, Post, EarlyMark, Change, RawEvent):
            db.execute(delete(table))
        db.scalars(select(Channel)).one().last_item_at = None


def problems(desk: Desk) -> list[str]:
    with desk.database.reading() as db:
        return [e.problem for e in db.scalars(select(RawEvent)) if e.state is not EventState.DONE]


def shuffled(events: list[Value], chance: random.Random) -> list[bytes]:
    """The same in another order, some twice or thrice, in batches of any size."""
    rows = [e for e in events for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    chance.shuffle(rows)
    bodies = []
    while rows:
        size = chance.choice((1, 1, 2, 5, 50))
        some, rows = rows[:size], rows[size:]
        bodies.append(body(some, as_number=chance.random() < 0.5))
    return bodies


def in_any_order(desk: Desk, seeds: Iterable[int]) -> None:
    desk.channel(PAGE)
    events = busy_hour()
    take(desk, *(body([e]) for e in events))
    expected = looks(desk)
    assert [len(expected[k]) for k in ("conversations", "messages", "turns")] == [5, 12, 6]
    hidden = {row[1]: row[8] for row in expected["messages"] if len(row) > 3}
    assert (hidden["2_7"], hidden["1_12"]) == (True, False)

    for seed in seeds:
        forget(desk)
        take(desk, *shuffled(events, random.Random(seed)))
        found = looks(desk)
        assert problems(desk) == [], f"seed {seed}"
        for what, rows in expected.items():
            assert found[what] == rows, f"seed {seed}: {what}"


def test_order_number_and_batches_of_deliveries_make_no_difference(desk: Desk) -> None:
    in_any_order(desk, range(SEEDS[desk.database.engine.dialect.name]))


@pytest.mark.soak
def test_no_order_of_many_makes_a_difference(sqlite_desk: Desk) -> None:
    in_any_order(sqlite_desk, range(1000, 2000))


class TestSideBySide:
    """Several workers at once, and people at work meanwhile."""

    def run(self, *acts: Any) -> None:
        problems: list[BaseException] = []

        def guarded(act: Any) -> None:
            try:
                act()
            except BaseException as problem:
                problems.append(problem)

        threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []

    def test_four_workers_lose_nothing_of_a_storm(self, desk: Desk) -> None:
        desk.channel(PAGE)
        page = Telling()
        page.comment(1, "Mitä tapahtuu?", "Nimi 0")
        for number in range(2, 81):
            page.comment(number, f"no {number}", f"Nimi {number % 7}", on=1 if number % 3 else 0)
        for value in page.events:
            intake.store(desk.database, "meta", body([value]), desk.now)
        few = intake.new_events

        def some(db: Any) -> list[RawEvent]:
            return few(db, most=8)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(intake, "new_events", some)
            self.run(*[lambda: topics.intake_events(desk.running)] * 4)

        assert problems(desk) == []
        assert len(looks(desk)["messages"]) == 80

    def test_workers_who_need_the_same_pages_in_another_order_lose_nothing(
        self, postgres_desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk, chance, pages = postgres_desk, random.Random(7), [PAGE, "107", "108"]
        for name in pages:
            desk.channel(name)
        page = Telling()
        page.comment(1, "Hei?", "Kaisa Virtanen")
        for number in range(2, 9):
            page.edit(1, f"Hei {number}?")
            for name in chance.sample(pages, 3):
                told = body(page.events[-1:]).replace(f'"{PAGE}"'.encode(), f'"{name}"'.encode())
                take_later(desk, told)
        few = intake.new_events
        monkeypatch.setattr(intake, "new_events", lambda db: few(db, most=3))

        self.run(*[lambda: topics.intake_events(desk.running)] * 2)

        assert problems(desk) == []
        assert [row[6] for row in looks(desk)["messages"]] == ["Hei 8?"] * 3

    def test_a_transaction_that_was_broken_off_for_another_is_done_again(
        self, postgres_desk: Desk
    ) -> None:
        """Each holds what the other asks for next, so the database must refuse one of them."""
        desk, met = postgres_desk, threading.Barrier(2, timeout=30)
        rows, tries = [desk.channel("1"), desk.channel("2")], [0, 0]

        def both(mine: int) -> None:
            def work(db: Any) -> None:
                tries[mine] += 1
                for row in (rows[mine], rows[1 - mine]):
                    channel = db.get(Channel, row, with_for_update=True, populate_existing=True)
                    channel.poll_failures += 1
                    db.flush()
                    if row == rows[mine] and tries[mine] == 1:
                        met.wait()

            desk.database.write(work)

        self.run(lambda: both(0), lambda: both(1))

        assert sorted(tries) == [1, 2]
        with desk.database.reading() as db:
            assert [db.get_one(Channel, row).poll_failures for row in rows] == [2, 2]

    def test_a_colleague_at_work_meanwhile_costs_no_comment(self, desk: Desk) -> None:
        desk.channel(PAGE)
        page = Telling()
        page.comment(1, "Hei?", "Kaisa Virtanen")
        told(desk, page)
        ben, (conversation,) = desk.actor("Ben"), ids(desk)

        def claim() -> None:
            for _ in range(10):
                with desk.database.writing() as db:
                    conversations.claim(db, ben, conversation, desk.now)

        for number in range(2, 30):
            page.comment(number, f"no {number}", "Kaisa Virtanen", on=1)
        self.run(claim, lambda: told(desk, page))

        assert problems(desk) == []
        assert len(looks(desk)["messages"]) == 29


def take_later(desk: Desk, one: bytes) -> None:
    intake.store(desk.database, "meta", one, desk.now)


def test_an_id_that_no_column_holds_is_set_aside_and_the_others_come_in(desk: Desk) -> None:
    desk.channel(PAGE)
    page, long = Telling(), "9" * 101
    page.comment(1, "Hei?", "Kaisa Virtanen")
    page.comment(2, "Kuka?", "Antti Laine")
    page.comment(3, "Missä?", "Bo Ek")
    page.comment(4, "Milloin?", "Olli Niemi")
    page.events[1]["from"]["id"] = long
    page.events[2]["post_id"] = page.events[2]["parent_id"] = f"{PAGE}_{long}"
    page.events[3]["comment_id"] = long * 2
    page.comment(5, "Miksi?", "Saara Rinne")

    take(desk, body(page.events))

    assert problems(desk) == [
        "not taken in: an id of 101 characters; not taken in: an id of 105 characters; "
        "not taken in: an id of 202 characters"
    ]
    assert [row[1] for row in looks(desk)["messages"]] == ["1_1", "1_5"]


def ids(desk: Desk) -> list[int]:
    with desk.database.reading() as db:
        found = select(Conversation.id).where(Conversation.merged_into_id.is_(None))
        return list(db.scalars(found.order_by(Conversation.id)))


def waiting(desk: Desk) -> list[str]:
    """Who waits, in the order of their turns."""
    with desk.database.reading() as db:
        turns = db.scalars(select(Turn).where(Turn.state == TurnState.OPEN).order_by(Turn.due_at))
        return [t.contact.name.split()[0] if t.contact else "?" for t in turns]


class TestWhoStillWaits:
    @pytest.fixture
    def page(self, sqlite_desk: Desk) -> Telling:
        """Two customers wait in one thread."""
        sqlite_desk.channel(PAGE)
        made = Telling()
        made.comment(1, "Missä pakettini on?", "Kaisa Virtanen")
        made.comment(2, "Sama täällä.", "Antti Laine", on=1)
        return made

    def test_every_customer_has_a_turn_and_a_clock_of_their_own(
        self, sqlite_desk: Desk, page: Telling
    ) -> None:
        told(sqlite_desk, page)

        turns = looks(sqlite_desk)["turns"]
        assert [(t[1], t[2], t[3]) for t in turns] == [
            ("c7Antti Laine", at(4), at(4) + PROMISES.public),
            ("c7Kaisa Virtanen", at(2), at(2) + PROMISES.public),
        ]

    @pytest.mark.parametrize(
        ("words", "left"),
        [
            ("Kaisa Virtanen, se lähti tänään.", ["Antti"]),
            ("@Kaisa Virtanen se lähti tänään.", ["Antti"]),
            ("KAISA VIRTANEN: lähti", ["Antti"]),
            ("Antti Laine Sinun lähtee huomenna.", ["Kaisa"]),
            ("Se lähti tänään.", ["Kaisa", "Antti"]),
            ("Kaisa, se lähti tänään.", ["Kaisa", "Antti"]),
            ("Kiitos, Kaisa Virtanen!", ["Kaisa", "Antti"]),
        ],
    )
    def test_a_native_answer_ends_the_turn_of_whom_it_names_and_nobody_is_guessed(
        self, sqlite_desk: Desk, page: Telling, words: str, left: list[str]
    ) -> None:
        page.comment(3, words, on=1)
        told(sqlite_desk, page)

        assert waiting(sqlite_desk) == left

    def test_a_native_answer_to_the_only_one_who_waits_ends_that_turn(
        self, sqlite_desk: Desk, page: Telling
    ) -> None:
        page.comment(3, "Antti Laine, katsomme.", on=1)
        page.comment(4, "Lähti tänään.", on=1)
        told(sqlite_desk, page)

        assert waiting(sqlite_desk) == []
        assert [c[1] for c in looks(sqlite_desk)["conversations"]] == ["done"]

    def test_who_asks_again_waits_again_from_then_on(
        self, sqlite_desk: Desk, page: Telling
    ) -> None:
        page.comment(3, "Kaisa Virtanen, lähti tänään.", on=1)
        page.comment(4, "Ei näy vielä!", "Kaisa Virtanen", on=1)
        told(sqlite_desk, page)

        kaisa = next(t for t in looks(sqlite_desk)["turns"] if "Kaisa" in t[1])
        assert kaisa[2] == at(8)

    def test_a_deleted_answer_answers_nobody(self, sqlite_desk: Desk, page: Telling) -> None:
        page.comment(3, "Kaisa Virtanen, lähti tänään.", on=1)
        page.remove(3)
        told(sqlite_desk, page)

        assert waiting(sqlite_desk) == ["Kaisa", "Antti"]

    def test_whoever_deletes_their_question_waits_no_more(
        self, sqlite_desk: Desk, page: Telling
    ) -> None:
        page.remove(1)
        told(sqlite_desk, page)

        assert waiting(sqlite_desk) == ["Antti"]
        with sqlite_desk.database.reading() as db:
            states = [t.state for t in db.scalars(select(Turn).order_by(Turn.id))]
        assert states == [TurnState.GONE, TurnState.OPEN]

    def test_customers_without_a_name_wait_each_for_themselves(self, sqlite_desk: Desk) -> None:
        sqlite_desk.channel(PAGE)
        page = Telling()
        for number in (1, 2):
            page.comment(number, "Hei?", "x", on=number - 1)
        for value in page.events:
            del value["from"]
        told(sqlite_desk, page)

        assert waiting(sqlite_desk) == ["?", "?"]

    def test_the_name_may_come_later(self, sqlite_desk: Desk) -> None:
        sqlite_desk.channel(PAGE)
        page = Telling()
        page.comment(1, "Hei?", "Kaisa Virtanen")
        nameless = {k: v for k, v in page.events[0].items() if k != "from"}
        take(sqlite_desk, body([nameless]), body(page.events))

        assert waiting(sqlite_desk) == ["Kaisa"]
        assert [c[7] for c in looks(sqlite_desk)["conversations"]] == ["Kaisa Virtanen"]

    def test_a_customer_who_writes_again_ends_a_snooze(
        self, sqlite_desk: Desk, page: Telling
    ) -> None:
        told(sqlite_desk, page)
        (conversation,) = ids(sqlite_desk)
        with sqlite_desk.database.writing() as db:
            until = sqlite_desk.now + timedelta(days=1)
            conversations.snooze(db, sqlite_desk.actor("Ben"), conversation, until, sqlite_desk.now)

        page.comment(3, "Olen täällä itse.", on=2)
        told(sqlite_desk, page)
        assert looks(sqlite_desk)["conversations"][0][1] == "snoozed"
        page.comment(4, "Haloo?", "Kaisa Virtanen", on=1)
        told(sqlite_desk, page)

        assert looks(sqlite_desk)["conversations"][0][1] == "open"


class TestAPageOfOthers:
    def test_what_is_for_a_page_that_is_not_ours_waits_on_the_dead_list(self, desk: Desk) -> None:
        desk.channel("107")
        page = Telling()
        page.comment(1, "Hei?", "Kaisa Virtanen")

        told(desk, page)

        assert problems(desk) == ["page 106 is not connected"]
        assert looks(desk)["messages"] == []

    def test_a_removed_channel_takes_in_nothing(self, desk: Desk) -> None:
        channel = desk.channel(PAGE)
        with desk.database.writing() as db:
            db.get_one(Channel, channel).remove()
        page = Telling()
        page.comment(1, "Hei?", "Kaisa Virtanen")

        told(desk, page)

        assert problems(desk) == ["page 106 is not connected"]

    def test_a_frozen_channel_still_takes_in_what_is_pushed(self, desk: Desk) -> None:
        channel = desk.channel(PAGE)
        with desk.database.writing() as db:
            db.get_one(Channel, channel).freeze("token 190.463")
        page = Telling()
        page.comment(1, "Hei?", "Kaisa Virtanen")

        told(desk, page)

        assert waiting(desk) == ["Kaisa"]
        with desk.database.reading() as db:
            assert db.get_one(Channel, channel).last_push_at is not None


class TestForgetting:
    """Deleted words go within the hour, with the raw bodies; raw bodies go after 90 days."""

    WORDS = "kanarialintu"

    def stored(self, desk: Desk) -> list[bytes]:
        with desk.database.reading() as db:
            return list(db.scalars(select(RawEvent.body).order_by(RawEvent.id)))

    def erase(self, desk: Desk) -> None:
        with desk.database.writing() as db:
            upkeep.erase(db, desk.now)

    @pytest.mark.parametrize("is_early", [False, True], ids=["in order", "the deletion first"])
    def test_deleted_words_and_their_raw_bodies_go(self, desk: Desk, is_early: bool) -> None:
        desk.channel(PAGE)
        page = Telling()
        page.comment(1, f"{self.WORDS} lensi", "Kaisa Virtanen", photo="https://x.example/1.jpg")
        page.edit(1, f"{self.WORDS} palasi")
        page.comment(2, "Jää talteen.", "Antti Laine")
        page.remove(1)
        page.comment(3, "Oma vastauksemme jää.", on=2)
        events = [*page.events[3:], *page.events[:3]] if is_early else page.events
        take(desk, *(body([e]) for e in events))

        desk.advance(3600 - 120)
        self.erase(desk)
        assert any(self.WORDS.encode() in raw for raw in self.stored(desk))
        desk.advance(240)
        self.erase(desk)

        assert not any(self.WORDS.encode() in raw for raw in self.stored(desk))
        with desk.database.reading() as db:
            gone = db.scalars(select(Message).where(Message.external_id == "1_1")).one()
            kept = set(db.scalars(select(Message.text)))
        assert (gone.text, gone.attachments, gone.sent_at) == ("", "[]", at(2))
        assert kept == {"", "Jää talteen.", "Oma vastauksemme jää."}
        assert sum(b"talteen" in raw for raw in self.stored(desk)) == 1

    def test_until_then_the_screen_shows_no_word_of_it(self, sqlite_desk: Desk) -> None:
        sqlite_desk.channel(PAGE)
        page = Telling()
        page.comment(1, "Missä?", "Antti Laine")
        page.comment(2, self.WORDS, "Kaisa Virtanen", on=1)
        page.remove(2)
        told(sqlite_desk, page)

        with sqlite_desk.database.reading() as db:
            seen = threads.conversation(
                db, sqlite_desk.actor("Ben"), sqlite_desk.now, ids(sqlite_desk)[0]
            )
        assert self.WORDS not in str(seen.thread)
        assert self.WORDS not in seen.conversation.snippet

    def test_raw_bodies_go_after_ninety_days_but_not_before_they_are_understood(
        self, desk: Desk
    ) -> None:
        for state in EventState:
            intake.store(desk.database, "meta", state.value.encode(), desk.now)
        with desk.database.writing() as db:
            for event in db.scalars(select(RawEvent)):
                event.state = EventState(event.body.decode())
            db.add(RefusedDelivery(at=desk.now, address="here", length=1))

        desk.advance(timedelta(days=89, hours=23).total_seconds())
        self.erase(desk)
        assert len(self.stored(desk)) == 3
        desk.advance(7200)
        self.erase(desk)

        assert self.stored(desk) == [b"new"]
        with desk.database.reading() as db:
            assert db.scalars(select(RefusedDelivery)).all() == []

    def test_a_round_reads_a_part_of_what_is_stored_and_the_next_goes_on(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upkeep, "BODIES", 3)
        desk.channel(PAGE)
        page = Telling()
        page.comment(1, self.WORDS, "Kaisa Virtanen")
        for number in range(2, 7):
            page.comment(number, "Muuta.", "Antti Laine")
        page.edit(1, f"{self.WORDS} palasi")
        page.remove(1)
        told(desk, page)
        desk.advance(3700)

        left = []
        for _ in range(4):
            self.erase(desk)
            left.append(sum(self.WORDS.encode() in raw for raw in self.stored(desk)))

        assert left == [1, 1, 0, 0]
        assert sum(b"Muuta" in raw for raw in self.stored(desk)) == 5
        with desk.database.reading() as db:
            assert db.scalars(select(Erasure)).all() == []

    def test_words_that_come_again_after_they_were_erased_go_too(self, desk: Desk) -> None:
        desk.channel(PAGE)
        page = Telling()
        page.comment(1, self.WORDS, "Kaisa Virtanen")
        page.remove(1)
        told(desk, page)
        desk.advance(3700)
        self.erase(desk)

        take(desk, body(page.events[:1]), body(page.events[:1]))
        self.erase(desk)

        assert not any(self.WORDS.encode() in raw for raw in self.stored(desk))

    def test_a_mark_is_kept_as_long_as_what_it_is_about_can_still_come(
        self, sqlite_desk: Desk
    ) -> None:
        desk = sqlite_desk
        desk.channel(PAGE)
        page = Telling()
        for number in (1, 2):
            page.comment(number, "Hei?", "Kaisa Virtanen")
            page.remove(number)
        first, gone, _, also_gone = (body([e]) for e in page.events)
        take(desk, gone, also_gone)

        desk.advance(timedelta(days=89).total_seconds())
        self.erase(desk)
        take(desk, first)
        assert [row[2] for row in looks(desk)["messages"]] == ["deleted"]
        desk.advance(timedelta(days=2).total_seconds())
        self.erase(desk)

        with desk.database.reading() as db:
            assert db.scalars(select(EarlyMark)).all() == []

    def test_housekeeping_does_it_by_itself(self, sqlite_desk: Desk) -> None:
        sqlite_desk.channel(PAGE)
        page = Telling()
        page.comment(1, self.WORDS, "Kaisa Virtanen")
        page.remove(1)
        told(sqlite_desk, page)

        sqlite_desk.advance(3700)
        topics.housekeeping(sqlite_desk.running)

        assert self.stored(sqlite_desk) == [b"", b""]


def test_a_conversation_that_turns_out_to_be_a_part_of_another_is_shown_once(desk: Desk) -> None:
    """A reply's reply came before the reply: what was written there meanwhile stays reachable."""
    desk.channel(PAGE)
    page = Telling()
    page.comment(1, "Ylin", "Kaisa Virtanen")
    page.comment(2, "Keskellä", "Antti Laine", on=1)
    page.comment(3, "Alin", "Bo Ek", on=2)
    top, middle, low = (body([e]) for e in page.events)
    take(desk, low)
    (stray,) = ids(desk)
    with desk.database.writing() as db:
        conversations.add_note(db, desk.actor("Ben"), stray, "muistiinpano", desk.now)

    take(desk, middle, top)

    (whole,) = ids(desk)
    with desk.database.reading() as db:
        seen = threads.conversation(db, desk.actor("Ben"), desk.now, stray)
    assert seen.conversation.id == whole
    assert [e.text for e in seen.thread if e.kind == "message"] == ["Ylin", "Keskellä", "Alin"]
    assert [e.text for e in seen.thread if e.kind == "note"] == ["muistiinpano"]
    assert seen.conversation.state is ConversationState.OPEN


def test_answers_begun_in_such_a_part_go_along(desk: Desk) -> None:
    desk.channel(PAGE)
    page = Telling()
    page.comment(1, "Ylin", "Kaisa Virtanen")
    page.comment(2, "Keskellä", "Bo Ek", on=1)
    page.comment(3, "Alin", "Bo Ek", on=2)
    page.comment(4, "Minäkin", "Antti Laine", on=2)
    top, middle, *low = (body([e]) for e in page.events)
    take(desk, top, *low)
    stray = next(i for i in ids(desk) if len(waiting_in(desk, i)) == 2)
    bo, antti = waiting_in(desk, stray)
    ben = desk.actor("Ben")
    with desk.database.writing() as db:
        for turn, text in ((bo, "Hei Bo"), (antti, "Hei An")):
            made = saving.save(
                db, ben, stray, text=text, turn_ids=[turn.turn_id], version=None, now=desk.now
            )
            if turn is bo:
                submitting.submit(
                    db, ben, made.id, text=text, turn_ids=[bo.turn_id], question="", version=None,
                    now=desk.now,
                )  # fmt: skip

    take(desk, middle)

    (whole,) = ids(desk)
    assert [t.name for t in waiting_in(desk, whole)] == ["Kaisa Virtanen", "Bo Ek", "Antti Laine"]
    with desk.database.reading() as db:
        found = {t.name: drafts.mine(db, ben, whole, [t.turn_id]) for t in waiting_in(desk, whole)}
        assert {n: d and d.text for n, d in found.items()} == {
            "Kaisa Virtanen": None, "Bo Ek": "Hei Bo", "Antti Laine": "Hei An",
        }  # fmt: skip
        (card,) = cards.queue(db, desk.actor("Ada"), desk.now)
    assert [s.text for s in card.said] == ["Keskellä", "Alin"]
    with desk.database.writing() as db:
        approvals.approve(
            db, desk.actor("Ada"), card.draft.id, version_id=card.version_id,
            seen_fingerprint=card.fingerprint, now=desk.now,
        )  # fmt: skip


def waiting_in(desk: Desk, conversation: int) -> list[queries.OpenTurn]:
    with desk.database.reading() as db:
        return queries.open_turns(db, conversation)
