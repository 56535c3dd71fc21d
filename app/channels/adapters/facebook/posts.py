"""The Page's posts, and what is written under them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app.channels.adapters.facebook import comments, history
from app.channels.adapters.facebook.graph import Graph
from app.channels.adapters.facebook.names import link_of, text_of, time_of, words_of
from app.channels.items import Item, PostItem

FIELDS = "id,message,created_time,permalink_url"
A_PAGE, COMMENTS_A_PAGE = 25, 100
RECENT, OVERLAP = timedelta(days=30), timedelta(minutes=10)


class Posts:
    """Read by History."""

    def __init__(self, graph: Graph, page: str) -> None:
        self._graph, self._page = graph, page

    def page(self, after: str) -> tuple[list[PostItem], str]:
        """Newest first."""
        rows, following = history.page_of(
            self._graph, self._page, "published_posts", after, fields=FIELDS, limit=A_PAGE
        )
        return [_post(r) for r in rows], following

    def is_recent(self, row: PostItem, since: datetime | None, now: datetime) -> bool:
        """A comment does not bring its post to the front, so a month of posts is looked at."""
        return row.posted_at is None or row.posted_at >= now - RECENT

    def items(self, row: PostItem, since: datetime | None) -> Iterator[Item]:
        """What is written under a post; `filter=stream`, since the default leaves some out."""
        start = str(int((since - OVERLAP).timestamp())) if since else None
        for page in self._graph.pages(
            row.external_id,
            "comments",
            fields=comments.FIELDS,
            filter="stream",
            order="chronological",
            limit=COMMENTS_A_PAGE,
            since=start,
        ):
            for comment in history.rows_of(page):
                found = comments.item(comment, self._page, row)
                if found is not None:
                    yield found


def _post(row: dict[str, Any]) -> PostItem:
    return PostItem(
        text_of(row.get("id")),
        words_of(row.get("message")),
        link_of(row.get("permalink_url")),
        True,
        time_of(row.get("created_time")),
    )
