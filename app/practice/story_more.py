"""More of the practice story: the shop on Instagram, and its wall, which is ready to be told.

`story.seed` tells none of it; a practice desk asks for the account when it begins. The account and
the recommendation are told once; each other call writes one more.
"""

import sqlite3
from dataclasses import dataclass

from app.practice import direct, files, pages, story, threads, visitors
from app.practice.instagram import accounts, comments, media
from app.practice.story import DAY, HOUR, MINUTE, SHOP, Said

IG_ID, IG_NAME = "17841406233987400", "riekkojarinne"


@dataclass(frozen=True)
class Picture:
    """A picture of the shop's, so many seconds ago, and what stands under it."""

    id: str
    ago: int
    caption: str
    comments: tuple[Said, ...]
    kind: str = "FEED"


PICTURES = (
    Picture(
        "17933170000000001", 6 * DAY,
        "Ensilumi Pyynikillä. Kaamos-takki pitää tuulen ulkona. #riekkojarinne",
        (
            Said("sari.lehtonen", 5 * DAY, "Onko tästä myös pitkää mallia? 😍", (
                Said(SHOP, 5 * DAY - HOUR, "Hei Sari! On, Kaamos Pitkä tulee viikolla 48. Sanna"),
            )),
            Said("retki_ilmari", 2 * HOUR + 10 * MINUTE,
                 "Mikä on vedenpitävyys? Kastuin edellisellä takillani läpimäräksi.", (
                Said("kaisa.virtanen", HOUR + 50 * MINUTE,
                     "Sama kysymys, entä kestääkö se rinkan hihnoja?"),
            )),
        ),
    ),
    Picture(
        "17933170000000002", 30 * HOUR,
        "Näin huollat keittimen ennen talvea: kolme minuuttia, yksi rätti.",
        (
            Said("jukka.oksanen", 25 * HOUR, "Kiitos, juuri tätä tarvitsin!"),
            Said("halpa.kello.shop", 3 * HOUR, "Luxury watches 90 % off 👉 link in bio"),
            Said("emma.lindqvist", 35 * MINUTE, "Finns videon på svenska också?"),
        ),
        "REELS",
    ),
)  # fmt: skip

DIRECT: dict[str, tuple[Said, ...]] = {
    "henna.kallio": (
        Said("henna.kallio", 50 * MINUTE,
             "Moi! Näin tarinassanne vihreän rinkan. Mikä malli se on ja onko sitä jäljellä?"),
    ),
    "tom.maddox": (
        Said("tom.maddox", 5 * HOUR, "Do you rent snowshoes for a weekend?"),
        Said(SHOP, 4 * HOUR + 30 * MINUTE, "Hi Tom! We do, 35 € for Fri–Mon. Which size? Jere"),
        Said("tom.maddox", 25 * MINUTE, "43, please. Can I pick them up on Thursday evening?"),
    ),
}  # fmt: skip

VISIT = Said(
    "Leena Karvonen", 3 * HOUR + 5 * MINUTE,
    "Jätin viime viikolla vaelluskengät pohjattaviksi. Milloin ne voi hakea? "
    "Puhelimeen ei vastata.",
)  # fmt: skip
RECOMMENDATION = Said(
    "Mikko Saarela", 20 * HOUR,
    "Asiantuntevaa palvelua, mutta nettitilaus kesti kaksi viikkoa ja laatikko oli auki.",
)  # fmt: skip
MENTION = Said(
    "Noora Heikkinen", 95 * MINUTE,
    "Kiitos Riekko & Rinne, teltta kesti Saanan myrskyn! Yksi kaari vääntyi, saako uuden?",
)  # fmt: skip


def tell_instagram(db: sqlite3.Connection, now: int) -> None:
    """The account with two pictures, their comments, and two private conversations."""
    pages.create(db, now, story.PAGE_NAME, story.PAGE_ID)
    ig_id = accounts.create(db, now, story.PAGE_ID, IG_NAME, IG_ID)["id"]
    if db.execute("SELECT 1 FROM posts WHERE page_id = ?", (ig_id,)).fetchone():
        return
    for picture in PICTURES:
        _tell_picture(db, now, ig_id, picture)
    for name, said in DIRECT.items():
        person = accounts.person(db, ig_id, name)
        for words in said:
            say = direct.receive if words.who else direct.answer_natively
            say(db, now, person, words.words, created=now - words.ago * 1000)


def tell_story_mention(db: sqlite3.Connection, now: int) -> sqlite3.Row:
    """Somebody names the account in a story, which lasts a day."""
    person = accounts.person(db, IG_ID, "saara.rinne")
    shown = files.sample(db, now, IG_ID, "story_mention")
    return direct.receive(db, now, person, "", attachment=shown)


def tell_instagram_mention(db: sqlite3.Connection, now: int) -> sqlite3.Row:
    person = accounts.person(db, IG_ID, "noora.heikkinen")
    words = f"Saanan huipulla @{IG_NAME} teltalla. Suosittelen!"
    return media.mention(db, now, person, words, created=now - 70 * MINUTE * 1000)


def tell_visitor_post(db: sqlite3.Connection, now: int) -> sqlite3.Row:
    """A customer with a picture asks on the wall."""
    person = pages.person(db, story.PAGE_ID, VISIT.who or "")
    shown = [files.sample(db, now, story.PAGE_ID, "image")]
    return visitors.write(
        db, now, person, VISIT.words, attachment=shown, created=now - VISIT.ago * 1000
    )


def tell_recommendation(db: sqlite3.Connection, now: int) -> sqlite3.Row:
    """Once: one person recommends once."""
    person = pages.person(db, story.PAGE_ID, RECOMMENDATION.who or "")
    found = visitors.rating_of(db, person["id"])
    return found or visitors.recommend(
        db, now, person, RECOMMENDATION.words, opinion="negative",
        created=now - RECOMMENDATION.ago * 1000,
    )  # fmt: skip


def tell_mention(db: sqlite3.Connection, now: int) -> sqlite3.Row:
    person = pages.person(db, story.PAGE_ID, MENTION.who or "")
    return visitors.mention(db, now, person, MENTION.words, created=now - MENTION.ago * 1000)


def _tell_picture(db: sqlite3.Connection, now: int, ig_id: str, picture: Picture) -> None:
    row = media.add(
        db, now, ig_id, picture.caption, kind=picture.kind, media_id=picture.id,
        created=now - picture.ago * 1000,
    )  # fmt: skip
    for said in picture.comments:
        top = _tell_comment(db, now, row, said)
        for reply in said.replies:
            _tell_comment(db, now, top, reply)


def _tell_comment(db: sqlite3.Connection, now: int, on: sqlite3.Row, said: Said) -> sqlite3.Row:
    person = accounts.person(db, on["page_id"], said.who)["id"] if said.who else None
    return comments.add(
        db, now, on, said.words, via=threads.CUSTOMER if person else threads.NATIVE,
        person_id=person, created=now - said.ago * 1000,
    )  # fmt: skip
