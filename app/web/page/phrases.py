"""Whole sentences per platform: Finnish inflects the names, so none is built from pieces."""

from dataclasses import dataclass

from app.channels.windows import WindowKind
from app.foundation.words import Words


@dataclass(frozen=True)
class Phrases:
    """How one platform is spoken of."""

    anyone_reads_this: Words
    anyone_reads_thread: Words
    comment_since: Words
    message_since: Words
    to_in_public: Words
    to_in_private: Words
    open_there: Words
    did_not_take: Words


PLATFORMS = {
    "facebook": Phrases(
        anyone_reads_this=Words("Anyone on Facebook can read this."),
        anyone_reads_thread=Words("Anyone on Facebook can read this thread."),
        comment_since=Words("Facebook comment, since %(clock)s"),
        message_since=Words("Messenger message, since %(clock)s"),
        to_in_public=Words("To %(name)s, on Facebook"),
        to_in_private=Words("To %(name)s, on Messenger"),
        open_there=Words("Open on Facebook"),
        did_not_take=Words("Facebook did not take this answer."),
    ),
    "instagram": Phrases(
        anyone_reads_this=Words("Anyone on Instagram can read this."),
        anyone_reads_thread=Words("Anyone on Instagram can read this thread."),
        comment_since=Words("Instagram comment, since %(clock)s"),
        message_since=Words("Instagram message, since %(clock)s"),
        to_in_public=Words("To %(name)s, on Instagram"),
        to_in_private=Words("To %(name)s, as an Instagram message"),
        open_there=Words("Open on Instagram"),
        did_not_take=Words("Instagram did not take this answer."),
    ),
    "desk": Phrases(
        anyone_reads_this=Words("Only your team can read this."),
        anyone_reads_thread=Words("Only your team can read this."),
        comment_since=Words("Written down %(clock)s"),
        message_since=Words("Written down %(clock)s"),
        to_in_public=Words("To %(name)s"),
        to_in_private=Words("To %(name)s"),
        open_there=Words("Written down"),
        did_not_take=Words("Nothing can be sent from here."),
    ),
    "x": Phrases(
        anyone_reads_this=Words("Anyone on X can read this."),
        anyone_reads_thread=Words("Anyone on X can read this thread."),
        comment_since=Words("Reply on X, since %(clock)s"),
        message_since=Words("Message on X, since %(clock)s"),
        to_in_public=Words("To %(name)s, on X"),
        to_in_private=Words("To %(name)s, as a message on X"),
        open_there=Words("Open on X"),
        did_not_take=Words("X did not take this answer."),
    ),
}

ANSWERED_THERE = {
    "facebook": Words("Answered on Facebook"),
    "instagram": Words("Answered on Instagram"),
    "x": Words("Answered on X"),
}
"""A button: somebody answered there themselves."""

PRACTICE_THREAD = Words("On a real Page, anyone could read this thread.")
PRACTICE_ANSWER = Words("On a real Page, anyone could read this.")

WINDOWS = {
    WindowKind.RESPONSE: Words("Can be sent until %(clock)s."),
    WindowKind.HUMAN_AGENT: Words(
        "They wrote over a day ago: what a person writes can still be sent, until %(clock)s."
    ),
}
"""Until when a private answer goes through; a closed window has words of its own."""

PROBLEMS = {
    403: Words("This is not open to you"),
    404: Words("Not found"),
    409: Words("Somebody was here first"),
    413: Words("Too large"),
    422: Words("Something needs another look"),
    429: Words("Wait a moment"),
    503: Words("Not now"),
}
PROBLEM = Words("This did not work")

SHORTCUTS = (
    (("j",), Words("Next")),
    (("k",), Words("Previous")),
    (("Enter",), Words("Open")),
    (("r",), Words("Reply")),
    (("n",), Words("Team note")),
    (("t",), Words("Take it")),
    (("h",), Words("Hand over")),
    (("s",), Words("Snooze")),
    (("e",), Words("Done, or edit first")),
    (("o",), Words("Open again")),
    (("l",), Words("Labels")),
    (("x",), Words("Choose this one, and others")),
    (("/",), Words("Search")),
    (("m",), Words("What to do with the message")),
    (("w",), Words("Write down a call, a visit or a mail")),
    (("a",), Words("Approve")),
    (("b",), Words("Send back")),
    (("z",), Words("Undo")),
    (("Ctrl", "Enter"), Words("Press the main button")),
    (("g", "i"), Words("Inbox")),
    (("g", "a"), Words("Approvals")),
    (("g", "n"), Words("Notices")),
    (("?",), Words("This list")),
)
