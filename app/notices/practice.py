"""The mark of a practice desk on everything that leaves it."""

from app.foundation.words import Words
from app.notices.language import Say
from app.notices.mail import Mail

TITLE = Words("PRACTICE: %(text)s")
LINE = Words("Practice. Nothing here reaches a customer.")


def marked(mail: Mail, say: Say) -> Mail:
    """The same mail, so that nobody takes it for a real one."""
    subject = say(Words(TITLE.text, {"text": mail.subject}))
    return Mail(mail.to, subject, f"{say(LINE)}\n\n{mail.text}")
