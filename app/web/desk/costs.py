"""An owner's word on what a channel may cost in a month."""

from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import gate
from app.access.permissions import Permission
from app.channels import queries, spending
from app.foundation.errors import Invalid
from app.gate import requires
from app.web.desk import connecting
from app.web.forms import parse

bp = Blueprint("costs", __name__)


@bp.post("/channels/<int:channel_id>/ceiling")
@requires(Permission.OWNER_MANAGE)
def ceiling(channel_id: int) -> Response | tuple[str, int]:
    """What the channel may cost in a month."""
    db, now = gate.db(), gate.now()
    channel = queries.channel(db, g.actor, now, channel_id)
    try:
        spending.set_ceiling(db, g.actor, channel, _cents(parse.text("dollars")), now)
    except Invalid as problem:
        page = connecting.page(channel_id, problem=problem.reason)
        return render_template("channels/show.html", **page), problem.status
    db.commit()
    gate.runtime().queue.wake("deliver")
    flash(gettext("The ceiling is set."))
    return redirect(url_for("channels.show", channel_id=channel_id))


def _cents(text: str) -> int:
    """An amount with a point or a comma; what is none is no amount that could be set."""
    try:
        amount = Decimal(text.strip().replace(",", ".")) * 100
        return int(amount) if amount.is_finite() else 0
    except InvalidOperation:
        return 0
