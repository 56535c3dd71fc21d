"""The time that somebody promises: one of those promised most, or any other."""

from datetime import datetime

from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.web.forms import moments, parse
from app.web.inbox import snoozing

NONE = "none"
CHOOSE = Words("Choose the day and the time.")


def choices() -> list[snoozing.Choice]:
    """The times that are promised most."""
    return snoozing.times()


def given() -> dict[str, str]:
    """What stands in the form."""
    return {"promise": parse.text("promise") or NONE, "promised_at": parse.text("promised_at")}


def chosen() -> datetime | None:
    """The time that was typed, else the one that was chosen; None for no time."""
    typed = moments.moment("promised_at")
    choice = parse.text("promise") or NONE
    if typed is not None or choice == NONE:
        return typed
    for key, _, at in choices():
        if key == choice:
            return at
    raise Invalid(CHOOSE, "promised_at")
