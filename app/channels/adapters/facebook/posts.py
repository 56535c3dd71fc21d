"""The Page's posts, and what is written under them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app.channels.adapters.facebook import comments
from app.channels.adapters.meta import history
from app.channels.adapters.meta.graph import Graph
from app.channels.adapters.meta.names import text_of, time_of

FIELDS = "id,message,created_time,permalink_url"
A_PAGE, COMMENTS_A_PAGE = 25, 100
RECENT, OVERLAP = timedelta(days=30), timedelta(minutes=10)

Row = dict[str, Any]


class Posts:
    """Read by History."""

    def __init__(self, graph: Graph, page: str) -> None:
        self._graph, self._page = graph, page

    def page(self, after: str) -> tuple[list[Row], str]:
        """Newest first."""
        return history.page_of(
            self._graph, self._page, "published_posts", after, fields=FIELDS, limit=A_PAGE
        )

    def is_recent(self, row: Row, since: datetime | None, now: datetime) -> bool:
        """A comment does not bring its post to the front, so a month of posts is looked at."""
        posted_at = time_of(row.get("created_time"))
        return posted_at is None or posted_at >= now - RECENT

    def bodies(self, row: Row, since: datetime | None) -> Iterator[bytes]:
        """What is written under a post; `filter=stream`, since the default leaves some out."""
        start = str(int((since - OVERLAP).timestamp())) if since else None
        for page in self._graph.pages(
            text_of(row.get("id")),
            "comments",
            fields=comments.FIELDS,
            filter="stream",
            order="chronological",
            limit=COMMENTS_A_PAGE,
            since=start,
        ):
            rows = history.rows_of(page)
            if rows:
                yield comments.body(self._page, row, rows)
