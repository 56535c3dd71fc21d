"""What need not be kept: counters of tries that are over, and requests nobody waits for."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import PasswordRequest, SignInAttempt
from app.accounts.password_mail import KEPT
from app.accounts.sign_in import FORGOTTEN


def forget(db: Session, now: datetime) -> None:
    """One round; safe at any time and as often as one likes."""
    db.execute(delete(SignInAttempt).where(SignInAttempt.tried_at < now - FORGOTTEN))
    db.execute(delete(PasswordRequest).where(PasswordRequest.asked_at < now - KEPT))
