"""The list of what setting up a platform takes, how far each step is, and the texts to paste."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.accounts.models import Member
from app.channels import deadlines, queries, steps
from app.channels.duty_models import Step, StepState
from app.channels.models import Channel, Platform
from app.channels.steps import Duty
from app.foundation.errors import Invalid, NotFound
from app.foundation.words import Words
from app.gate import requires
from app.inbox import arrivals
from app.inbox.models import Audience
from app.web.desk import connecting, review_texts
from app.web.forms import parse
from app.web.page import reader

bp = Blueprint("steps", __name__, url_prefix="/channels/steps")
MANAGE = Permission.CHANNEL_MANAGE
OF = {"facebook": (Platform.FACEBOOK, Platform.INSTAGRAM), "x": (Platform.X,)}
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class Line:
    """One step as the list shows it."""

    duty: Duty
    step: Step | None
    by: str
    is_done: bool

    @property
    def names(self) -> list[str]:
        return [*(self.step.note.split("\n") if self.step else []), "", ""][:2]

    @property
    def is_waiting(self) -> bool:
        return not self.is_done and self.step is not None and self.step.state is StepState.WAITING


@bp.get("/<platform>")
@requires(MANAGE)
def show(platform: str) -> str:
    return _page(platform)


@bp.post("/<platform>/renewal")
@requires(MANAGE)
def renew(platform: str) -> Answer:
    """The day on which Meta wants the app's data access renewed."""
    try:
        deadlines.set_renewal(gate.db(), g.actor, _day(parse.text("renewal")), gate.now())
    except Invalid as problem:
        return _page(platform, {"renewal": problem.reason}), problem.status
    gate.db().commit()
    flash(gettext("Saved. Two people are told 60, 30, 14 and 7 days before."))
    return redirect(url_for("steps.show", platform=platform))


@bp.post("/<platform>/<name>")
@requires(MANAGE)
def say(platform: str, name: str) -> Answer:
    """How far a step is."""
    given = (parse.text("first"), parse.text("second"))
    try:
        state = StepState(parse.text("state"))
        steps.set_state(gate.db(), g.actor, platform, name, state, given, gate.now())
    except ValueError:
        raise Invalid(parse.DAMAGED) from None
    except Invalid as problem:
        return _page(platform, {name: problem.reason}), problem.status
    gate.db().commit()
    return redirect(url_for("steps.show", platform=platform, _anchor=name))


def _page(platform: str, problems: dict[str, Words] | None = None) -> str:
    if platform not in OF:
        raise NotFound()
    db, now = gate.db(), gate.now()
    found = steps.states(db, platform)
    channels = [c for c in queries.channels(db, g.actor, now) if c.platform in OF[platform]]
    lines = [_line(platform, duty, found.get(duty.name)) for duty in steps.LISTS[platform]]
    stranger = found.get("stranger")
    came = arrivals.since(db, OF[platform], stranger.since) if stranger else {}
    renewal = deadlines.renewal(db) if platform == "facebook" else None
    return render_template(
        "channels/steps.html",
        platform=platform,
        lines=lines,
        left=sum(not line.is_done for line in lines),
        channels=[(c, _lacks(c)) for c in channels],
        came_public=came.get(Audience.PUBLIC, 0),
        came_private=came.get(Audience.PRIVATE, 0),
        renewal=renewal,
        renewal_left=deadlines.days_left(renewal, now) if renewal else None,
        addresses=review_texts.addresses(platform),
        uses=review_texts.USES if platform == "facebook" else {},
        script=review_texts.SCRIPT if platform == "facebook" else (),
        problems=problems or {},
        typed=request.form,
    )


def _line(platform: str, duty: Duty, step: Step | None) -> Line:
    """The app is seen in the settings; the rest a person says."""
    by = gate.db().get(Member, step.by_id) if step and step.by_id else None
    is_said = step is not None and step.state is StepState.DONE
    has_app = duty.name == "app" and gate.runtime().platforms.has_app(OF[platform][0])
    return Line(duty, step, by.first_name if by else "", is_said or has_app)


def _lacks(channel: Channel) -> list[tuple[str, Words]]:
    return [(n, connecting.LACKING.get(n, connecting.UNKNOWN)) for n in channel.missing]


def _day(text: str) -> datetime:
    """The end of a day in the desk's own time."""
    try:
        day = datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise Invalid(Words("Choose a day."), "renewal") from None
    return datetime.combine(day, time(12), tzinfo=reader.zone()).astimezone(UTC)
