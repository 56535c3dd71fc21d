"""First steps: what is done, what is next; nothing holds up anything."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template, url_for
from flask_babel import gettext, ngettext

from app import gate
from app.access.permissions import Permission
from app.accounts import members
from app.channels import queries
from app.channels.models import Platform
from app.gate import requires
from app.web.page import reader
from app.web.page.speech import say

bp = Blueprint("setup", __name__)


@dataclass(frozen=True)
class Step:
    """One thing to set up: what it is, how it stands, where it is done."""

    title: str
    told: str
    href: str
    is_done: bool


@bp.get("/setup")
@requires(Permission.SETTINGS_MANAGE)
def index() -> str:
    """Today's steps, and the channels that wait for the platform."""
    today, channels = _today(), _channels()
    return render_template(
        "setup/index.html", today=today, channels=channels, done=sum(s.is_done for s in today)
    )


def _today() -> list[Step]:
    desk, colleagues = g.desk, len(members.active(gate.db())) - 1
    promise = say(reader.span(desk.public_promise_minutes))
    language = gettext("Finnish") if desk.locale == "fi" else gettext("English")
    return [
        Step(
            gettext("Shop and language"),
            f"{desk.name}, {language}",
            url_for("settings.desk"),
            bool(desk.name),
        ),
        Step(
            gettext("Your promise"),
            gettext("An answer within %(length)s", length=promise),
            url_for("settings.desk"),
            True,
        ),
        Step(
            gettext("Your sign-in and second step"),
            _second_step(),
            url_for("second_factor.index"),
            g.member.totp_sealed is not None,
        ),
        Step(
            gettext("Invite one colleague"),
            ngettext("%(num)s colleague is here", "%(num)s colleagues are here", colleagues)
            if colleagues
            else gettext("No mail needed. The link works once, for 7 days."),
            url_for("members.index"),
            colleagues > 0,
        ),
    ]


def _second_step() -> str:
    if g.member.totp_sealed is not None:
        return gettext("Every sign-in asks for the code from your phone")
    return gettext("A password alone can be found out. Add the code from your phone")


def _channels() -> list[Step]:
    found = queries.channels(gate.db(), g.actor, gate.now())
    pages = [c for c in found if c.platform is not Platform.DESK]
    names = ", ".join(c.name for c in pages)
    told = names or gettext("By its id and a Page token. Meta’s own steps can take days")
    return [Step(gettext("A Facebook Page"), told, url_for("channels.index"), bool(pages))]
