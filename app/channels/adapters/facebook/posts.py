"""The Page's posts and those of others about it, and what is written under them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.channels.adapters.facebook import comments
from app.channels.adapters.meta import history
from app.channels.adapters.meta.graph import Graph
from app.channels.adapters.meta.names import text_of, time_of

A_PAGE, COMMENTS_A_PAGE = 25, 100
RECENT, OVERLAP = timedelta(days=30), timedelta(minutes=10)

Row = dict[str, Any]


@dataclass(frozen=True)
class Edge:
    """A list of posts. `is_theirs`: others wrote them, so they are what is to be answered."""

    name: str
    fields: str
    is_theirs: bool = True

    @property
    def wall(self) -> str:
        return self.name if self.is_theirs else ""


PUBLISHED = Edge("published_posts", "id,message,created_time,permalink_url", is_theirs=False)
VISITORS = Edge(
    "visitor_posts",
    "id,message,created_time,from{id,name},permalink_url,can_reply_privately,attachments{type,media}",
)
TAGGED = Edge(
    "tagged", "id,message,created_time,from{id,name},permalink_url,attachments{type,media}"
)
RATINGS = Edge(
    "ratings",
    "created_time,recommendation_type,review_text,reviewer{id,name},open_graph_story{id}",
)


class Posts:
    """One of these lists, read by History."""

    def __init__(self, graph: Graph, page: str, edge: Edge = PUBLISHED) -> None:
        self._graph, self._page, self._edge = graph, page, edge

    def page(self, after: str) -> tuple[list[Row], str]:
        """Newest first."""
        return history.page_of(
            self._graph,
            self._page,
            self._edge.name,
            after,
            fields=self._edge.fields,
            limit=A_PAGE,
        )

    def is_recent(self, row: Row, since: datetime | None, now: datetime) -> bool:
        """A comment does not bring its post to the front, so a month of posts is looked at."""
        posted_at = time_of(row.get("created_time"))
        return posted_at is None or posted_at >= now - RECENT

    def bodies(self, row: Row, since: datetime | None) -> Iterator[bytes]:
        """A post of somebody else's is there to be answered, also without a comment."""
        is_news = self._edge.is_theirs
        for rows in self._comments(row, since):
            if rows or is_news:
                yield comments.body(self._page, row, rows, wall=self._edge.wall)
            is_news = False

    def _comments(self, row: Row, since: datetime | None) -> Iterator[list[Row]]:
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
            yield history.rows_of(page)
