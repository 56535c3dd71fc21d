"""What happens on a page, told as Meta pushes it, without any platform behind it."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.inbox import intake
from app.jobs import topics
from tests.desks import Desk

PAGE = "106"
START = 1790000000
Value = dict[str, Any]


def at(second: int) -> datetime:
    return datetime.fromtimestamp(START + second, UTC)


class Telling:
    """What happens on a page, as Meta tells of it: one event after the other, a second apart."""

    def __init__(self) -> None:
        self.events: list[Value] = []
        self._on: dict[str, Value] = {}

    def comment(
        self, number: int, words: str, who: str = "", on: int = 0, post: int = 1, **more: Any
    ) -> None:
        """Somebody comments on a post, or on comment number `on`; without `who` the Page does."""
        name, post_id = f"{post}_{number}", f"{PAGE}_{post}"
        author = {"id": f"7{who}", "name": who} if who else {"id": PAGE, "name": "Kauppa"}
        value = {
            "item": "comment", "comment_id": name, "post_id": post_id, "from": author,
            "parent_id": f"{post}_{on}" if on else post_id, **more,
        }  # fmt: skip
        self._on[name] = value
        self._tell({**value, "verb": "add", "message": words})

    def edit(self, number: int, words: str, post: int = 1, *, is_at_once: bool = False) -> None:
        found = {**self._on[f"{post}_{number}"], "verb": "edited", "message": words}
        self._tell(found, is_at_once=is_at_once)

    def remove(self, number: int, post: int = 1) -> None:
        self._tell({**self._on[f"{post}_{number}"], "verb": "remove"})

    def hide(self, number: int, post: int = 1) -> None:
        self._tell({**self._on[f"{post}_{number}"], "verb": "hide"})

    def unhide(self, number: int, post: int = 1, *, is_at_once: bool = False) -> None:
        self._tell({**self._on[f"{post}_{number}"], "verb": "unhide"}, is_at_once=is_at_once)

    def _tell(self, value: Value, *, is_at_once: bool = False) -> None:
        """A second later than what was told last, or in the same one."""
        second = len(self.events) + (not is_at_once)
        self.events.append({**value, "created_time": START + 2 * second})


def body(values: Iterable[Value], as_number: bool = False) -> bytes:
    changes = [{"field": "feed", "value": v} for v in values]
    entry = {"id": int(PAGE) if as_number else PAGE, "time": START, "changes": changes}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def take(desk: Desk, *bodies: bytes) -> None:
    for one in bodies:
        intake.store(desk.database, "meta", one, desk.now)
    topics.intake_events(desk.running)


def told(desk: Desk, page: Telling) -> None:
    take(desk, *(body([v]) for v in page.events))
