"""What the writer of a note hears of its @names: who was told, and who was not and why."""

from flask import flash, g
from flask_babel import gettext

from app import gate
from app.inbox import access, mentions
from app.inbox.models import Note


def say_who(note: Note) -> None:
    """Shown on the next page; what was not told stays until it is closed."""
    db, now = gate.db(), gate.now()
    conversation = access.get(db, g.actor, note.conversation_id, now)
    found = mentions.of_note(db, conversation, note.text, now)
    told = [m.name for m in found.told if m.id != g.actor.member_id]
    if told:
        flash(gettext("Told: %(names)s", names=", ".join(told)))
    for member in found.cannot_read:
        flash(
            gettext("Not told, since this channel is not open to them: %(name)s", name=member.name),
            "stays",
        )
    for some in found.unclear:
        flash(
            gettext(
                "Not told. There are several called so: write the full name, such as @%(names)s",
                names=", @".join(m.name for m in some),
            ),
            "stays",
        )
