"""A customer's page."""

from flask import Blueprint, g, render_template, request

from app import gate
from app.access.permissions import Permission
from app.gate import requires
from app.inbox import contacts

bp = Blueprint("contacts", __name__, url_prefix="/contacts")


@bp.get("/<int:contact_id>")
@requires(Permission.CONVERSATION_READ)
def show(contact_id: int) -> str:
    """Who it is, and every conversation with them that is open to this person."""
    found = contacts.contact(
        gate.db(),
        g.actor,
        gate.now(),
        contact_id,
        cursor=request.args.get("after"),
    )
    return render_template("contacts/show.html", view=found, page=found.history)
