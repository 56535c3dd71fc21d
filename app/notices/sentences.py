"""What each notice says, in the list and by mail: who did what, never the customer's words."""

from app.foundation.words import Words
from app.notices.models import Kind

BY_SOMEBODY = {
    Kind.DRAFT_WAITS: Words("%(name)s asks for your approval."),
    Kind.DRAFT_RETURNED: Words("%(name)s sent your answer back."),
    Kind.ASSIGNED: Words("%(name)s handed a conversation over to you."),
    Kind.MENTIONED: Words("%(name)s mentioned you in a note."),
}
BY_ITSELF = {
    Kind.DRAFT_WAITS: Words("An answer waits for your approval."),
    Kind.DRAFT_RETURNED: Words("Your answer came back."),
    Kind.ASSIGNED: Words("A conversation is yours now."),
    Kind.MENTIONED: Words("You were mentioned in a note."),
    Kind.REPLY_TROUBLE: Words("An answer did not simply arrive."),
    Kind.CHANNEL_FROZEN: Words("A channel refuses our access. Nothing goes out there."),
    Kind.RUNS_OUT: Words("Something that the desk needs runs out."),
    Kind.LOOKALIKE: Words("Somebody calls themselves like you, and is not you."),
    Kind.TEST: Words("The test you asked for has arrived."),
}
TROUBLE = {
    "failed": Words("Your answer was not taken. Nothing was posted."),
    "needs-person": Words("Nobody knows whether an answer was posted. Somebody has to look."),
    "blocked": Words("The platform has blocked our answers on a channel. Nothing goes out there."),
    "spending": Words("Four fifths of what a channel may cost this month are spent."),
    "ceiling": Words("A channel has reached its month's ceiling. Nothing is read or sent there."),
    "stopped": Words("Your answer was stopped, since the conversation had changed."),
}
RUNS_OUT = Words("Access that the desk needs runs out. Days left: %(days)s.")
HAS_RUN_OUT = Words("Access that the desk needs has run out.")
MANY = {
    Kind.DRAFT_WAITS: Words("%(count)d answers wait for your approval."),
    Kind.DRAFT_RETURNED: Words("%(count)d of your answers came back."),
    Kind.ASSIGNED: Words("%(count)d conversations were handed over to you."),
    Kind.MENTIONED: Words("You were mentioned in %(count)d notes."),
    Kind.REPLY_TROUBLE: Words("%(count)d answers did not simply arrive."),
    Kind.CHANNEL_FROZEN: Words("%(count)d channels refuse our access."),
    Kind.RUNS_OUT: Words("%(count)d things that the desk needs run out."),
    Kind.LOOKALIKE: Words("%(count)d people call themselves like you, and are not you."),
    Kind.TEST: Words("%(count)d tests you asked for have arrived."),
}


def sentence(kind: Kind, *, name: str = "", detail: str = "", count: int = 1) -> Words:
    """One line. `name` is a member's, empty where the desk did it by itself."""
    if count > 1:
        return Words(MANY[kind].text, {"count": count})
    if name and kind in BY_SOMEBODY:
        return Words(BY_SOMEBODY[kind].text, {"name": name})
    if kind is Kind.RUNS_OUT and detail:
        found = HAS_RUN_OUT if detail == "0" else RUNS_OUT
        return Words(found.text, {"days": detail})
    return TROUBLE.get(detail, BY_ITSELF[kind])
