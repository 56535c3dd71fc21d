"""What need not be kept: counters of tries that are over, requests nobody waits for, and
the browsers that were told by push until they were signed out."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import PasswordRequest, SignInAttempt, SignInSession
from app.accounts.password_mail import KEPT
from app.accounts.sign_in import FORGOTTEN
from app.notices.models import PushDevice


def forget(db: Session, now: datetime) -> None:
    """One round; safe at any time and as often as one likes."""
    db.execute(delete(SignInAttempt).where(SignInAttempt.tried_at < now - FORGOTTEN))
    db.execute(delete(PasswordRequest).where(PasswordRequest.asked_at < now - KEPT))
    ended = select(SignInSession.id).where(SignInSession.ended_at.is_not(None))
    db.execute(delete(PushDevice).where(PushDevice.session_id.in_(ended)))
