"""Who may be the same person as somebody else: looked for in what changed, only ever proposed.

One clue that many share points to nobody, and a name alone never does.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.foundation.db import insert_all
from app.foundation.text import fold, search_words
from app.inbox import order_numbers
from app.inbox.models import Clue, Contact, ContactClue, Message, SamePerson, SameState

Clues = set[tuple[Clue, str]]
Holders = dict[tuple[Clue, str], set[int]]
STRONG = frozenset({Clue.EMAIL, Clue.PHONE, Clue.ORDER})
NAME_AND_MORE = frozenset({Clue.NAME, Clue.DAYS})
SHARED_BY = 3
"""What more contacts have in common is a switchboard, a product number or a common name."""
READ_BACK = 200
SHORTEST_ORDER = 6
"""A shorter number may as well be a year or a postcode."""
PHONE_END = 9
"""With or without the country's number, its end is the same."""
CLOSE = timedelta(days=2)


def is_enough(shared: Iterable[Clue]) -> bool:
    """Whether what two contacts have in common is worth proposing. Pure."""
    found = set(shared)
    return bool(found & STRONG) or found >= NAME_AND_MORE


def clues(name: str, email: str, phone: str, texts: Iterable[str]) -> Clues:
    """What is known of somebody, as it is compared. Pure."""
    words, digits = sorted(search_words(name)), "".join(c for c in phone if c.isdecimal())
    found = {(Clue.ORDER, n) for t in texts for n in order_numbers.found(t) if _is_order(n)}
    if len(words) > 1:
        found.add((Clue.NAME, " ".join(words)[:254]))
    if email:
        found.add((Clue.EMAIL, fold(email).strip()))
    if len(digits) >= SHORTEST_ORDER:
        found.add((Clue.PHONE, digits[-PHONE_END:]))
    return found


def look_at(db: Session, contact: Contact, now: datetime) -> None:
    """Keep what is known of a contact, and propose whom it may be besides.

    A clue that one more shares now may be none any more: what it proposed is weighed again.
    """
    _keep(db, contact.id, _known(db, contact))
    holders = _holders(db, contact.id)
    _weigh(db, contact, holders, now)
    crowd = {n for ids in holders.values() if len(ids) == SHARED_BY + 1 for n in ids}
    for number in sorted(crowd - {contact.id}):
        _weigh(db, db.get_one(Contact, number), _holders(db, number), now)


def _weigh(db: Session, contact: Contact, holders: Holders, now: datetime) -> None:
    """Proposals as what is known has them; what a member decided stands."""
    alike = {n: c for n, c in _alike(db, contact, holders).items() if is_enough(c)}
    for pair in _pairs(db, contact.id):
        other = pair.other_id if pair.contact_id == contact.id else pair.contact_id
        shared = alike.pop(other, None)
        if pair.state is SameState.PROPOSED:
            _tell(db, pair, shared)
    insert_all(db, SamePerson, [_row(contact.id, n, found, now) for n, found in alike.items()])


def _is_order(number: str) -> bool:
    """A phone number begins with a nought or the country's number."""
    return len(number) >= SHORTEST_ORDER and not number.startswith(("0", "358"))


def _known(db: Session, contact: Contact) -> Clues:
    newest = (
        select(Message.text)
        .where(
            Message.contact_id == contact.id,
            Message.is_ours.is_(False),
            Message.deleted_at.is_(None),
        )
        .order_by(Message.id.desc())
        .limit(READ_BACK)
    )
    return clues(contact.name, contact.email, contact.phone, db.scalars(newest))


def _keep(db: Session, contact_id: int, known: Clues) -> None:
    """What is no longer said of them is no clue any more."""
    rows = db.scalars(select(ContactClue).where(ContactClue.contact_id == contact_id)).all()
    before = {(row.clue, row.value) for row in rows}
    for row in rows:
        if (row.clue, row.value) not in known:
            db.delete(row)
    made = [{"contact_id": contact_id, "clue": c, "value": v} for c, v in known - before]
    insert_all(db, ContactClue, made)
    db.flush()


def _holders(db: Session, contact_id: int) -> Holders:
    """Who shares each of a contact's clues, itself among them."""
    theirs = aliased(ContactClue)
    rows = db.execute(
        select(ContactClue.clue, ContactClue.value, theirs.contact_id)
        .join(theirs, and_(theirs.clue == ContactClue.clue, theirs.value == ContactClue.value))
        .where(ContactClue.contact_id == contact_id)
    )
    found: Holders = defaultdict(set)
    for clue, value, holder in rows:
        found[(clue, value)].add(holder)
    return found


def _alike(db: Session, contact: Contact, holders: Holders) -> dict[int, set[Clue]]:
    """Others with a clue in common, and which."""
    found = defaultdict[int, set[Clue]](set)
    for (clue, _value), ids in holders.items():
        for other in ids - {contact.id} if len(ids) <= SHARED_BY else ():
            found[other].add(clue)
    for other, shared in found.items():
        _weigh_name(db, contact, other, shared)
    return found


def _weigh_name(db: Session, contact: Contact, other_id: int, shared: set[Clue]) -> None:
    """A full name says something on two channels only, and more in the same days."""
    if Clue.NAME not in shared:
        return
    if db.get_one(Contact, other_id).channel_id == contact.channel_id:
        shared.discard(Clue.NAME)
        return
    newest = [_last_at(db, number) for number in (contact.id, other_id)]
    if newest[0] and newest[1] and abs(newest[0] - newest[1]) <= CLOSE:
        shared.add(Clue.DAYS)


def _last_at(db: Session, contact_id: int) -> datetime | None:
    return db.scalar(select(func.max(Message.sent_at)).where(Message.contact_id == contact_id))


def _pairs(db: Session, contact_id: int) -> list[SamePerson]:
    either = or_(SamePerson.contact_id == contact_id, SamePerson.other_id == contact_id)
    return list(db.scalars(select(SamePerson).where(either)))


def _tell(db: Session, pair: SamePerson, shared: set[Clue] | None) -> None:
    """Nobody has said anything of a proposal yet: it stands as long as its reason does."""
    if shared is None:
        db.execute(delete(SamePerson).where(
            SamePerson.contact_id == pair.contact_id, SamePerson.other_id == pair.other_id,
            SamePerson.state == SameState.PROPOSED,
        ))  # fmt: skip
    elif pair.clues != _written(shared):
        pair.clues = _written(shared)


def _row(contact_id: int, other_id: int, shared: set[Clue], now: datetime) -> dict[str, object]:
    first, second = sorted((contact_id, other_id))
    return {"contact_id": first, "other_id": second, "state": SameState.PROPOSED,
            "clues": _written(shared), "found_at": now}  # fmt: skip


def _written(shared: set[Clue]) -> str:
    return ",".join(c.value for c in Clue if c in shared)
