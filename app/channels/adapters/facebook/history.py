"""How far a Page has been read, and how to go on.

The first reading goes through every post there is, a page of posts at a time, and can stop and
go on anywhere. After that: the posts of the last 30 days since the last reading, and once an
hour one page of the older posts, round and round, so that nothing stays unseen for ever.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.channels.adapter import Fetched
from app.channels.adapters.facebook import comments
from app.channels.adapters.facebook.graph import Graph
from app.channels.adapters.facebook.names import text_of, time_of
from app.channels.items import Item, PostItem

POST_FIELDS = "id,message,created_time,permalink_url"
POSTS_A_PAGE, COMMENTS_A_PAGE = 25, 100
RECENT, OVERLAP, SWEEP_EVERY = timedelta(days=30), timedelta(minutes=10), timedelta(hours=1)


@dataclass(frozen=True)
class Mark:
    """The cursor kept with the channel."""

    after: str = ""
    """Where the first reading, or the sweep through older posts, goes on."""
    since: str = ""
    """When the last whole reading began; empty: the first one is not finished."""
    started: str = ""
    swept: str = ""

    @classmethod
    def parse(cls, text: str) -> "Mark":
        """The mark in a stored cursor; a damaged one starts again, since items come in once."""
        try:
            found = json.loads(text)
            return cls(**{k: str(v) for k, v in found.items()})
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(asdict(self))


class History:
    """One Page's reading at one moment."""

    def __init__(self, graph: Graph, page: str, now: datetime) -> None:
        self._graph, self._page, self._now = graph, page, now

    def read(self, cursor: str) -> Iterator[Fetched]:
        """What is new, a page at a time, each with the cursor that follows it."""
        mark = Mark.parse(cursor)
        if not mark.since:
            yield from self._everything(mark)
        else:
            yield from self._recent(mark)

    def _everything(self, mark: Mark) -> Iterator[Fetched]:
        mark = replace(mark, started=mark.started or self._now.isoformat())
        while True:
            posts, after = self._posts(mark.after)
            items = [i for post in posts for i in self._comments(post, None)]
            mark = replace(mark, after=after)
            if not after:
                yield Fetched(tuple(items), str(Mark(since=mark.started, swept=mark.started)), True)
                return
            yield Fetched(tuple(items), str(mark), False)

    def _recent(self, mark: Mark) -> Iterator[Fetched]:
        since, oldest, after = time_of(mark.since), self._now - RECENT, ""
        while True:
            posts, after = self._posts(after)
            recent = [p for p in posts if p.posted_at is None or p.posted_at >= oldest]
            items = tuple(i for p in recent for i in self._comments(p, since))
            if not after or len(recent) < len(posts):
                break
            yield Fetched(items, str(mark), False)
        mark = replace(mark, since=self._now.isoformat())
        swept = time_of(mark.swept)
        if swept is None or self._now - swept >= SWEEP_EVERY:
            yield Fetched(items, str(mark), False)
            older, mark = self._older(mark)
            items = tuple(older)
        yield Fetched(items, str(mark), True)

    def _older(self, mark: Mark) -> tuple[list[Item], Mark]:
        """One page of the round through all posts; the newest come round again after the oldest."""
        posts, after = self._posts(mark.after)
        items = [i for post in posts for i in self._comments(post, None)]
        return items, replace(mark, after=after, swept=self._now.isoformat())

    def _posts(self, after: str) -> tuple[list[PostItem], str]:
        """A page of posts, and the cursor of the next one (empty at the end)."""
        page = self._graph.get_connections(
            self._page, "published_posts", fields=POST_FIELDS, limit=POSTS_A_PAGE,
            after=after or None,
        )
        rows = page.get("data") if isinstance(page, dict) else None
        found = [_post(r) for r in rows or [] if isinstance(r, dict) and text_of(r.get("id"))]
        return found, _after(page)

    def _comments(self, post: PostItem, since: datetime | None) -> Iterator[Item]:
        """What is written under a post; `filter=stream`, since the default leaves some out."""
        start = str(int((since - OVERLAP).timestamp())) if since else None
        for page in self._graph.pages(
            post.external_id, "comments", fields=comments.FIELDS, filter="stream",
            order="chronological", limit=COMMENTS_A_PAGE, since=start,
        ):
            for row in page.get("data") or []:
                found = comments.item(row, self._page, post) if isinstance(row, dict) else None
                if found is not None:
                    yield found


def _post(row: dict[str, Any]) -> PostItem:
    return PostItem(text_of(row.get("id")), str(row.get("message") or ""),
                    str(row.get("permalink_url") or ""), True, time_of(row.get("created_time")))


def _after(page: Any) -> str:
    """The cursor of the next page. No `next` is the end, whatever the cursors say."""
    paging = page.get("paging") if isinstance(page, dict) else None
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    return text_of(cursors.get("after")) if isinstance(cursors, dict) else ""
