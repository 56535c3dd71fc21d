"""Giving and ending roles, and the page that says what each role brings."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.access.roles import GIVES, WHOLE_DESK
from app.accounts import members as service
from app.accounts.models import Member, RoleGrant
from app.foundation.errors import Conflict, Invalid, NotFound
from app.gate import fresh, requires
from app.web.accounts import granting, members, people, rights

bp = Blueprint("roles", __name__)
MANAGE = Permission.MEMBER_MANAGE
Answer = Response | tuple[str, int]


@bp.get("/members/roles")
@requires(Permission.MEMBER_READ)
def index() -> str:
    """Who may do what, drawn from the map that the policy itself asks."""
    shown = [role for role in granting.ORDER if role in GIVES]
    return render_template(
        "roles/index.html",
        roles=shown,
        labels=people.LABELS,
        gives=GIVES,
        rights=rights.RIGHTS,
        whole_desk=WHOLE_DESK,
    )


@bp.get("/members/<int:member_id>/roles/give")
@requires(MANAGE)
@fresh
def form(member_id: int) -> str:
    return _form(members.found(member_id), granting.Given(roles=[]))


@bp.post("/members/<int:member_id>/roles/give")
@requires(MANAGE)
@fresh
def give(member_id: int) -> Answer:
    """All that was chosen, or nothing."""
    db, member, typed = gate.db(), members.found(member_id), granting.given()
    try:
        for grant in granting.grants(typed):
            service.give_role(
                db,
                g.actor,
                member,
                grant.role,
                now=gate.now(),
                channel_id=grant.channel_id,
                until=grant.until,
            )
    except (Invalid, Conflict) as problem:
        db.rollback()
        field = problem.field if isinstance(problem, Invalid) else "roles"
        page = _form(members.found(member_id), typed, {field: problem.reason})
        return page, problem.status
    db.commit()
    flash(gettext("The role is given. It holds from now on."))
    return redirect(url_for("members.show", member_id=member_id))


@bp.get("/members/<int:member_id>/roles/<int:grant_id>/end")
@requires(MANAGE)
@fresh
def ask_end(member_id: int, grant_id: int) -> str:
    """Which role, of whom, and what they can do without it."""
    member, grant = _grant(member_id, grant_id)
    names = people.channel_names(gate.db())
    held = people.held(member, gate.now())
    left = [x for x in held if x != grant.as_grant()]
    return render_template(
        "roles/end.html",
        member=member,
        grant=grant,
        label=people.LABELS[grant.role],
        sentence=people.sentence(grant.as_grant(), held, names),
        left=people.told(left, names) or [(people.NOTHING, None)],
    )


@bp.post("/members/<int:member_id>/roles/<int:grant_id>/end")
@requires(MANAGE)
@fresh
def end(member_id: int, grant_id: int) -> Response:
    """At once, also in the pages the person has open."""
    _, grant = _grant(member_id, grant_id)
    service.end_role(gate.db(), g.actor, grant.id, gate.now())
    gate.db().commit()
    flash(gettext("The role has ended."))
    return redirect(url_for("members.show", member_id=member_id))


def _grant(member_id: int, grant_id: int) -> tuple[Member, RoleGrant]:
    """A role of this member that still stands."""
    member = members.found(member_id)
    standing = {r.id: r for r in member.roles if r.ended_at is None}
    if grant_id not in standing:
        raise NotFound()
    return member, standing[grant_id]


def _form(member: Member, typed: granting.Given, errors: dict[str, object] | None = None) -> str:
    return render_template(
        "roles/give.html",
        member=member,
        given=typed,
        errors=errors or {},
        offered=granting.offered(),
        labels=people.LABELS,
        told=people.EVERYWHERE,
        channels=granting.channels(),
        names=people.channel_names(gate.db()),
    )
