"""A Facebook Page as a channel: reading with cursors over all pages, writing, reading back."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.channels.adapter import Connected, Fetched, Outgoing, Reading, Said
from app.channels.adapters.facebook import comments
from app.channels.adapters.facebook.posts import Posts
from app.channels.adapters.meta import errors, messages
from app.channels.adapters.meta.graph import Graph, GraphProblem
from app.channels.adapters.meta.history import History
from app.channels.adapters.meta.names import text_of, time_of
from app.channels.adapters.meta.talks import Talks
from app.channels.errors import Permanent, Transient, Unknown
from app.foundation import http

PUSHED = (
    "feed,mention,ratings,messages,message_echoes,message_edits,message_reactions,"
    "message_reads,message_deliveries,messaging_postbacks,messaging_referrals,"
    "messaging_handovers,messaging_policy_enforcement,standby"
)
"""What a Page subscribes to (PLATFORM_FACTS 7)."""
MESSAGE, COMMENT = "message", "comment"
ID_OF = {MESSAGE: "message_id", COMMENT: "id"}
"""Where the answer to each kind of write has the id."""


class FacebookAdapter:
    """One Page. `clock` dates the end of a rate limit; `missing` asks the app about the token."""

    def __init__(
        self,
        graph: Graph,
        page_id: str,
        clock: Callable[[], datetime],
        missing: Callable[[], tuple[str, ...] | None] = lambda: None,
    ) -> None:
        self._graph, self._page, self._clock, self._missing = graph, page_id, clock, missing

    def verify(self) -> Connected:
        """The token must be this Page's own: a person's token gives empty lists, not errors."""
        with self._errors(is_write=False):
            me = self._graph.get_object("me", fields="id,name")
        found = Connected(text_of(me.get("id")), str(me.get("name") or ""))
        if found.external_id != self._page:
            raise Permanent("other-page", found.external_id)
        return replace(found, missing_permissions=self._missing())

    def subscribe(self) -> None:
        """Ask the platform to push what happens on this Page."""
        with self._errors(is_write=False):
            self._graph.put_object(self._page, "subscribed_apps", subscribed_fields=PUSHED)

    def fetch(self, cursor: str, now: datetime) -> Iterator[Fetched]:
        """Private conversations first, since their windows close; then posts and comments."""
        marks = _marks(cursor)
        with self._errors(is_write=False):
            for page in self._talks(marks["talks"], now):
                marks["talks"] = page.cursor
                used = self._graph.usage.used
                yield replace(page, cursor=json.dumps(marks), is_last=False, used=used)
            for page in History(Posts(self._graph, self._page), now).read(marks["posts"]):
                marks["posts"] = page.cursor
                yield replace(page, cursor=json.dumps(marks), used=self._graph.usage.used)

    def read_thread(self, kind: str, target: str) -> Reading:
        """A comment and everything under it, or the newest messages with a person."""
        with self._errors(is_write=False):
            if kind == MESSAGE:
                return Talks(self._graph, self._page, self._clock()).with_person(target)
            return self._read_comment(target)

    def send(self, outgoing: Outgoing) -> str:
        """Answer under a comment, or write to a person."""
        with self._errors(is_write=True):
            if outgoing.kind == MESSAGE:
                answer = messages.body(outgoing, self._clock())
                made = self._graph.put_object(self._page, "messages", **answer)
            else:
                made = self._graph.put_object(outgoing.target, "comments", message=outgoing.text)
        made_id = text_of(made.get(ID_OF[outgoing.kind])) if isinstance(made, dict) else ""
        if not made_id:
            raise Unknown("no id")
        return made_id

    def _talks(self, cursor: str, now: datetime) -> Iterator[Fetched]:
        """A Page without the right to messages is still a Page with comments."""
        try:
            yield from History(Talks(self._graph, self._page, now), now).read(cursor)
        except GraphProblem as problem:
            if not errors.is_permission(problem):
                raise

    def _read_comment(self, target: str) -> Reading:
        top = self._graph.get_object(target, fields=comments.FIELDS)
        rows: list[dict[str, Any]] = []
        for page in self._graph.pages(
            target, "comments", fields=comments.FIELDS, filter="stream", limit=100
        ):
            rows.extend(r for r in page.get("data") or [] if isinstance(r, dict))
        post = comments.post_of(top, self._page)
        return Reading(
            said=tuple(self._said(row) for row in rows),
            is_complete=True,
            target=self._said(top),
            bodies=(comments.body(self._page, post, [top, *rows], top_id=target),),
        )

    def _said(self, row: dict[str, Any]) -> Said:
        author = comments.author(row)[0]
        return Said(
            text_of(row.get("id")),
            author == self._page,
            str(row.get("message") or ""),
            author,
            time_of(row.get("created_time")),
        )

    @contextmanager
    def _errors(self, *, is_write: bool) -> Iterator[None]:
        """The border: outside it nobody hears of Graph or HTTP."""
        try:
            yield
        except GraphProblem as problem:
            raise errors.translate(problem, is_write=is_write, now=self._clock()) from None
        except http.NotAsked as problem:
            raise Transient(str(problem)) from None
        except http.NoAnswer as problem:
            raise (Unknown if is_write else Transient)(str(problem)) from None


def _marks(cursor: str) -> dict[str, str]:
    """How far each of the two lists has been read; a damaged cursor reads both again."""
    try:
        found = json.loads(cursor)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    return {name: str(found.get(name, "")) for name in ("talks", "posts")}
