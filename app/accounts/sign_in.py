"""Sign-in: the wrong tries are counted before the password is looked at.

The counters stand in our own table, so that several processes share them. After five wrong tries
in a row the next has to wait, 30 s at first, doubling to an hour. A name that does not exist
is counted and takes as long as one that does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import Member, MemberState, SignInAttempt
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import TooSoon
from app.foundation.text import clean
from app.foundation.words import Words

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN = timedelta(days=1)
"""After a day without a try the count begins anew; waiting for that gains a guesser nothing."""


@dataclass(frozen=True)
class Candidate:
    """Who somebody says they are, with what is needed to check it outside a transaction."""

    member_id: int | None
    password_hash: str
    has_second_factor: bool


def count_try(db: Session, keys: list[str], now: datetime) -> None:
    """Count a try under each key; refuses while one of them has to wait."""
    for key in keys:
        row = _counter(db, _digest(key), now)
        wait = _wait(row.locked_until, now)
        if wait:
            raise TooSoon(
                Words(
                    "Too many tries. Wait %(seconds)d seconds, then try again.", {"seconds": wait}
                )
            )
        before = row.count if now - row.tried_at < FORGOTTEN else 0
        row.count, row.tried_at = before + 1, now
        row.locked_until = now + wait_after(row.count) if row.count >= FREE_TRIES else None


def address_key(address: str) -> str:
    """What tries from an address are counted under. A house has one IPv6 network of 2^64."""
    try:
        found = ip_address(address)
    except ValueError:
        return f"address:{address}"
    return f"address:{ip_network((found, 64), strict=False) if found.version == 6 else found}"


def _wait(until: datetime | None, now: datetime) -> int:
    """Seconds to wait. A time further off than any wait comes from a clock that was put back."""
    if until is None or not now < until <= now + LONGEST_WAIT:
        return 0
    return ceil((until - now).total_seconds())


def _counter(db: Session, digest: str, now: datetime) -> SignInAttempt:
    """The row for a key, locked; two first tries at once make one row."""
    row = db.get(SignInAttempt, digest, with_for_update=True, populate_existing=True)
    if row is not None:
        return row
    try:
        with db.begin_nested():
            made = SignInAttempt(key=digest, count=0, tried_at=now)
            db.add(made)
    except IntegrityError:
        return db.get_one(SignInAttempt, digest, with_for_update=True, populate_existing=True)
    return made


def wait_after(tries: int) -> timedelta:
    """How long the next try waits after so many wrong ones."""
    doublings = min(tries - FREE_TRIES, 12)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT) if doublings >= 0 else timedelta()


def clear_tries(db: Session, keys: list[str]) -> None:
    """It was the right person: forget the wrong tries."""
    db.execute(delete(SignInAttempt).where(SignInAttempt.key.in_([_digest(k) for k in keys])))


def candidate(db: Session, email: str) -> Candidate:
    """Who may be behind a mail address; nobody looks like somebody with a wrong password."""
    member = db.scalar(select(Member).where(Member.email == clean(email).lower()))
    if member is None or member.state is not MemberState.ACTIVE:
        return Candidate(None, "", False)
    return Candidate(member.id, member.password_hash, member.totp_sealed is not None)


def check_password(found: Candidate, password: str) -> bool:
    """Slow on purpose; call it outside a transaction."""
    return passwords.verify(password, found.password_hash) and found.member_id is not None


def refused(db: Session, member_id: int | None, method: str, now: datetime) -> None:
    """A wrong try goes into the log, for a name that exists and for one that does not alike.

    What was typed is never kept: it may be a password in the wrong field.
    """
    log.record(
        db,
        Event.SIGN_IN_REFUSED,
        "nobody",
        "sign-in" if member_id is None else f"member:{member_id}",
        now=now,
        method=method,
    )


def _digest(key: str) -> str:
    """Typed names may be anything, also a password in the wrong field: only a digest is kept."""
    return sha256(key.strip().lower().encode("utf-8", "replace")).hexdigest()
