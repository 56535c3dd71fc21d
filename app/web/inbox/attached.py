"""What is attached to a message, in words."""

from flask_babel import format_decimal

from app.foundation.words import Words
from app.inbox.media import Attached
from app.inbox.threads import ThreadEntry

KILO, MEGA = 1_000, 1_000_000
FILES = {
    "video": Words("Open the film"),
    "video_inline": Words("Open the film"),
    "audio": Words("Open the recording"),
}
FILE = Words("Open the file")


def picture_of(entry: ThreadEntry) -> Words:
    """What stands in place of a picture for whoever cannot see it."""
    if entry.is_ours:
        return Words("Our picture")
    if not entry.author:
        return Words("A picture from somebody whose name was not given")
    return Words("Picture from %(name)s", {"name": entry.author})


def file_of(attached: Attached) -> Words:
    """What opening it gives."""
    return FILES.get(attached.kind, FILE)


def bytes_said(size: int) -> Words:
    """How large it is."""
    if size < MEGA:
        return Words("%(size)s kB", {"size": format_decimal(max(1, round(size / KILO)))})
    return Words("%(size)s MB", {"size": format_decimal(round(size / MEGA, 1))})
