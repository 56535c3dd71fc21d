"""A member as mails know them, and the desk that writes; for the rooms below."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts.models import Desk, Member, MemberState
from app.notices.people import House, Recipient


def recipient(db: Session, member_id: int) -> Recipient | None:
    """Somebody at the desk with the rights they hold now; nobody who left."""
    member = db.get(Member, member_id)
    if member is None or member.state is MemberState.LEFT:
        return None
    locale = member.locale or db.get_one(Desk, 1).locale
    return Recipient(member.as_actor(), member.email, member.first_name, locale)


def house(db: Session) -> House:
    """The desk, as far as its mails need to know it."""
    desk = db.get_one(Desk, 1)
    return House(ZoneInfo(desk.timezone), desk.is_practice)


def first_name(db: Session, member_id: int) -> str:
    """Also of somebody who has left."""
    member = db.get(Member, member_id)
    return member.first_name if member is not None else ""
