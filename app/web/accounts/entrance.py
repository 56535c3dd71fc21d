"""Proving who one is, and the session that follows. Slow checks hold no transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from flask import g, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import gate
from app.accounts import second_factor, sessions, sign_in
from app.accounts.models import Member, MemberState
from app.credentials.rootkey import KeyProblem
from app.foundation.config import LOOPBACK
from app.foundation.errors import Invalid, NotFound
from app.foundation.words import Words

WRONG_PASSWORD = Words("The password and this mail address do not belong together. Try again.")
WRONG_RECOVERY = Words("This is not one of your recovery codes, or it was used already.")
UNREADABLE = Words(
    "The desk cannot read your second factor any more: it was changed, or an older one was put "
    "back. A recovery code still lets you in; whoever looks after the machine can reset your "
    "sign-in there."
)
CODE_SECONDS = 600


@dataclass(frozen=True)
class Proven:
    """Somebody who knew the password; a code from the phone may still be asked."""

    member_id: int
    needs_code: bool


def prove_password(email: str, password: str) -> Proven:
    """Refuses a wrong password; the try is counted before the password is looked at."""
    db, keys = gate.db(), _keys(f"email:{email}")
    sign_in.count_try(db, keys, gate.now())
    found = sign_in.candidate(db, email)
    db.commit()
    is_right = sign_in.check_password(found, password)
    if not is_right or found.member_id is None:
        _refuse(found.member_id, "password", Invalid(WRONG_PASSWORD, "password"))
    if not found.has_second_factor:
        sign_in.clear_tries(db, keys)
    return Proven(found.member_id, found.has_second_factor)


def prove_own(password: str) -> None:
    """The member who is signed in proves it by password once more; the code is not asked again."""
    prove_password(g.member.email, password)
    sign_in.clear_tries(gate.db(), _keys(f"email:{g.member.email}"))


def prove_again(password: str) -> None:
    """Before something dangerous. Who needs no password to come in needs none to go on."""
    if not has_one_press():
        prove_own(password)


def prove_code(member_id: int, code: str) -> None:
    """Refuses a one-time code that is wrong or was taken before."""
    box = gate.runtime().keys.tokens
    _prove(
        member_id,
        "code",
        Invalid(second_factor.WRONG, "code"),
        lambda db: second_factor.check(db, box, member_id, code, gate.now()),
    )


def prove_recovery(member_id: int, code: str) -> None:
    """Refuses a recovery code that is not one of the member's unused ones."""
    _prove(
        member_id,
        "recovery",
        Invalid(WRONG_RECOVERY, "code"),
        lambda db: second_factor.use_recovery(db, member_id, code, gate.now()),
    )


def _prove(
    member_id: int, method: str, refusal: Invalid, is_right: Callable[[Session], bool]
) -> None:
    """Both kinds of code are counted together: one may not be guessed while the other waits."""
    db = gate.db()
    sign_in.count_try(db, _keys(f"code:{member_id}"), gate.now())
    db.commit()
    try:
        is_proven = is_right(db)
    except KeyProblem:
        second_factor.unreadable(db, member_id, gate.now())
        db.commit()
        raise Invalid(UNREADABLE, "code") from None
    if not is_proven:
        _refuse(member_id, method, refusal)
    email = db.get_one(Member, member_id).email
    sign_in.clear_tries(db, _keys(f"code:{member_id}", f"email:{email}"))


def _refuse(member_id: int | None, method: str, refusal: Invalid) -> NoReturn:
    """A wrong try stands in the log before it is answered."""
    sign_in.refused(gate.db(), member_id, method, gate.now())
    gate.db().commit()
    raise refusal


def remember(proven: Proven) -> None:
    """Between the password's page and the code's; the cookie is signed, and this ends soon."""
    session["proven"] = [proven.member_id, int(gate.now().timestamp())]


def remembered() -> int | None:
    """Who proved their password a moment ago."""
    member_id, at = session.get("proven") or (None, 0)
    is_recent = abs(gate.now().timestamp() - at) < CODE_SECONDS
    return member_id if member_id is not None and is_recent else None


def enter(member_id: int) -> Response:
    """A new session under a new id; the browser's old one ends."""
    db, now = gate.db(), gate.now()
    member = db.get_one(Member, member_id)
    if member.state is not MemberState.ACTIVE:
        raise NotFound()
    if g.actor.session_id is not None:
        sessions.end(db, g.actor, g.actor.session_id, now)
    _, g.session_cookie = sessions.start(
        db, member, device=request.user_agent.string, address=request.remote_addr or "", now=now
    )
    db.commit()
    target = session.get("next") or url_for("home.index")
    session.clear()
    return redirect(target)


def has_one_press() -> bool:
    """Whether the cast can be chosen without a password: practice, and on this machine only."""
    is_here_only = gate.runtime().settings.is_here_only
    return bool(g.desk.is_practice) and is_here_only and request.remote_addr in LOOPBACK


def _keys(*names: str) -> list[str]:
    """Tries are counted for the name and for the address they come from."""
    return [*names, sign_in.address_key(request.remote_addr or "")]
