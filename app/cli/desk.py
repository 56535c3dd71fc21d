"""`vuoro init`, `migrate` and `check`."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy.orm import Session

from app import migrating, runtime
from app.access.identity import DESK as DESK_ITSELF
from app.accounts import members, passwords
from app.accounts.models import Desk
from app.audit import log as audit
from app.audit.events import Event
from app.audit.log import Recorder
from app.audit.sink import SinkFile
from app.cli import cast, start
from app.credentials import rootkey
from app.foundation.clock import PracticeClock, SystemClock
from app.foundation.config import LOOPBACK, Settings
from app.foundation.db import Database
from app.foundation.errors import Invalid
from app.foundation.words import Words
from app.inbox import dead_letters
from app.notices.mail import may_go_in_clear
from app.practice import settings as practice_settings
from app.runtime import NotReady


@click.command()
@click.option(
    "--practice", is_flag=True, help="A practice desk, with its cast and invented customers."
)
@click.option("--name", default="", help="The firm's name.")
@click.option("--language", type=click.Choice(["en", "fi"]), default="en", show_default=True)
@click.option("--owner", default="", metavar="NAME", help="The first owner's name.")
@click.option(
    "--email",
    default="",
    metavar="ADDRESS",
    help="The first owner's mail address, to sign in with.",
)
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the first owner's password; without it, it is asked for.",
)
def init(
    practice: bool, name: str, language: str, owner: str, email: str, password_file: Path | None
) -> None:
    """Make a desk: data folder, root key, database and the first owner.

    Safe to run again: a desk that is there is left as it is.
    """
    settings = start.settings()
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = start.database(settings)
    if _exists(database):
        _same_kind(settings, is_practice=practice)
        click.echo(f"There is a desk in {settings.DATA_DIR} already; it was left as it is.")
        return
    if not practice:
        _checked("--owner", members.checked_name, owner)
        _checked("--email", members.checked_email, email)
    owner_password = "" if practice else _password(password_file, [owner, email, name])
    make(
        settings,
        database,
        is_practice=practice,
        name=name or ("Riekko & Rinne" if practice else ""),
        language=language,
        first=(owner, email, owner_password),
    )
    click.echo(f"Made a {'practice ' if practice else ''}desk in {settings.DATA_DIR}.")
    if not practice:
        click.echo(
            f"The root key is in {settings.root_key_file}. Keep a copy of it on paper, "
            "apart from the backups: with a backup it brings the desk back."
        )
        click.echo(
            f"Start it with `vuoro serve` and `vuoro worker`, then sign in at {settings.base_url}."
        )


@click.command()
@click.option(
    "--i-have-a-dump", "has_dump", is_flag=True, help="A PostgreSQL dump was made just now."
)
def migrate(has_dump: bool) -> None:
    """Bring the database to this version. SQLite is copied first."""
    settings = start.settings()
    database = start.database(settings)
    copy = migrating.migrate(
        database, settings.database_url, SystemClock().now(), has_dump=has_dump
    )
    click.echo(f"The database is up to date.{f' A copy from before is {copy}.' if copy else ''}")


@click.command()
def check() -> None:
    """Say whether the desk could start here and now, and with what."""
    with start.desk() as running:
        with running.database.reading() as db:
            desk = db.get_one(Desk, 1)
            dead, newest = dead_letters.count(db), dead_letters.groups(db, most=1)
        click.echo(
            f"desk: {desk.name or 'without a name'}{' (practice)' if running.is_practice else ''}"
        )
        click.echo(f"database: {running.database.engine.dialect.name}, up to date")
        click.echo(f"root key: right ({running.keys.check})")
        click.echo(f"address: {running.settings.base_url}")
        click.echo(f"mail: {_mail(running.settings.SMTP_URL)}")
        click.echo(f"not taken in: {dead}{''.join(f', newest: {d.reason}' for d in newest)}")


def _mail(url: str) -> str:
    at = urlsplit(url)
    if not url:
        return "none, links are handed over by hand"
    is_open = may_go_in_clear(at) and at.hostname not in LOOPBACK
    return f"{at.hostname}, {'may go in clear: others can read links' if is_open else 'encrypted'}"


def _exists(database: Database) -> bool:
    state = runtime.schema_state(database)
    if state == "empty":
        return False
    if state != "current":
        raise NotReady("The database is of another version of Vuoro. Run: vuoro migrate")
    with database.reading() as db:
        return db.get(Desk, 1) is not None


def _same_kind(settings: Settings, *, is_practice: bool) -> None:
    """A practice desk can never become a real one, nor the other way round."""
    if (runtime.practice_mark(settings) is not None) != is_practice:
        raise NotReady(
            f"The desk in {settings.DATA_DIR} is "
            f"{'a real' if is_practice else 'a practice'} one and stays so. Choose "
            "another folder with VUORO_DATA_DIR."
        )


def make(
    settings: Settings,
    database: Database,
    *,
    is_practice: bool,
    name: str,
    language: str,
    first: tuple[str, str, str],
) -> None:
    if is_practice:
        practice_settings.create(settings.DATA_DIR, settings.practice_url, settings.base_url)
    keys = _keys(settings)
    migrating.upgrade(database)
    clock = (
        PracticeClock(runtime.practice_folder(settings) / "clock.json")
        if is_practice
        else SystemClock()
    )
    database.before_commit.append(
        Recorder(keys.audit, SinkFile(settings.DATA_DIR / "audit.log"), is_practice=is_practice)
    )
    people = _cast(settings) if is_practice else [cast.owner(*first)]
    hashes = {p.password: passwords.hash_password(p.password) for p in people}
    with database.writing() as db:
        now = clock.now()
        db.add(
            Desk(
                id=1,
                name=name,
                locale=language,
                is_practice=is_practice,
                root_key_check=keys.check,
                created_at=now,
            )
        )
        audit.record(
            db, Event.DESK_MADE, DESK_ITSELF.log_name, "desk", now=now, key_check=keys.check
        )
        for person in people:
            _add(db, person, hashes[person.password], now)


def _keys(settings: Settings) -> rootkey.Keys:
    """The root key's, which is made where there is none yet."""
    is_given = settings.ROOT_KEY or settings.ROOT_KEY_COMMAND or settings.root_key_file.exists()
    if not is_given:
        rootkey.make(settings.root_key_file)
    return rootkey.load(settings, None)


def _add(db: Session, person: cast.Person, password_hash: str, now: datetime) -> None:
    member = members.add(
        db,
        name=person.name,
        email=person.email,
        now=now,
        password_hash=password_hash,
        by=DESK_ITSELF,
    )
    for role in person.roles:
        members.give_role(db, DESK_ITSELF, member, role, now=now)


def _cast(settings: Settings) -> list[cast.Person]:
    """The cast; on an address that others reach, nobody's password is known beforehand."""
    if settings.is_here_only:
        return cast.CAST
    made = [cast.Person(p.name, p.email, p.roles, secrets.token_urlsafe(12)) for p in cast.CAST]
    for person in made:
        click.echo(f"{person.email}  {person.password}")
    return made


def _checked(option: str, check: Callable[[str], str], value: str) -> None:
    """A refusal names the option, since nothing else on the line does."""
    try:
        check(value)
    except Invalid as problem:
        raise Invalid(Words(f"{option}: {problem.reason} Nothing was made.")) from None


def _password(file: Path | None, about: list[str]) -> str:
    password: str = (
        start.text_of(file)
        if file is not None
        else click.prompt("Password for the first owner", hide_input=True, confirmation_prompt=True)
    )
    try:
        passwords.check_strength(password, about=about)
    except Invalid as problem:
        raise Invalid(Words(f"{problem.reason} Nothing was made.")) from None
    return password
