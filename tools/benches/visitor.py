"""Somebody of the tests' cast, signed in."""

from sqlalchemy import select

from app.accounts import sessions
from app.accounts.models import Member
from app.runtime import Runtime


def signed_in(running: Runtime, first_name: str) -> str:
    """The cookie of a new session."""
    with running.database.writing() as db:
        member = db.scalars(select(Member).where(Member.email.startswith(f"{first_name}@"))).one()
        _, token = sessions.start(
            db, member, device="bench", address="127.0.0.1", now=running.clock.now()
        )
        return token
