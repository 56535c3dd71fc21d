"""The people of the practice story, with passwords that everybody knows.

Only a practice desk on this machine's own address is ever made with them.
"""

from dataclasses import dataclass

from app.access.roles import Role
from app.accounts import members, passwords
from app.runtime import NotReady, Runtime


@dataclass(frozen=True)
class Person:
    """Somebody at the desk from its first day."""

    name: str
    email: str
    roles: tuple[Role, ...]
    password: str


KNOWN = "harjoitus-kettu-marja"

CAST = [
    Person("Aino Rinne", "aino@riekkorinne.example", (Role.OWNER, Role.ADMIN), KNOWN),
    Person("Mikael Salo", "mikael@riekkorinne.example", (Role.OWNER,), KNOWN),
    Person("Sanna Lehto", "sanna@riekkorinne.example", (Role.RESPONDER,), KNOWN),
    Person("Jere Koskinen", "jere@riekkorinne.example", (Role.RESPONDER, Role.SENDER), KNOWN),
    Person("Ville Aalto", "ville@riekkorinne.example", (Role.RESPONDER,), KNOWN),
    Person("Pirjo Mattila", "pirjo@riekkorinne.example", (Role.VIEWER,), KNOWN),
]


def owner(name: str, email: str, password: str) -> Person:
    """The first person of a real desk, who has to be able to do everything at first."""
    return Person(name, email, (Role.OWNER, Role.ADMIN, Role.SENDER), password)


def refuse_others(running: Runtime) -> None:
    """Where others reach the desk, nobody's password may be known beforehand."""
    if not running.is_practice or running.settings.is_here_only:
        return
    with running.database.reading() as db:
        hashes = {m.password_hash for m in members.active(db)}
    if any(passwords.verify(KNOWN, each) for each in hashes):
        raise NotReady(
            "The passwords of this practice desk's cast are known to everybody, so it listens on "
            "this machine only. For your network make another one: set VUORO_BIND and another "
            "VUORO_DATA_DIR, then run: vuoro init --practice"
        )
