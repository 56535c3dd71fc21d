"""The shop on X: an ordinary day in a few conversations. Told only when somebody asks for it."""

import sqlite3
from dataclasses import dataclass

from app.practice.story import DAY, HOUR, MINUTE
from app.practice.threads import CUSTOMER, NATIVE
from app.practice.x import direct, posts, users

ACCOUNT_ID, USERNAME, NAME = 1_600_000_000_000_000_001, "riekkorinne", "Riekko & Rinne"
SHOP = None  # the account itself


@dataclass(frozen=True)
class Said:
    """Somebody's words, so many seconds ago; replies and quotes are of this post."""

    who: str | None
    ago: int
    words: str
    replies: tuple["Said", ...] = ()
    quotes: tuple["Said", ...] = ()


POSTS = (
    Said(SHOP, 6 * DAY, "Lumikengät tulivat varastoon. Koot S–XL, vuokralle ja omaksi.", (
        Said("Pauli Huhta", 6 * DAY - 3 * HOUR, "Mitä vuokra maksaa viikonlopulta?", (
            Said(SHOP, 6 * DAY - 4 * HOUR, "Hei Pauli! 25 € perjantaista maanantaihin. Jere"),
            Said("Pauli Huhta", 6 * DAY - 5 * HOUR, "Kiitos, haen perjantaina."),
        )),
        Said("Vera Salo", 50 * MINUTE, "Onko M-kokoa vielä Tampereella?"),
    ), (
        Said("Erik Ståhl", 5 * DAY, "Äntligen snöskor i Tammerfors! Finns de i storlek XL?"),
    )),
    Said("Leo Karhu", 3 * HOUR + 5 * MINUTE,
         "@riekkorinne rinkan lantiovyön solki hajosi ensimmäisellä reissulla. Takuu vai oma vika?",
         (Said("Ilona Mäki", 2 * HOUR, "Mulla kesti kaksi vuotta ja sitten sama juttu."),)),
    Said("Sanni Uotila", 80 * MINUTE,
         "@riekkorinne verkkokauppa ei hyväksy korttiani, kokeilin kolmesti. Onko muilla samaa?"),
    Said("Grace Whitmore", 25 * MINUTE,
         "@riekkorinne do you rent avalanche beacons? We arrive on Friday & leave on Monday."),
    Said("Mikko Rantala", 9 * MINUTE, "Kiitos @riekkorinne, huolto hoitui päivässä! \U0001f44f"),
)  # fmt: skip

TALKS: dict[str, tuple[Said, ...]] = {
    "Sanni Uotila": (
        Said("Sanni Uotila", 75 * MINUTE, "Hei! Tilaus 90117 jäi kesken, veloitettiinko minua?"),
    ),
    "Pauli Huhta": (
        Said("Pauli Huhta", 5 * DAY, "Voinko palauttaa lumikengät jo sunnuntaina?"),
        Said(SHOP, 5 * DAY - HOUR, "Hei Pauli! Sunnuntaina olemme kiinni, maanantai käy. Jere"),
    ),
}  # fmt: skip


def tell(db: sqlite3.Connection, now: int) -> sqlite3.Row:
    """The account. Telling it again changes nothing: the story is there or it is not."""
    account = users.create(db, now, USERNAME, NAME, user_id=ACCOUNT_ID, is_account=True)
    if db.execute("SELECT 1 FROM x_posts WHERE author_id = ?", (account["id"],)).fetchone():
        return account
    for said in POSTS:
        _tell_post(db, now, account, said)
    for name, talk in TALKS.items():
        person = users.named(db, now, name)
        for said in talk:
            sender, recipient = (person, account) if said.who else (account, person)
            via = CUSTOMER if said.who else NATIVE
            at = now - said.ago * 1000
            direct.add(db, now, sender, recipient, said.words, via=via, created=at)
    return account


def _tell_post(
    db: sqlite3.Connection,
    now: int,
    account: sqlite3.Row,
    said: Said,
    reply_to: sqlite3.Row | None = None,
    quoted: sqlite3.Row | None = None,
) -> None:
    author = users.named(db, now, said.who) if said.who else account
    via = CUSTOMER if said.who else NATIVE
    at = now - said.ago * 1000
    row = posts.add(
        db, now, author, said.words, via=via, reply_to=reply_to, quoted=quoted, created=at
    )
    for reply in said.replies:
        _tell_post(db, now, account, reply, reply_to=row)
    for quote in said.quotes:
        _tell_post(db, now, account, quote, quoted=row)
