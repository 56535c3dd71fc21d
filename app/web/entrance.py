"""Proving who one is, and the session that follows. Slow checks hold no transaction."""

from dataclasses import dataclass

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from app import gate
from app.accounts import sessions, sign_in
from app.accounts.models import Member, MemberState
from app.foundation.errors import Invalid, NotFound
from app.foundation.words import Words
from app.runtime import LOOPBACK

WRONG_PASSWORD = Words("The password and this mail address do not belong together. Try again.")
WRONG_CODE = Words("This code is not right, or it was used already. Wait for the next one.")
CODE_SECONDS = 600
TOTP = "totp"


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
    if not sign_in.check_password(found, password) or found.member_id is None:
        raise Invalid(WRONG_PASSWORD, "password")
    if not found.has_second_factor:
        sign_in.clear_tries(db, keys)
    return Proven(found.member_id, found.has_second_factor)


def prove_code(member_id: int, code: str) -> None:
    """Refuses a one-time code that is wrong or was taken before."""
    db, keys = gate.db(), _keys(f"code:{member_id}")
    sign_in.count_try(db, keys, gate.now())
    db.commit()
    member = db.get_one(Member, member_id, with_for_update=True)
    secret = gate.runtime().keys.tokens.open_for(f"member:{member_id}", TOTP,
                                                 member.totp_sealed or b"")
    step = sign_in.totp_step(secret, code, last_step=member.totp_step, now=gate.now())
    if step is None:
        raise Invalid(WRONG_CODE, "code")
    member.totp_step = step
    sign_in.clear_tries(db, _keys(f"code:{member_id}", f"email:{member.email}"))


def remember(proven: Proven) -> None:
    """Between the password's page and the code's; the cookie is signed, and this ends soon."""
    session["proven"] = [proven.member_id, int(gate.now().timestamp())]


def remembered() -> int | None:
    """Who proved their password a moment ago."""
    member_id, at = session.get("proven") or (None, 0)
    is_recent = gate.now().timestamp() - at < CODE_SECONDS
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
        db, member, device=request.user_agent.string, address=request.remote_addr or "", now=now)
    db.commit()
    target = session.get("next") or url_for("home.index")
    session.clear()
    return redirect(target)


def has_one_press() -> bool:
    """Whether the cast can be chosen without a password: practice, and on this machine only."""
    host = gate.runtime().settings.BIND.rpartition(":")[0].strip("[]")
    return bool(g.desk.is_practice) and host in LOOPBACK


def _keys(*names: str) -> list[str]:
    """Tries are counted for the name and for the address they come from."""
    return [*names, f"address:{request.remote_addr}"]
