"""Talks to a running practice platform; for the command line, drills and tests."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.practice import load
from app.practice.errors import Refused
from app.practice.load import Batch
from app.practice.network import is_loopback, session

TIMEOUT = 120.0


@dataclass
class Loaded:
    """What a file brought: `pages`, `posts` and `comments` are the new ones, on X `x_posts`."""

    threads: int = 0
    messages: int = 0
    pages: int = 0
    posts: int = 0
    comments: int = 0
    media: int = 0
    x_posts: int = 0
    x_waiting: Counter[str] = field(default_factory=Counter)
    """New on X, by account: whoever reads an account takes it off."""
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
            self._play(batch, total)
            total.threads += batch.threads
            total.messages += batch.messages
            total.bad += batch.bad
            say(total)
        return total

    def _play(self, batch: Batch, total: Loaded) -> None:
        """Each part of a batch onto its own platform."""
        added = self.post("import", items=batch.items[load.FACEBOOK])
        total.pages += added["pages"]
        total.posts += added["posts"]
        total.comments += added["comments"]
        if batch.items[load.INSTAGRAM]:
            added = self.post("instagram/import", items=batch.items[load.INSTAGRAM])
            total.media += added["media"]
            total.comments += added["comments"]
        if batch.items[load.X]:
            added = self.post("x/recorded", items=batch.items[load.X])
            total.x_posts += added["posts"]
            total.x_waiting.update(added["accounts"])

    def _call(self, method: str, path: str, **more: Any) -> Any:
        answer = self._http.request(method, self.url + path, timeout=TIMEOUT, **more)
        found = answer.json()
        if answer.status_code != 200:
            raise Refused(str(found.get("error")), answer.status_code)
        return found
