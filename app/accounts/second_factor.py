"""The code from the phone, and the recovery codes that stand in for it. No code works twice."""

import secrets
from datetime import datetime
from typing import Protocol

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.accounts import tokens
from app.accounts.models import Member, MemberState, RecoveryCode
from app.audit import log
from app.audit.events import Event
from app.foundation.errors import Conflict, Invalid, NotFound
from app.foundation.words import Words

TOTP, SECONDS = "totp", 30
CODES, GROUPS, GROUP = 10, 3, 4
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look like others: it is read from paper. Twelve make 59 bits."""
WRONG = Words("This code is not right, or it was used already. Wait for the next one.")

NOT_YET = Words("This code is not right. Is the phone's clock right? Try the next code.")


class Box(Protocol):
    """Seals and opens secrets of the machine class; credentials has the real one."""

    def seal_for(self, owner: str, kind: str, secret: str, *, version: int) -> bytes: ...

    def open_for(self, owner: str, kind: str, sealed: bytes, *, version: int) -> str: ...


def begin(db: Session, actor: Actor, box: Box) -> None:
    """A new secret, which counts once a code from it was given."""
    member = _locked(db, actor.member_id)
    if member.totp_sealed is not None:
        raise Conflict(Words("The code from the phone is on already. Switch it off first."))
    member.totp_version += 1
    member.totp_pending = box.seal_for(
        _owner(member.id), TOTP, pyotp.random_base32(), version=member.totp_version
    )


def pending(member: Member, box: Box) -> str | None:
    """The secret that waits for its first code."""
    if member.totp_pending is None or member.totp_sealed is not None:
        return None
    return _opened(box, member, member.totp_pending)


def address(secret: str, member: Member, desk_name: str) -> str:
    """What the QR code says to an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=member.email, issuer_name=desk_name)


def confirm(db: Session, actor: Actor, box: Box, code: str, now: datetime) -> list[str]:
    """Switch it on with a first right code; returns the recovery codes, shown this once."""
    member = _locked(db, actor.member_id)
    secret = pending(member, box)
    if secret is None:
        raise Conflict(Words("There is nothing to confirm. Begin again."))
    step = _step(secret, code, last_step=0, now=now)
    if step is None:
        raise Invalid(NOT_YET, "code")
    member.totp_sealed, member.totp_pending, member.totp_step = member.totp_pending, None, step
    codes = _replace_codes(db, member.id)
    log.record(
        db,
        Event.SECOND_FACTOR_ON,
        actor.log_name,
        f"member:{member.id}",
        now=now,
        version=member.totp_version,
    )
    return codes


def check(db: Session, box: Box, member_id: int, code: str, now: datetime) -> bool:
    """Whether it is the phone's code at this moment, and was not used before."""
    member = _locked(db, member_id)
    if member.totp_sealed is None:
        return False
    secret = _opened(box, member, member.totp_sealed)
    step = _step(secret, code, last_step=member.totp_step, now=now)
    if step is None:
        return False
    member.totp_step = step
    return True


def use_recovery(db: Session, member_id: int, code: str, now: datetime) -> bool:
    """Whether it is one of the member's unused recovery codes; it is used up by asking."""
    used = db.scalars(
        update(RecoveryCode)
        .where(
            RecoveryCode.member_id == member_id,
            RecoveryCode.used_at.is_(None),
            RecoveryCode.code_hash == _digest(member_id, code),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).all()
    if used:
        log.record(
            db,
            Event.RECOVERY_CODE_USED,
            f"member:{member_id}",
            f"member:{member_id}",
            now=now,
            count=codes_left(db, member_id),
        )
    return bool(used)


def new_codes(db: Session, actor: Actor, now: datetime) -> list[str]:
    """Ten new recovery codes, shown this once; the old ones are void."""
    member = _locked(db, actor.member_id)
    if member.totp_sealed is None:
        raise Conflict(Words("Recovery codes come with the code from the phone. Set it up first."))
    codes = _replace_codes(db, member.id)
    log.record(
        db,
        Event.RECOVERY_CODES_MADE,
        actor.log_name,
        f"member:{member.id}",
        now=now,
        count=len(codes),
    )
    return codes


def codes_left(db: Session, member_id: int) -> int:
    """How many recovery codes a member still has."""
    return (
        db.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def switch_off(db: Session, actor: Actor, member_id: int, now: datetime) -> bool:
    """Forget the secret and the codes; says whether there was one. The caller proves who asks."""
    member = _locked(db, member_id)
    was_on = member.totp_sealed is not None
    member.forget_second_factor()
    db.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    if was_on:
        log.record(db, Event.SECOND_FACTOR_OFF, actor.log_name, f"member:{member.id}", now=now)
    return was_on


def unreadable(db: Session, member_id: int, now: datetime) -> None:
    """Record that the sealed secret does not open: it was changed, or an older one put back."""
    about = f"member:{member_id}"
    log.record(db, Event.SECOND_FACTOR_UNREADABLE, "nobody", about, now=now)


def _opened(box: Box, member: Member, sealed: bytes) -> str:
    return box.open_for(_owner(member.id), TOTP, sealed, version=member.totp_version)


def _locked(db: Session, member_id: int | None) -> Member:
    """One at a time, so that a code given twice at the same moment counts once."""
    member = (
        db.get(Member, member_id, with_for_update=True, populate_existing=True)
        if member_id
        else None
    )
    if member is None or member.state is not MemberState.ACTIVE:
        raise NotFound()
    return member


def _step(secret: str, code: str, *, last_step: int, now: datetime) -> int | None:
    """The time step a code belongs to: this one, or the one before or after for a slow clock."""
    digits = "".join(code[:40].split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp, step = pyotp.TOTP(secret), int(now.timestamp()) // SECONDS
    for each in (step, step - 1, step + 1):
        if each > last_step and secrets.compare_digest(digits, totp.generate_otp(each)):
            return each
    return None


def _replace_codes(db: Session, member_id: int) -> list[str]:
    db.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
    codes = [_new_code() for _ in range(CODES)]
    db.add_all(RecoveryCode(member_id=member_id, code_hash=_digest(member_id, c)) for c in codes)
    return codes


def _new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def _digest(member_id: int, code: str) -> str:
    """As it is typed from paper: capitals, spaces and dashes do not matter."""
    letters = "".join(c for c in code[:80].lower() if c.isalnum())
    return tokens.hash_token(f"{member_id}:{letters}")


def _owner(member_id: int) -> str:
    return f"member:{member_id}"
