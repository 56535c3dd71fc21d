"""Who is at the desk and what each may do, as sentences; and how somebody's time here ends."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts import invitations, members, sessions
from app.accounts.models import Member
from app.gate import fresh, requires
from app.inbox import conversations
from app.web.accounts import people
from app.web.page import rail

bp = Blueprint("members", __name__)
MANAGE = Permission.MEMBER_MANAGE


@bp.get("/members")
@requires(Permission.MEMBER_READ)
def index() -> str:
    """Everybody, by name; and the invitations that nobody has used yet."""
    names, now = people.channel_names(gate.db()), gate.now()
    found = members.active(gate.db())
    return render_template(
        "members/index.html",
        rows=[_row(m, names) for m in found],
        invited=_invited(names) if rail.may(MANAGE) else [],
        helpers=helpers(),
        now=now,
    )


@bp.get("/members/<int:member_id>")
@requires(Permission.MEMBER_READ)
def show(member_id: int) -> str:
    """One person: each role as a sentence, with the way to end it beside it."""
    member = found(member_id)
    names, now = people.channel_names(gate.db()), gate.now()
    held = people.held(member, now)
    roles = [
        (r, people.sentence(r.as_grant(), held, names))
        for r in member.roles
        if r.as_grant() in held and r.ended_at is None
    ]
    return render_template(
        "members/show.html",
        member=member,
        roles=roles,
        helpers=helpers(),
        devices=len(sessions.live(gate.db(), member.id, now)),
        nothing=people.NOTHING,
    )


@bp.post("/members/<int:member_id>/sessions/end")
@requires(MANAGE)
def end_sessions(member_id: int) -> Response:
    """A lost phone: everything this person is signed in on, at once."""
    member = found(member_id)
    sessions.end_every(gate.db(), g.actor, member.id, gate.now(), keep=g.actor.session_id)
    gate.db().commit()
    flash(gettext("Signed out everywhere: %(name)s", name=member.name))
    return redirect(url_for("members.show", member_id=member.id))


@bp.get("/members/<int:member_id>/leave")
@requires(MANAGE)
@fresh
def ask_leave(member_id: int) -> str:
    """What happens when this person leaves, before it does."""
    return render_template("members/leave.html", member=found(member_id))


@bp.post("/members/<int:member_id>/leave")
@requires(MANAGE)
@fresh
def leave(member_id: int) -> Response:
    """Sessions and roles end, and what they had taken is everybody's again."""
    db = gate.db()
    member = members.leave(db, g.actor, member_id, gate.now())
    conversations.release_all(db, g.actor, member.id, gate.now())
    db.commit()
    flash(gettext("No longer at the desk: %(name)s", name=member.name))
    return redirect(url_for("members.index"))


def found(member_id: int) -> Member:
    """Somebody at the desk, by the id in the address."""
    return members.get(gate.db(), member_id)


def helpers() -> list[str]:
    """Who can change members, for those who cannot."""
    return [m.first_name for m in members.who_can(gate.db(), MANAGE, gate.now())]


def _row(member: Member, names: dict[int, str]) -> dict[str, Any]:
    now = gate.now()
    return {
        "member": member,
        "told": people.sentences(member, names, now),
        "labels": people.labels(people.held(member, now)),
    }


def _invited(names: dict[int, str]) -> list[dict[str, Any]]:
    db, now = gate.db(), gate.now()
    return [
        {
            "link": link,
            "told": people.told(invitations.given(link), names),
            "is_backed": invitations.is_backed(db, link, now),
        }
        for link in invitations.open_ones(db, g.actor, now)
    ]
