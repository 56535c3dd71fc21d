"""Search finds what stands there now, for those who may read it, the same on both databases."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.access.identity import DESK
from app.access.roles import Role
from app.accounts import members
from app.accounts.models import Member
from app.foundation import fulltext
from app.foundation.errors import Invalid
from app.foundation.paging import Page, to_cursor
from app.inbox import conversations, excerpts, indexing, search, upkeep
from app.inbox.models import Contact, Conversation, Message
from app.inbox.search import Found
from app.jobs import topics
from tests import talks
from tests.desks import Desk


def page(desk: Desk, question: str, who: str = "Ben", **more: Any) -> Page[Found]:
    with desk.database.reading() as db:
        return search.search(db, desk.actor(who), desk.now, question, **more)


def names(desk: Desk, question: str, who: str = "Ben") -> list[str]:
    return [hit.row.name for hit in page(desk, question, who).rows]


def index(desk: Desk) -> None:
    topics.index_words(desk.running)


def number_of_pieces(desk: Desk) -> int:
    with desk.database.reading() as db:
        return db.scalar(text("SELECT count(*) FROM search_index")) or 0


def give(desk: Desk, first_name: str, role: Role, channel_id: int) -> None:
    with desk.database.writing() as db:
        member = db.scalars(select(Member).where(Member.name.startswith(first_name))).one()
        members.give_role(db, DESK, member, role, channel_id=channel_id, now=desk.now)


@pytest.fixture
def channel(desk: Desk) -> int:
    return desk.channel()


def test_words_are_found_as_written_with_accents_and_case_folded(desk: Desk, channel: int) -> None:
    talks.say(desk, channel, "Kaisa Virtanen", "Lähden Kilpisjärvelle perjantaina!")
    talks.say(desk, channel, "Olli Niemi", "Hinta nousi.")
    index(desk)

    assert names(desk, "kilpisjärvelle") == ["Kaisa Virtanen"]
    assert names(desk, "KILPISJARVELLE perjantaina") == ["Kaisa Virtanen"]
    assert names(desk, "kilpisjarvella") == []


def test_every_word_must_be_there_and_the_last_may_be_begun(desk: Desk, channel: int) -> None:
    talks.say(desk, channel, "Kaisa", "Lähden Kilpisjärvelle perjantaina")
    index(desk)

    assert names(desk, "perjantaina kilpisj") == ["Kaisa"]
    assert names(desk, "kilpisj perjantaina") == []
    assert names(desk, "kilpisjärvelle lauantaina") == []


def test_the_author_s_name_counts_among_the_words(desk: Desk, channel: int) -> None:
    talks.say(desk, channel, "Kaisa Virtanen", "Missä takki on?")
    talks.say(desk, channel, "Kaisa Salo", "Kiitos!")
    index(desk)

    assert names(desk, "kaisa takki") == ["Kaisa Virtanen"]
    assert sorted(names(desk, "kaisa")) == ["Kaisa Salo", "Kaisa Virtanen"]


def test_our_own_messages_and_order_numbers_are_found(desk: Desk, channel: int) -> None:
    first = talks.say(desk, channel, "Kaisa", "Tilaus #88214-B", ago=timedelta(minutes=9))
    talks.say(desk, channel, "", "Paketti lähti eilen.", under=first, is_ours=True)
    index(desk)

    assert names(desk, "88214") == ["Kaisa"]
    assert names(desk, "paketti eilen") == ["Kaisa"]


def test_in_a_private_talk_what_we_wrote_is_found_by_the_person_s_name(
    desk: Desk, channel: int
) -> None:
    talks.write(desk, channel, "Petteri", "Hei!", ago=timedelta(minutes=9))
    talks.write(desk, channel, "Petteri", "Teltan voi vaihtaa.", is_ours=True)
    index(desk)

    assert names(desk, "petteri teltan") == ["Petteri"]


def test_a_note_is_found_and_named_as_one(desk: Desk, channel: int) -> None:
    comment = talks.say(desk, channel, "Kaisa", "Missä pakettini on?")
    with desk.database.writing() as db:
        about = talks.conversation_of(desk, comment).id
        conversations.add_note(db, desk.actor("Ben"), about, "Soitin Vantaalle.", desk.now)
    index(desk)

    (hit,) = page(desk, "vantaalle").rows
    assert (hit.row.name, hit.is_note) == ("Kaisa", True)
    assert hit.parts == [("Soitin ", False), ("Vantaalle", True), (".", False)]
    (other,) = page(desk, "missä").rows
    assert not other.is_note


def test_what_was_not_indexed_yet_is_found_a_round_later(desk: Desk, channel: int) -> None:
    talks.say(desk, channel, "Kaisa", "Missä pakettini on?")
    assert names(desk, "pakettini") == []

    index(desk)

    assert names(desk, "pakettini") == ["Kaisa"]


def test_an_edit_is_found_by_its_new_words_and_at_once_not_by_the_old(
    desk: Desk, channel: int
) -> None:
    comment = talks.say(desk, channel, "Kaisa", "Vanha sana")
    index(desk)

    talks.edit(desk, channel, comment, "Uusi sana")
    assert names(desk, "vanha") == []
    assert names(desk, "sana") == ["Kaisa"]
    index(desk)

    assert names(desk, "uusi") == ["Kaisa"]
    assert names(desk, "vanha") == []
    assert number_of_pieces(desk) == 1


def test_deleted_words_are_found_no_more_not_even_before_the_next_round(
    desk: Desk, channel: int
) -> None:
    comment = talks.say(desk, channel, "Kaisa Virtanen", "Henkilötunnukseni on salaisuus")
    talks.say(desk, channel, "Olli", "Hinta on salaisuus")
    index(desk)

    talks.delete(desk, channel, comment)
    assert names(desk, "salaisuus") == ["Olli"]
    assert names(desk, "henkilötunnukseni") == []
    index(desk)

    assert names(desk, "salaisuus") == ["Olli"]
    (hit,) = page(desk, "kaisa virtanen").rows
    assert hit.parts == []


def test_erased_words_are_gone_from_the_index_itself(desk: Desk, channel: int) -> None:
    comment = talks.say(desk, channel, "Kaisa", "Henkilötunnukseni on salaisuus")
    index(desk)
    talks.delete(desk, channel, comment)
    desk.advance(7200)
    with desk.database.writing() as db:
        upkeep.erase(db, desk.now)
    index(desk)

    with desk.database.reading() as db:
        for word in ("henkilotunnukseni", "salaisuus"):
            assert fulltext.newest(db, fulltext.Asked((word,)), most=9) == []
        tables = ["search_index"]
        if desk.database.is_sqlite:
            tables += ["search_words", "search_index_content"]
        kept = [str(db.execute(text(f"SELECT * FROM {t}")).all()) for t in tables]
    assert not any("salaisuus" in rows for rows in kept)
    assert any("kaisa" in rows for rows in kept)


def test_what_was_deleted_before_it_was_indexed_never_comes_in(desk: Desk, channel: int) -> None:
    comment = talks.say(desk, channel, "", "Nimetön salaisuus")
    talks.delete(desk, channel, comment)

    index(desk)

    assert number_of_pieces(desk) == 0
    assert talks.message(desk, comment).is_indexed


def test_a_new_name_finds_what_was_written_under_the_old_one(desk: Desk, channel: int) -> None:
    talks.write(desk, channel, "Petteri", "Hei!", ago=timedelta(minutes=9))
    talks.write(desk, channel, "Petteri", "Vastaus teltasta", is_ours=True)
    talks.say(desk, channel, "Olli", "Hei!")
    index(desk)

    with desk.database.writing() as db:
        db.scalars(select(Contact).where(Contact.name == "Petteri")).one().name = "Pekka Heino"
    index(desk)

    assert names(desk, "heino teltasta") == names(desk, "pekka hei") == ["Pekka Heino"]
    assert names(desk, "petteri") == []


def test_a_time_that_was_corrected_moves_the_hit(desk: Desk, channel: int) -> None:
    old = talks.say(desk, channel, "Vanha", "sana", ago=timedelta(hours=2))
    talks.say(desk, channel, "Uusi", "sana", ago=timedelta(hours=1))
    index(desk)
    assert names(desk, "sana") == ["Uusi", "Vanha"]

    with desk.database.writing() as db:
        db.scalars(select(Message).where(Message.external_id == old)).one().sent_at = desk.now
    index(desk)

    assert names(desk, "sana") == ["Vanha", "Uusi"]
    assert number_of_pieces(desk) == 2


def test_a_stray_that_was_brought_home_is_found_there(desk: Desk, channel: int) -> None:
    talks.say(desk, channel, "Antti", "Sama täällä", under="top")
    index(desk)
    assert len(names(desk, "sama")) == 1
    talks.say(desk, channel, "Kaisa", "Missä?", ago=timedelta(minutes=5))
    with desk.database.writing() as db:
        home = db.scalars(select(Conversation).where(Conversation.snippet == "Missä?")).one()
        stray = db.scalars(select(Conversation).where(Conversation.snippet != "Missä?")).one()
        for message in list(stray.messages):
            message.conversation = home
        stray.merged_into_id = home.id
    index(desk)

    assert [hit.row.id for hit in page(desk, "sama").rows] == [home.id]


def test_a_stranger_finds_nothing_and_half_a_stranger_half(desk: Desk, channel: int) -> None:
    other = desk.channel()
    talks.say(desk, channel, "Kaisa", "Missä pakettini on?", ago=timedelta(minutes=1))
    talks.say(desk, other, "Olli", "Pakettini tuli!")
    index(desk)
    assert names(desk, "pakettini") == ["Olli", "Kaisa"]
    assert names(desk, "pakettini", "Mallory") == []
    assert names(desk, "pakettini", "Dan") == []

    give(desk, "Mallory", Role.VIEWER, other)

    assert names(desk, "pakettini", "Mallory") == ["Olli"]
    for who in ("Ada", "Ben", "Cleo", "Vera", "Sam"):
        assert names(desk, "pakettini", who) == ["Olli", "Kaisa"], who


def test_a_text_that_names_a_channel_s_mark_stays_on_its_own(desk: Desk, channel: int) -> None:
    other = desk.channel()
    talks.say(desk, channel, "Kaisa", f"pakettini ·c{other} ·k1 c{other}")
    index(desk)
    give(desk, "Mallory", Role.VIEWER, other)

    assert names(desk, "pakettini", "Mallory") == []


def test_pages_go_on_with_the_next_newest_and_show_nothing_twice(desk: Desk, channel: int) -> None:
    tops = [
        talks.say(desk, channel, f"N{n}", "sana", ago=timedelta(hours=50 - n)) for n in range(12)
    ]
    for n, top in enumerate(tops):
        for _ in range(n % 4):
            talks.say(
                desk, channel, "Muu", "sana taas", under=top, ago=timedelta(minutes=60 - 5 * n)
            )
    index(desk)
    whole = [hit.row.id for hit in page(desk, "sana", size=50).rows]
    assert len(whole) == len(set(whole)) == 12

    found: list[int] = []
    cursor = None
    for _ in range(20):
        some = page(desk, "sana", size=5, cursor=cursor)
        found += [hit.row.id for hit in some.rows]
        cursor = some.next
        if cursor is None:
            break

    assert found == whole
    times = [hit.at for hit in page(desk, "sana", size=50).rows]
    assert times == sorted(times, reverse=True)


def test_a_thread_of_very_many_hits_does_not_hide_the_others(
    desk: Desk, channel: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 5)
    talks.say(desk, channel, "Vanha", "sana", ago=timedelta(hours=3))
    talks.say(desk, channel, "Vanhempi", "sana", ago=timedelta(hours=4))
    top = talks.say(desk, channel, "Pitkä", "sana", ago=timedelta(hours=2))
    for n in range(23):
        talks.say(desk, channel, "Muu", "sana", under=top, ago=timedelta(minutes=60 - n))
    index(desk)

    first = page(desk, "sana", size=1)
    second = page(desk, "sana", size=1, cursor=first.next)
    third = page(desk, "sana", size=1, cursor=second.next)

    assert first.next and second.next and third.next is None
    found = [hit.row.snippet for p in (first, second, third) for hit in p.rows]
    assert len(found) == 3
    assert second.rows[0].row.name == "Vanha" and third.rows[0].row.name == "Vanhempi"


@pytest.mark.parametrize("cursor", ["x", "", to_cursor("a"), to_cursor(1, 2), "é" * 50])
def test_a_damaged_place_is_refused_or_is_the_beginning(sqlite_desk: Desk, cursor: str) -> None:
    talks.say(sqlite_desk, sqlite_desk.channel(), "Kaisa", "sana")
    index(sqlite_desk)

    try:
        found = page(sqlite_desk, "sana", cursor=cursor).rows
    except Invalid:
        return
    assert len(found) <= 1


def test_a_round_takes_five_hundred_and_the_job_all(
    desk: Desk, channel: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "A_ROUND", 3)
    for n in range(8):
        talks.say(desk, channel, f"N{n}", "sana")
    with desk.database.writing() as db:
        assert indexing.is_behind(db)
        indexing.take_in(db)
    assert number_of_pieces(desk) == 3

    index(desk)

    assert number_of_pieces(desk) == 8
    with desk.database.reading() as db:
        assert not indexing.is_behind(db)


def test_an_edit_during_a_round_is_taken_in_by_the_next(postgres_desk: Desk) -> None:
    """The indexer holds the row with its old words; the edit waits, and is not overlooked."""
    desk = postgres_desk
    channel = desk.channel()
    comment = talks.say(desk, channel, "Kaisa", "Vanha sana")
    edited = threading.Thread(target=lambda: talks.edit(desk, channel, comment, "Uusi sana"))
    with desk.database.writing() as db:
        indexing.take_in(db)
        edited.start()
        edited.join(0.5)
        assert edited.is_alive()
    edited.join(10)

    index(desk)

    assert names(desk, "uusi sana") == ["Kaisa"]
    assert names(desk, "vanha") == []


def test_two_indexers_do_not_stand_in_each_other_s_way(postgres_desk: Desk) -> None:
    desk = postgres_desk
    talks.say(desk, desk.channel(), "Kaisa", "sana")
    with desk.database.writing() as db:
        assert indexing.take_in(db) > 0
        index(desk)

    assert names(desk, "sana") == ["Kaisa"]
    assert number_of_pieces(desk) == 1


def test_the_same_delivery_again_is_nothing_to_index(desk: Desk, channel: int) -> None:
    comment = talks.say(desk, channel, "Kaisa", "sana")
    index(desk)
    before = talks.message(desk, comment)

    talks.edit(desk, channel, comment, "toinen")
    index(desk)
    with desk.database.writing() as db:
        message = db.scalars(select(Message)).one()
        message.hidden_at, message.attachments = desk.now, json.dumps(["photo"])

    assert talks.message(desk, comment).is_indexed
    assert talks.message(desk, comment).indexed_as == before.indexed_as


def test_a_note_of_long_ago_has_its_place(desk: Desk) -> None:
    from_number = indexing.number_of(desk.now, 7, indexing.NOTE)

    assert indexing.split([from_number]) == ([], [7])
    assert indexing.split([indexing.number_of(desk.now, 7, indexing.MESSAGE)]) == ([7], [])
    later = indexing.number_of(desk.now + timedelta(seconds=1), 1, indexing.MESSAGE)
    assert later > from_number
    assert indexing.number_of(desk.now.replace(year=1900), 1, indexing.MESSAGE) == 2
    assert indexing.number_of(desk.now.replace(year=9000), 1, indexing.MESSAGE) < 2**63


@pytest.mark.parametrize(
    ("given", "asked", "parts"),
    [
        ("Missä takki on?", ("takki",), [("Missä ", False), ("takki", True), (" on?", False)]),
        ("Ääkköset", ("aakk",), [("Ääkköset", True)]),
        ("a\u0308a\u0308ni", ("aani",), [("ääni", True)]),
        ("takki ja TAKKIA", ("takki", "ja"),
         [("takki", True), (" ", False), ("ja", True), (" TAKKIA", False)]),
        ("eka\n\n toka", ("muu",), [("eka toka", False)]),
        ("", ("muu",), []),
        ("eka", (), [("eka", False)]),
    ],
)  # fmt: skip
def test_an_excerpt_marks_the_words(
    given: str, asked: tuple[str, ...], parts: list[tuple[str, bool]]
) -> None:
    assert excerpts.excerpt(given, asked) == parts


def test_an_excerpt_of_a_long_text_shows_the_place(desk: Desk) -> None:
    parts = excerpts.excerpt("alku " * 60 + "TÄSSÄ " + "loppu " * 60, ("tassa",))

    shown = "".join(part for part, _ in parts)
    assert shown.startswith("…alku ") and shown.endswith("loppu…")
    assert ("TÄSSÄ", True) in parts
    assert len(shown) <= excerpts.LENGTH + 2
    one_word = excerpts.excerpt("x" * 500, ("y",))
    assert "".join(p for p, _ in one_word) == "x" * excerpts.LENGTH + "…"
    hidden = excerpts.excerpt("y" * 100 + " " + "x" * 500, ("xx",))
    assert hidden[0] == ("…", False)
