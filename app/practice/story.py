"""The practice story: an outdoor shop in Tampere, its customers, an ordinary day and a storm.

Times are relative to now, so that with the usual promise of four hours one customer is late,
two are due soon and the rest can wait.
"""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from app.foundation.clock import Clock
from app.foundation.words import Words
from app.practice import messenger, pages, planned, threads, times
from app.practice.errors import Refused
from app.practice.store import Store

PAGE_ID = "106233987400001"
PAGE_NAME = "Riekko & Rinne"
STOVE = f"{PAGE_ID}_331700000000002"
SHOP = None  # the Page itself answers

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Said:
    """Somebody's words, so many seconds ago; `replies` stand under them."""

    who: str | None
    ago: int
    words: str
    replies: tuple["Said", ...] = ()


@dataclass(frozen=True)
class Post:
    number: str
    ago: int
    words: str
    comments: tuple[Said, ...]


POSTS = (
    Post(
        "331700000000001", 5 * DAY,
        "Kaamos-untuvatakki on täällä. Lämmin kuin kotisohva, kevyt kuin eväsleipä.",
        (
            Said("Sari Lehtonen", 4 * DAY, "Onko tätä naisten koossa XS?", (
                Said(SHOP, 4 * DAY - 2 * HOUR, "Hei Sari! On, mustana ja kanervana. Sanna"),
                Said("Sari Lehtonen", 4 * DAY - 3 * HOUR, "Kiitos, tulen lauantaina sovittamaan!"),
                Said(SHOP, 4 * DAY - 4 * HOUR, "Hienoa, laitetaan XS sivuun nimelläsi. Sanna"),
            )),
            Said("Kaisa Virtanen", 4 * HOUR + 14 * MINUTE,
                 "Tilasin Kaamos-takin {ordered} ja seuranta ei ole liikkunut viikkoon. Viestiin "
                 "ei vastata. Onko tää nyt normaalia teillä? Lähden Kilpisjärvelle perjantaina ja "
                 "takki pitäisi olla päällä.", (
                Said("Antti Laine", 3 * HOUR + 20 * MINUTE,
                     "Sama täällä, tilasin {later} eikä mitään ole kuulunut."),
            )),
            Said("Olli Niemi", 38 * MINUTE, "Hinta nousi 40 € viikossa. Aika röyhkeää?"),
        ),
    ),
    Post(
        "331700000000002", 3 * DAY,
        "Tuli 2 on taas hyllyssä. Keittää litran neljässä minuutissa.",
        (
            Said("Jukka Oksanen", 2 * DAY, "Naapurikaupassa tämä on kympin halvempi.", (
                Said(SHOP, 2 * DAY - HOUR,
                     "Hei Jukka, emme kommentoi muiden hintoja, mutta meiltä saat keittimeen "
                     "kahden vuoden huollon. Jere"),
            )),
            Said("Tom Maddox", HOUR + 2 * MINUTE,
                 "Does the Tuli 2 stove light below −20 °C? Packing for Käsivarsi next week."),
        ),
    ),
    Post(
        "331700000000003", 9 * DAY,
        "Syysretkien aika! Myymälämme Tampereella on auki ma–pe 10–18 ja la 10–16.",
        (
            Said("Henna Kallio", 3 * HOUR + 35 * MINUTE,
                 "Onko Rinne-rinkka 65 l myymälässä vai pelkästään verkossa?"),
            Said("Marja-Leena Aho", 12 * MINUTE,
                 "Paras retkikauppa Tampereella, kiitos Sannalle avusta!"),
        ),
    ),
    Post(
        "331700000000004", 40 * MINUTE, "Talvikenkien ale alkoi. Koot 36–46.",
        (
            Said("Hilla Harju", 4 * MINUTE,
                 "Tilasin kengät viikko sitten, eikä kukaan vastaa viestiin. Missä pakettini on?"),
        ),
    ),
)  # fmt: skip

TALKS: dict[str, tuple[Said, ...]] = {
    "Saara Rinne": (
        Said("Saara Rinne", 26 * HOUR, "Vetoketju petti retkellä. Korjaatteko näitä?"),
        Said(SHOP, 25 * HOUR, "Hei Saara, korjaamme. Tuo takki myymälään, hoituu viikossa. Sanna"),
        Said("Saara Rinne", 24 * HOUR + 30 * MINUTE, "Selvä, kiitos! Tulen torstaina."),
        Said(SHOP, 24 * HOUR, "Tervetuloa! Sanna"),
    ),
    "Emma Lindqvist": (
        Said("Emma Lindqvist", 44 * MINUTE,
             "Hej! Skickar ni till Mariehamn, och hur länge tar det?"),
    ),
    "Petteri Heino": (
        Said("Petteri Heino", 87 * MINUTE,
             "Hei! Ostin teiltä lokakuussa Halla 2 -teltan. Sopiiko vaihto isompaan, jos sitä on "
             "käytetty kerran takapihalla?"),
        Said("Petteri Heino", 86 * MINUTE,
             "Koira tulee mukaan, niin kahden hengen on vähän pieni."),
        Said(SHOP, 70 * MINUTE,
             "Moi Petteri! Sopii hyvin. Onko teltta kuiva ja ehjä, ja löytyykö kuitti tai "
             "tilausnumero? Sanna"),
        Said("Petteri Heino", 20 * MINUTE,
             "Kuiva ja ehjä on. Tilaus 88214. Voinko tuoda sen lauantaina?"),
    ),
}  # fmt: skip

FIRST_NAMES = (
    "Aatos", "Alina", "Eeva", "Eino", "Elli", "Hannes", "Helmi", "Ilmari", "Inka", "Jarmo",
    "Kerttu", "Lauri", "Liisa", "Martti", "Mirja", "Niilo", "Noora", "Oskari", "Pirkko", "Raimo",
    "Saimi", "Teemu", "Tuija", "Vilja",
)  # fmt: skip
LAST_NAMES = ("Harjula", "Jokela", "Kivelä", "Mattila", "Nurmi", "Pelto", "Salmela", "Toivio")

STORM_SECONDS = 6 * MINUTE
STORM = (
    ("Ostin Tulen lokakuussa, uskaltaako tätä enää käyttää?", 10),
    ("Tuli 2 vuotaa venttiilistä! Haisi kaasulle koko teltta.", 4),
    ("Mihin tän voi palauttaa ja saako rahat takaisin?", 8),
    ("Meillä sama, suhina kuuluu kun kierteen kiristää.", 5),
    ("Kaikki niiden keittimet vuotaa, älkää ostako.", 5),
    ("Aivan käsittämätöntä toimintaa.", 8),
    ("Koskeeko tämä myös vanhaa Tulta?", 6),
    ("Lapset oli mukana retkellä. Vastatkaa nyt jotain!", 5),
    ("Is it true that the Tuli 2 leaks? We leave on Saturday.", 3),
    ("Hyvä että kerroitte heti.", 3),
    ("Kuka maksaa, jos mökki palaa?", 3),
)


def seed(store: Store, clock: Clock) -> None:
    """Doing it again changes nothing: the story is there or it is not."""
    now = times.ms(clock.now())
    with store.writing() as db:
        pages.create(db, now, PAGE_NAME, PAGE_ID)
        row = db.execute("SELECT 1 FROM posts WHERE page_id = ?", (PAGE_ID,)).fetchone()
        if row is not None:
            return
        dates = _dates(clock)
        for post in sorted(POSTS, key=lambda item: -item.ago):
            _tell_post(db, now, post, dates)
        for name, said in TALKS.items():
            person = pages.person(db, PAGE_ID, name)
            for words in said:
                _tell_message(db, now, person, words)


def storm(db: sqlite3.Connection, now: int, seconds: int = STORM_SECONDS) -> int:
    """Sixty comments under the stove, slow, then fast, then slower; says how many will come."""
    stove = db.execute("SELECT 1 FROM posts WHERE id = ? AND deleted = 0", (STOVE,)).fetchone()
    if stove is None:
        raise Refused(Words("The storm belongs to the story, and its stove is not here."), 409)
    if planned.left(db):
        raise Refused(Words("A storm is under way already."), 409)
    words = [text for text, times_said in STORM for _ in range(times_said)]
    count = len(words)
    coming = []
    for index in range(count):
        # A step that shares no factor with the count mixes the topics, the same way every time.
        text = words[(index * 23) % count]
        first = FIRST_NAMES[(index * 7) % len(FIRST_NAMES)]
        name = f"{first} {LAST_NAMES[(index * 5 + index // 24) % len(LAST_NAMES)]}"
        coming.append((now + int(1000 * seconds * _ramp(index / count)), STOVE, name, text))
    return planned.plan_comments(db, coming)


def _ramp(share: float) -> float:
    """Half of it comes in the middle third."""
    side = 2 * share - 1
    return share + 0.35 * (side**3 - side)


def _dates(clock: Clock) -> dict[str, str]:
    """Two weeks and twelve days ago, as people write them."""
    now = clock.now()
    ordered, later = now - timedelta(days=14), now - timedelta(days=12)
    return {
        "ordered": f"{ordered.day}.{ordered.month}.",
        "later": f"{later.day}.{later.month}.",
    }


def _tell_post(db: sqlite3.Connection, now: int, post: Post, dates: dict[str, str]) -> None:
    row = threads.add_post(
        db, now, PAGE_ID, post.words, created=now - post.ago * 1000, post_id=post.number
    )
    for said in post.comments:
        top = _tell_comment(db, now, row, said, dates)
        for reply in said.replies:
            _tell_comment(db, now, top, reply, dates)


def _tell_comment(
    db: sqlite3.Connection, now: int, on: sqlite3.Row, said: Said, dates: dict[str, str]
) -> sqlite3.Row:
    person = pages.person(db, PAGE_ID, said.who) if said.who else None
    return threads.add_comment(
        db, now, on, said.words.format(**dates),
        via=threads.CUSTOMER if person else threads.NATIVE,
        person_id=person["id"] if person else None, created=now - said.ago * 1000,
    )  # fmt: skip


def _tell_message(db: sqlite3.Connection, now: int, person: sqlite3.Row, said: Said) -> None:
    if said.who:
        messenger.receive(db, now, person, said.words, created=now - said.ago * 1000)
    else:
        messenger.answer_natively(db, now, person, said.words, created=now - said.ago * 1000)
