"""`vuoro member add|reset`: for whoever holds the machine, when nobody can sign in."""

from pathlib import Path

import click
from sqlalchemy import select

from app.access.identity import DESK
from app.access.roles import Role
from app.accounts import members, password_links, passwords, second_factor
from app.accounts.models import Member
from app.cli import start
from app.runtime import NotReady


@click.group()
def member() -> None:
    """Add a member, or reset a sign-in, on the machine itself."""


PASSWORD_FILE = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the password; without it, it is asked for.",
)


@member.command()
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([r.value for r in Role]),
    help="May be given several times.",
)
@PASSWORD_FILE
def add(name: str, email: str, roles: tuple[str, ...], password_file: Path | None) -> None:
    """Add a member with roles on all channels."""
    with start.desk() as running:
        members.checked_name(name)
        members.checked_email(email)
        hashed = _hash(password_file, [name, email])
        with running.database.writing() as db:
            now = running.clock.now()
            made = members.add(db, name=name, email=email, password_hash=hashed, now=now, by=DESK)
            for role in dict.fromkeys(roles):
                members.give_role(db, DESK, made, Role(role), now=now)
    click.echo(f"Added {made.name} as member {made.id}.")


@member.command()
@click.option("--email", required=True)
@PASSWORD_FILE
def reset(email: str, password_file: Path | None) -> None:
    """A new password for a member; their second factor and sessions end. It is in the audit log."""
    with start.desk() as running:
        with running.database.reading() as db:
            found = db.scalar(select(Member).where(Member.email == email.lower().strip()))
        if found is None:
            raise NotReady(f"Nobody here signs in with {email}.")
        hashed = _hash(password_file, [found.name, found.email])
        with running.database.writing() as db:
            now, row = running.clock.now(), db.get_one(Member, found.id)
            had_code = second_factor.switch_off(db, DESK, row.id, now)
            password_links.renew(db, DESK.log_name, row, hashed, now, method="machine")
    click.echo(
        f"{found.name} can sign in with the new password."
        f"{' The code from the phone is off.' if had_code else ''}"
    )


def _hash(file: Path | None, about: list[str]) -> str:
    password = (
        start.text_of(file)
        if file is not None
        else str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    )
    passwords.check_strength(password, about=about)
    return passwords.hash_password(password)
