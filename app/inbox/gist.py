"""A conversation in a name and a line, for mails of members who wish to have it there."""

from sqlalchemy.orm import Session

from app.inbox.models import Conversation


def gist(db: Session, conversation_id: int) -> tuple[str, str]:
    """The customer's name, and the words that the list shows."""
    found = db.get(Conversation, conversation_id)
    if found is None:
        return "", ""
    return found.contact.name if found.contact else "", found.snippet
