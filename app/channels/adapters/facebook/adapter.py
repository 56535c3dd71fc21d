"""A Facebook Page as a channel: reading with cursors over all pages, writing, reading back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from app.channels.adapter import Connected, Fetched, Outgoing, Reading, Said
from app.channels.adapters.facebook import comments, errors
from app.channels.adapters.facebook.graph import Graph, GraphProblem
from app.channels.adapters.facebook.history import History
from app.channels.adapters.facebook.names import text_of
from app.channels.errors import Permanent, Transient, Unknown
from app.foundation import http

PUSHED = ("feed,mention,ratings,messages,message_echoes,message_edits,message_reactions,"
          "message_reads,message_deliveries,messaging_postbacks,messaging_referrals,"
          "messaging_handovers,messaging_policy_enforcement,standby")
"""What a Page subscribes to (PLATFORM_FACTS 7)."""


class FacebookAdapter:
    """One Page. `clock` dates the end of a rate limit."""

    def __init__(self, graph: Graph, page_id: str, clock: Callable[[], datetime]) -> None:
        self._graph, self._page, self._clock = graph, page_id, clock

    def verify(self) -> Connected:
        """The token must be this Page's own: a person's token gives empty lists, not errors."""
        with self._errors(is_write=False):
            me = self._graph.get_object("me", fields="id,name")
        found = Connected(text_of(me.get("id")), str(me.get("name") or ""))
        if found.external_id != self._page:
            raise Permanent("other-page", found.external_id)
        return found

    def subscribe(self) -> None:
        """Ask the platform to push what happens on this Page."""
        with self._errors(is_write=False):
            self._graph.put_object(self._page, "subscribed_apps", subscribed_fields=PUSHED)

    def fetch(self, cursor: str, now: datetime) -> Iterator[Fetched]:
        """The Page's posts and what is written under them."""
        with self._errors(is_write=False):
            yield from History(self._graph, self._page, now).read(cursor)

    def read_thread(self, kind: str, target: str) -> Reading:
        """A comment and everything under it."""
        with self._errors(is_write=False):
            return self._read_comment(target)

    def send(self, outgoing: Outgoing) -> str:
        """Answer under a comment."""
        with self._errors(is_write=True):
            made = self._graph.put_object(outgoing.target, "comments", message=outgoing.text)
        made_id = text_of(made.get("id")) if isinstance(made, dict) else ""
        if not made_id:
            raise Unknown("no id")
        return made_id

    def _read_comment(self, target: str) -> Reading:
        top = self._graph.get_object(target, fields=comments.FIELDS)
        rows: list[dict[str, Any]] = []
        for page in self._graph.pages(target, "comments", fields=comments.FIELDS,
                                      filter="stream", limit=100):
            rows.extend(r for r in page.get("data") or [] if isinstance(r, dict))
        post = comments.post_of(top, self._page)
        found = [comments.item(row, self._page, post, top_id=target) for row in (top, *rows)]
        return Reading(
            said=tuple(self._said(row) for row in rows), is_complete=True,
            target=self._said(top), items=tuple(i for i in found if i is not None),
        )

    def _said(self, row: dict[str, Any]) -> Said:
        author = comments.author(row)[0]
        return Said(text_of(row.get("id")), author == self._page, str(row.get("message") or ""),
                    author, comments.time_of(row.get("created_time")))

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


