"""The approver's queue: one thumb, one decision, and then the next."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.foundation.errors import Conflict, DeskError, Invalid, NotFound
from app.foundation.words import Words
from app.gate import requires
from app.inbox import changes
from app.inbox.models import Audience
from app.replies import approvals, history, rules
from app.replies import cards as replies_cards
from app.replies.cards import Card
from app.replies.models import Draft
from app.web.forms import parse
from app.web.inbox import lists, reading
from app.web.page import phrases, reader
from app.web.page.speech import say
from app.web.replies import cards

bp = Blueprint("approvals", __name__)
APPROVE = Permission.DRAFT_APPROVE
CHIPS = {
    "promise": Words("Do not promise this"),
    "shorter": Words("Make it shorter"),
    "warmer": Words("Warmer"),
    "private": Words("Move to private"),
}


@bp.get("/approvals")
@requires(APPROVE)
def index() -> str:
    """The card that has waited longest."""
    waiting = _waiting()
    if not waiting:
        return render_template("approvals/empty.html", is_empty=True, **_list([]))
    return _page(waiting[0])


@bp.get("/approvals/list")
@requires(APPROVE)
def live() -> Response | str:
    """The live list: 204 while nothing changed since the number the browser has seen."""
    since = request.args.get("feed")
    if since and not lists.has_changed(parse.as_number(since)):
        return Response(status=204)
    current = parse.as_number(request.args.get("current") or "0")
    return render_template(
        "approvals/live.html", is_empty="is_empty" in request.args, **_list(_waiting(), current)
    )


@bp.get("/approvals/decided")
@requires(APPROVE)
def decided() -> str:
    """What was decided lately, and by whom."""
    found = reading.decided(gate.db(), g.actor, gate.now())
    return render_template("approvals/decided.html", decided=found, **_list(_waiting()))


@bp.get("/approvals/<int:draft_id>")
@requires(APPROVE)
def show(draft_id: int) -> str:
    """One card; ?edit=1 opens its text."""
    found = next((d for d in _waiting() if d.id == draft_id), None)
    if found is None:
        raise NotFound(
            Words(
                "This answer does not wait for you any more: it was decided, taken "
                "back, or it is your own."
            )
        )
    return _page(found)


@bp.post("/approvals/<int:draft_id>/approve")
@requires(APPROVE)
def approve(draft_id: int) -> Response | tuple[str, int]:
    """Bound to the version and the thread that were on the screen."""
    edited = request.form.get("text")
    try:
        approvals.approve(
            gate.db(),
            g.actor,
            draft_id,
            text=edited,
            now=gate.now(),
            version_id=parse.needed_number("version_id"),
            seen_fingerprint=parse.text("fingerprint"),
        )
        gate.db().commit()
    except (Conflict, Invalid) as problem:
        return _refused(draft_id, problem, edited=edited)
    return redirect(url_for("approvals.index"))


@bp.post("/approvals/<int:draft_id>/send-back")
@requires(APPROVE)
def send_back(draft_id: int) -> Response | tuple[str, int]:
    """Back to the writer; a chip or a note says why."""
    chips = [say(CHIPS[c]) for c in request.form.getlist("chip") if c in CHIPS]
    reason = "\n".join(filter(None, [". ".join(chips), parse.text("reason").strip()]))
    try:
        approvals.send_back(
            gate.db(),
            g.actor,
            draft_id,
            reason=reason,
            version_id=parse.needed_number("version_id"),
            now=gate.now(),
        )
        gate.db().commit()
    except (Conflict, Invalid) as problem:
        return _refused(draft_id, problem, chosen=request.form.getlist("chip"))
    return redirect(url_for("approvals.index"))


def _waiting() -> list[Draft]:
    return approvals.waiting(gate.db(), g.actor, gate.now())


def _list(waiting: list[Draft], current_id: int = 0) -> dict[str, Any]:
    """What the list beside the card needs."""
    return {"rows": cards.rows(waiting), "feed": changes.head(gate.db()), "current_id": current_id}


def _page(
    draft: Draft,
    *,
    problem: DeskError | None = None,
    edited: str | None = None,
    chosen: Sequence[str] = (),
) -> str:
    """A card with the list beside it."""
    waiting = _waiting()
    place = next((i for i, d in enumerate(waiting) if d.id == draft.id), 0)
    card = replies_cards.card(gate.db(), g.actor, gate.now(), draft.id)
    return render_template(
        "approvals/show.html",
        card=card,
        chips=CHIPS,
        **_list(waiting, draft.id),
        difference=cards.difference(card),
        reach=_reach(card),
        limit=rules.limit(card.channel, Audience(card.audience)),
        rounds=history.rounds(gate.db(), draft),
        place=place + 1,
        total=len(waiting),
        problem=problem,
        edited=edited,
        chosen=chosen,
        after=waiting[place + 1].id if place + 1 < len(waiting) else None,
        is_editing=edited is not None or "edit" in request.args,
    )


def _reach(card: Card) -> Words:
    """Who will be able to read a public answer."""
    if reader.is_practice():
        return phrases.PRACTICE_ANSWER
    return phrases.PLATFORMS[card.channel.platform.value].anyone_reads_this


def _refused(draft_id: int, problem: DeskError, **written: Any) -> tuple[str, int]:
    """Nothing was sent: the card as it reads now, with what the approver had written."""
    gate.db().rollback()
    found = next((d for d in _waiting() if d.id == draft_id), None)
    if found is None:
        raise problem
    return _page(found, problem=problem, **written), problem.status
