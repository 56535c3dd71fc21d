"""Talks to a running practice platform; for the command line, drills and tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.practice import load
from app.practice.errors import Refused
from app.practice.network import is_loopback, session

TIMEOUT = 120.0


@dataclass
class Loaded:
    """What a file brought: `pages`, `posts` and `comments` are the new ones."""

    threads: int = 0
    messages: int = 0
    pages: int = 0
    posts: int = 0
    comments: int = 0
    bad: list[load.BadLine] = field(default_factory=list)


class PracticeClient:
    def __init__(self, url: str) -> None:
        if not is_loopback(url):
            raise Refused("The practice platform is on this machine only.")
        self.url = url.rstrip("/") + "/practice/api/"
        self._http = session()

    def get(self, path: str, /, **params: str | int) -> Any:
        return self._call("GET", path, params=params)

    def post(self, path: str, /, **body: Any) -> Any:
        return self._call("POST", path, json=body)

    def delete(self, path: str, /) -> Any:
        return self._call("DELETE", path)

    def load(self, path: Path, say: Callable[[Loaded], None] = lambda loaded: None) -> Loaded:
        """Plays a file of recorded threads in; a second time adds nothing."""
        total = Loaded()
        for batch in load.batches(path):
            added = self.post("import", items=batch.items)
            total.threads += batch.threads
            total.messages += batch.messages
            total.pages += added["pages"]
            total.posts += added["posts"]
            total.comments += added["comments"]
            total.bad += batch.bad
            say(total)
        return total

    def _call(self, method: str, path: str, **more: Any) -> Any:
        answer = self._http.request(method, self.url + path, timeout=TIMEOUT, **more)
        found = answer.json()
        if answer.status_code != 200:
            raise Refused(str(found.get("error")), answer.status_code)
        return found
