"""A Facebook Page as a channel: reading with cursors over all pages, writing, reading back."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.channels.adapter import Connected, Fetched, Named, Outgoing, Reading, Said, Shown
from app.channels.adapters.facebook import comments
from app.channels.adapters.facebook.posts import PUBLISHED, RATINGS, TAGGED, VISITORS, Edge, Posts
from app.channels.adapters.meta import acts, messages, pulled
from app.channels.adapters.meta.border import border, if_allowed
from app.channels.adapters.meta.graph import Graph
from app.channels.adapters.meta.history import History
from app.channels.adapters.meta.names import text_of, time_of
from app.channels.adapters.meta.talks import Talks
from app.channels.errors import Permanent, Unknown
from app.channels.models import Act

PUSHED = (
    "feed,mention,ratings,messages,message_echoes,message_edits,message_reactions,"
    "message_reads,message_deliveries,messaging_postbacks,messaging_referrals,"
    "messaging_handovers,messaging_policy_enforcement,standby"
)
"""What a Page subscribes to (PLATFORM_FACTS 7)."""
MESSAGE, COMMENT, PRIVATE_REPLY = "message", "comment", "private_reply"
WALLS = (VISITORS, TAGGED, RATINGS)
TALKS, POSTS = "talks", "posts"
STATE_FIELDS = ",".join(("id,is_hidden,user_likes", *comments.RIGHTS))
TOP_FIELDS = "id,message,created_time,from{id,name},permalink_url,is_hidden"
"""What posts and comments have in common: a thread may begin with either."""
ID_OF = {MESSAGE: "message_id", PRIVATE_REPLY: "message_id", COMMENT: "id"}
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
        with border(self._clock, is_write=False):
            me = self._graph.get_object("me", fields="id,name")
        found = Connected(text_of(me.get("id")), str(me.get("name") or ""))
        if found.external_id != self._page:
            raise Permanent("other-page", found.external_id)
        return replace(found, missing_permissions=self._missing())

    def subscribe(self) -> None:
        """Ask the platform to push what happens on this Page."""
        with border(self._clock, is_write=False):
            self._graph.put_object(self._page, "subscribed_apps", subscribed_fields=PUSHED)

    def fetch(self, cursor: str, now: datetime, *, is_back: bool = True) -> Iterator[Fetched]:
        """Private conversations first, since their windows close; then what others posted, so
        that it is known when comments come; then our posts and what is said under them."""
        marks = _marks(cursor)
        with border(self._clock, is_write=False):
            for name, pages in self._lists(marks, now, is_back=is_back):
                for page in pages:
                    marks[name] = page.cursor
                    used, is_last = self._graph.usage.used, page.is_last and name == POSTS
                    yield replace(page, cursor=json.dumps(marks), is_last=is_last, used=used)

    def _write(self, outgoing: Outgoing) -> tuple[str, str, dict[str, Any]]:
        """Where, and what."""
        if outgoing.kind == MESSAGE:
            return self._page, "messages", messages.body(outgoing, self._clock())
        if outgoing.kind == PRIVATE_REPLY:
            is_post = self._is_post(outgoing.target)
            return self._page, "messages", messages.private_reply(outgoing, is_post=is_post)
        return outgoing.target, "comments", {"message": outgoing.text}

    def look(self, target: str) -> Shown:
        """A post says only whether it is there, since it knows none of a comment's fields."""
        fields = "id" if self._is_post(target) else STATE_FIELDS
        with border(self._clock, is_write=False):
            row = acts.row_of(self._graph, target, fields)
        return acts.shown(row, "is_hidden", comments.abilities(row or {}))

    def act(self, act: Act, target: str) -> None:
        """With a comment, a visitor's post, or a person."""
        with border(self._clock, is_write=True):
            if act in (Act.HIDE, Act.UNHIDE):
                acts.hide(self._graph, target, is_hidden=act is Act.HIDE, name="is_hidden")
            elif act is Act.DELETE:
                acts.delete(self._graph, target)
            elif act in (Act.LIKE, Act.UNLIKE):
                acts.like(self._graph, target, is_liked=act is Act.LIKE)
            else:
                acts.block(self._graph, self._page, act, target)

    def _lists(
        self, marks: dict[str, str], now: datetime, *, is_back: bool
    ) -> Iterator[tuple[str, Iterator[Fetched]]]:
        talks = History(Talks(self._graph, self._page, now), now)
        yield TALKS, if_allowed(talks.read(marks[TALKS], is_back=is_back))
        for edge in WALLS:
            yield (
                edge.name,
                if_allowed(self._posts(edge, now).read(marks[edge.name], is_back=is_back)),
            )
        yield POSTS, self._posts(PUBLISHED, now).read(marks[POSTS], is_back=is_back)

    def _posts(self, edge: Edge, now: datetime) -> History[dict[str, Any]]:
        return History(Posts(self._graph, self._page, edge), now)

    def addresses(self, target: str, *, is_private: bool) -> tuple[str, ...]:
        """Of a message, a comment, or a post on the wall."""
        is_post = self._is_post(target)
        fields = "attachments{type,media}" if is_post else "attachment"
        with border(self._clock, is_write=False):
            row = acts.row_of(self._graph, target, "attachments" if is_private else fields) or {}
        if is_private:
            return messages.sources(row)
        listed = pulled.row_in(row.get("attachments")).get("data")
        found = pulled.rows_in(listed) if is_post else [pulled.row_in(row.get("attachment"))]
        return tuple(source for one in found for source in comments.sources(one))

    def look_up(self, named: Sequence[Named]) -> tuple[bytes, ...]:
        """Posts that stand in no list, such as adverts, with what is said under them."""
        source, found = Posts(self._graph, self._page), list[bytes]()
        with border(self._clock, is_write=False):
            for post in dict.fromkeys(one.post_id for one in named):
                row = acts.row_of(self._graph, post, PUBLISHED.fields)
                found += source.bodies(row, None) if row else ()
        return tuple(found)

    def read_thread(self, kind: str, target: str) -> Reading:
        """A comment and everything under it, or the newest messages with a person."""
        with border(self._clock, is_write=False):
            if kind == MESSAGE:
                return Talks(self._graph, self._page, self._clock()).with_person(target)
            return self._read_comment(target)

    def send(self, outgoing: Outgoing) -> str:
        """Answer under a comment, or write to a person."""
        with border(self._clock, is_write=True):
            parent, edge, body = self._write(outgoing)
            made = self._graph.put_object(parent, edge, **body)
        made_id = text_of(made.get(ID_OF[outgoing.kind])) if isinstance(made, dict) else ""
        if not made_id:
            raise Unknown("no id")
        return made_id

    def _read_comment(self, target: str) -> Reading:
        top = self._graph.get_object(target, fields=TOP_FIELDS)
        rows: list[dict[str, Any]] = []
        for page in self._graph.pages(
            target, "comments", fields=comments.FIELDS, filter="stream", limit=100
        ):
            rows.extend(r for r in page.get("data") or [] if isinstance(r, dict))
        post = {"id": target} if self._is_post(target) else comments.post_of(top, self._page)
        return Reading(
            said=tuple(self._said(row) for row in rows),
            is_complete=True,
            target=self._said(top),
            bodies=(comments.body(self._page, post, [top, *rows], top_id=target),),
        )

    def _is_post(self, target: str) -> bool:
        """On this Page's wall: elsewhere an id does not tell whether it is a post's."""
        return target.startswith(f"{self._page}_")

    def _said(self, row: dict[str, Any]) -> Said:
        author = comments.author(row)[0]
        return Said(
            text_of(row.get("id")),
            author == self._page,
            str(row.get("message") or ""),
            author,
            time_of(row.get("created_time")),
        )


def _marks(cursor: str) -> dict[str, str]:
    """How far each of the lists has been read; a damaged cursor reads all of them again."""
    try:
        found = json.loads(cursor)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    return {name: str(found.get(name, "")) for name in (TALKS, *(w.name for w in WALLS), POSTS)}
