"""The mark of a practice desk on everything that leaves it."""

from app.foundation.words import Words
from app.notices.language import Say
from app.notices.mail import Mail

TITLE = Words("PRACTICE: %(text)s")
LINE = Words("Practice. Nothing here reaches a customer.")


def marked(mail: Mail, say: Say) -> Mail:
    """The same mail, so that nobody takes it for a real one."""
    return Mail(mail.to, title(mail.subject, say), f"{say(LINE)}\n\n{mail.text}")


def title(text: str, say: Say) -> str:
    """The same one line."""
    return say(Words(TITLE.text, {"text": text}))
