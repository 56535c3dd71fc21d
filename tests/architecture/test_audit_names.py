"""Rules about all events of the audit log: their names, their use, what may stand beside them."""

import ast
import re
from collections.abc import Iterator

from app.audit.events import DETAILS, PROTECTIVE, Event
from app.web.desk import deeds
from tests.architecture.source import members_used, nodes

WRITERS = {"record", "_record", "_log", "_told"}
"""The functions that hand details on to the log."""


def test_names_read_area_thing_verb_and_there_are_no_two_alike() -> None:
    names = [event.value for event in Event]

    assert all(re.fullmatch(r"[a-z]+(:[a-z]+(-[a-z]+)*){2}", name) for name in names)
    assert len(names) == len(set(names)) == len(list(Event.__members__))
    assert {name.split(":")[0] for name in names} <= {
        "desk", "audit", "accounts", "channels", "inbox", "replies", "credentials",
    }  # fmt: skip


def test_every_event_is_recorded_somewhere() -> None:
    recorded = members_used("Event", "app/audit/events.py", "app/web/desk/deeds.py")

    assert {e.name for e in Event} == recorded


def test_every_event_has_words_on_the_screen() -> None:
    assert set(deeds.DEEDS) == set(Event)


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call that notes something for the log."""
    for path, node in nodes("app/practice"):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in WRITERS:
                yield path, node


def details() -> dict[str, set[str]]:
    """Detail names by where they are given."""
    found: dict[str, set[str]] = {}
    for path, call in calls():
        names = {k.arg for k in call.keywords if k.arg} - {"now"}
        found.setdefault(path, set()).update(names)
    return found


def test_only_details_of_the_vocabulary_are_given() -> None:
    strange = {path: names - DETAILS for path, names in details().items() if names - DETAILS}

    assert strange == {}


def test_every_detail_of_the_vocabulary_is_given_somewhere() -> None:
    given = set().union(*details().values()) | {"practice", "sequence"}

    assert given == DETAILS


def test_no_detail_is_a_customer_s_words_or_a_name() -> None:
    """What stands behind a detail's name is an id, a number, an enum's value or a field's name."""
    for path, call in calls():
        for keyword in call.keywords:
            text = ast.unparse(keyword.value)
            for word in (".text", ".name", ".snippet", ".email", "reveal(", "password"):
                assert word not in text or keyword.arg == "method", f"{path}: {keyword.arg}={text}"


def test_protection_is_never_a_disclosure() -> None:
    """What VAULT.md lets fail closed is not among what goes on with one sink."""
    closed = re.compile(r"approved|exported|given|made|changed|connected|queued|started")
    names = {e.value for e in PROTECTIVE} - {Event.SIGN_IN.value}

    assert not [name for name in names if closed.search(name.split(":")[2])]
