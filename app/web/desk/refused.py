"""Why a platform refuses our access, in words, by its own numbers (PLATFORM_FACTS 8)."""

from app.channels.models import Channel
from app.foundation.words import Words

REMOVED = Words("Whoever connected it removed the app from their profile there.")
SIGN_IN = Words("Whoever connected it has to sign in there first and confirm who they are.")
BY_SUBCODE = {
    "458": REMOVED,
    "removed": REMOVED,
    "459": SIGN_IN,
    "464": SIGN_IN,
    "460": Words("Whoever connected it changed their password there."),
    "463": Words("The access had an end, and it has passed."),
    "492": Words("Whoever connected it has lost their role on the Page."),
    "revoked": Words("The access was taken back there."),
    "unreadable": Words("The desk cannot open its own access any more."),
}


def why(channel: Channel) -> Words | None:
    """None where it is not frozen."""
    kind, _, code = channel.frozen_reason.partition(" ")
    if kind == "permission":
        return Words("A permission is missing there (%(code)s).", {"code": code})
    if kind != "token":
        return None
    known = BY_SUBCODE.get(code.rpartition(".")[2])
    return known or Words("It takes our access no more (%(code)s).", {"code": code})
