"""The people of the practice story, with passwords that everybody knows.

Only a practice desk on this machine's own address is ever made with them.
"""

from dataclasses import dataclass

from app.access.roles import Role


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
