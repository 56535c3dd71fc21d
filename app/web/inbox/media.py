"""What is attached to a message, through our own server: the platform learns nothing of readers."""

from functools import partial

from flask import Blueprint, Response, g

from app import gate
from app.access.permissions import Permission
from app.channels.connections import Connections
from app.channels.media import Fetcher, Gone, NotNow
from app.channels.models import Platform
from app.foundation.errors import NotFound
from app.foundation.sniffing import nature
from app.foundation.words import Words
from app.gate import requires
from app.inbox import keeping, media

bp = Blueprint("media", __name__)
PART = 65_536
A_WHILE = "private, max-age=300"
"""In the reader's own browser; of Instagram nothing is kept anywhere."""
HARMLESS = "default-src 'none'; sandbox"
GONE = {
    Platform.FACEBOOK: Words("This is no longer available here. Open it on Facebook."),
    Platform.INSTAGRAM: Words("This is no longer available here. Open it on Instagram."),
    Platform.X: Words("This is no longer available here. Open it on X."),
}
NOT_NOW = {
    Platform.FACEBOOK: Words("Facebook did not hand this out, or it is too large to show here."),
    Platform.INSTAGRAM: Words("Instagram did not hand this out, or it is too large to show here."),
    Platform.X: Words("X did not hand this out, or it is too large to show here."),
}


@bp.get("/media/<int:message_id>/<int:place>")
@requires(Permission.CONVERSATION_READ)
def show(message_id: int, place: int) -> Response:
    """A picture is shown, anything else is downloaded. No transaction is open while it comes."""
    asked = media.get(gate.db(), g.actor, message_id, place, gate.now())
    gate.db().rollback()
    runtime = gate.runtime()
    channels = Connections(runtime.platforms, runtime.keys.tokens, runtime.database)
    afresh = partial(keeping.afresh, runtime.database, channels, asked)
    try:
        return _file(asked, media.content(asked, fetcher(), afresh))
    except Gone:
        raise NotFound(GONE[asked.platform]) from None
    except NotNow:
        raise NotFound(NOT_NOW[asked.platform]) from None


def fetcher() -> Fetcher:
    """On a practice desk only the practice platform is asked."""
    runtime = gate.runtime()
    return Fetcher(runtime.platforms.graph_url if runtime.is_practice else "")


def _file(asked: media.Asked, content: bytes) -> Response:
    """Its type is what its bytes say, never what anybody claims."""
    found = nature(content)
    name = f"{asked.platform.value}-{asked.message_id}-{asked.place + 1}.{found.ending}"
    response = Response(
        (content[at : at + PART] for at in range(0, len(content), PART)), mimetype=found.mime
    )
    response.content_length = len(content)
    response.headers["Content-Disposition"] = (
        f'{"inline" if found.is_picture else "attachment"}; filename="{name}"'
    )
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    is_kept = asked.platform is not Platform.INSTAGRAM
    response.headers["Cache-Control"] = A_WHILE if is_kept else "no-store"
    return response
