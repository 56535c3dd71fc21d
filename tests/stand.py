"""A desk to test on: a real one, made by the product's own command, with the cast of the tests.

Ada owns, Ben answers, Cleo approves, Dan looks after channels, Vera reads; Mallory is a stranger
who answers on another channel only. The practice platform behind it is the real one, over HTTP.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import runtime
from app.access.identity import DESK, Actor
from app.access.roles import Role
from app.accounts import members, passwords
from app.accounts.models import Member
from app.channels.models import Channel
from app.cli import desk as making
from app.cli import story
from app.foundation.config import Settings
from app.foundation.db import Database
from app.inbox.models import Conversation, Message
from app.jobs import topics
from app.practice import clock as practice_clock
from app.practice.client import PracticeClient
from app.runtime import Runtime

PASSWORD = "kaksi-kettua-marjassa"
CHEAP = passwords.Profile(memory_kib=1024, passes=1, lanes=1)
CAST = {
    "Ada Aho": (Role.OWNER,),
    "Ben Berg": (Role.RESPONDER,),
    "Cleo Care": (Role.APPROVER,),
    "Dan Dahl": (Role.ADMIN,),
    "Vera Vuori": (Role.VIEWER,),
    "Sam Sender": (Role.RESPONDER, Role.SENDER),
}


def settings(folder: Path, database_url: str = "", **more: str) -> Settings:
    """The settings of a desk in a folder."""
    return Settings.model_validate({"DATA_DIR": folder, "DATABASE_URL": database_url, **more})


def make_practice_desk(given: Settings) -> None:
    """What `vuoro init --practice` makes, plus the tests' cast."""
    given.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(given.database_url)
    making.make(
        given, database, is_practice=True, name="Riekko & Rinne", language="en", first=("", "", "")
    )
    database.close()
    running = runtime.start(given)
    hashed = passwords.hash_password(PASSWORD)
    with running.database.writing() as db:
        now = running.clock.now()
        for name, roles in {**CAST, "Mallory Moss": ()}.items():
            member = members.add(
                db,
                name=name,
                email=f"{name.split()[0].lower()}@example.com",
                password_hash=hashed,
                now=now,
                by=DESK,
            )
            for role in roles:
                members.give_role(db, DESK, member, role, now=now)
    running.close()


def copy_desk(template: Path, folder: Path) -> None:
    """A fresh desk in milliseconds: the template's files, its keys and its database."""
    shutil.copytree(template, folder, dirs_exist_ok=True)


@dataclass
class Stand:
    """A running desk and the platform behind it, with shorthands for what tests do all the time."""

    running: Runtime
    platform: PracticeClient
    _actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.running.database

    @property
    def now(self) -> Any:
        return self.running.clock.now()

    def actor(self, first_name: str) -> Actor:
        """One of the cast, with the rights they hold now."""
        with self.database.reading() as db:
            member = db.scalars(
                select(Member).where(Member.email.startswith(f"{first_name.lower()}@"))
            ).one()
            return member.as_actor()

    def advance(self, seconds: float) -> None:
        """Move the practice clock, wall and monotonic together."""
        folder = self.running.settings.DATA_DIR
        wall, monotonic = practice_clock.offsets(folder)
        practice_clock.move(folder, wall=wall + seconds, monotonic=monotonic + seconds)

    def connect(self, page_id: str) -> int:
        """Connect a page; returns the channel."""
        return story.connect(self.running, self.platform, page_id)

    def read(self, channel_id: int) -> bool:
        """Read a channel through the real adapter."""
        return topics.polling(self.running).read(channel_id)

    def take_in(self) -> None:
        """Take apart what webhooks brought."""
        topics.intake_events(self.running)

    def index(self) -> None:
        """Bring what is new into the index of words."""
        topics.index_words(self.running)

    def deliver(self) -> Any:
        """Move the outbox on; returns when there is more to do."""
        return topics.delivery(self.running).run()

    def act(self) -> Any:
        """Do on the platform what was asked for; returns when there is more to do."""
        return topics.acting(self.running).run()

    def page(self, page_id: str = "900", name: str = "Testikauppa") -> str:
        """A page on the platform."""
        return str(self.platform.post("pages", id=page_id, name=name)["id"])

    def post(self, page_id: str, message: str = "Talvikengät tulivat.") -> str:
        return str(self.platform.post(f"pages/{page_id}/posts", message=message)["id"])

    def comment(self, on: str, name: str, message: str) -> str:
        """A customer comments on a post or a comment."""
        return str(self.platform.post("comments", on=on, name=name, message=message)["id"])

    def conversations(self) -> list[Conversation]:
        with self.database.reading() as db:
            return list(db.scalars(select(Conversation).order_by(Conversation.id)))

    def messages(self) -> list[Message]:
        with self.database.reading() as db:
            return list(db.scalars(select(Message).order_by(Message.sent_at, Message.id)))

    def channel(self, channel_id: int) -> Channel:
        with self.database.reading() as db:
            return db.get_one(Channel, channel_id)
