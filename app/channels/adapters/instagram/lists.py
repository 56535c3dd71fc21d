"""An account's lists, as History reads them: its media with their comments, and its tags."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.channels.adapters.instagram import rows
from app.channels.adapters.meta import history, pulled
from app.channels.adapters.meta.graph import Graph
from app.channels.adapters.meta.names import text_of, time_of
from app.channels.adapters.meta.pulled import Row

A_PAGE, COMMENTS_A_PAGE = 25, 50
RECENT, OVERLAP = timedelta(days=30), timedelta(minutes=10)


class Media:
    """What the account put up."""

    def __init__(self, graph: Graph, account: str) -> None:
        self._graph, self._account = graph, account

    def page(self, after: str) -> tuple[list[Row], str]:
        """Newest first."""
        return history.page_of(
            self._graph, self._account, "media", after, fields=rows.MEDIA, limit=A_PAGE
        )

    def is_recent(self, row: Row, since: datetime | None, now: datetime) -> bool:
        """A comment does not bring its media to the front, so a month of them is looked at."""
        return _is_recent(row, now)

    def bodies(self, row: Row, since: datetime | None) -> Iterator[bytes]:
        """What is written under a media, the newest threads first.

        With a moment only as far back as that, and one page at least: it also shows what was
        changed. Without one, all of it, and then what a whole reading has shown.
        """
        shown: list[str] = []
        for found in threads(self._graph, text_of(row.get("id"))):
            yield pulled.body_of(self._account, media=row, comments=found)
            shown += [text_of(each.get("id")) for top in found for each in (top, *rows.nested(top))]
            if since is not None and _is_before(found[-1], since):
                return
        if since is None and self._is_all(text_of(row.get("id")), shown):
            yield pulled.body_of(
                self._account, whole=text_of(row.get("id")), shows=sorted(set(shown))
            )

    def _is_all(self, media: str, shown: list[str]) -> bool:
        """An empty or a short list proves nothing (a wrong token gives one): it counts where the
        platform's own number of comments, asked for afterwards, is not larger."""
        found = self._graph.get_object(media, fields="comments_count").get("comments_count")
        return isinstance(found, int) and not isinstance(found, bool) and len(set(shown)) >= found


class Tags:
    """Other people's media in which the account is tagged; no webhook tells of them."""

    def __init__(self, graph: Graph, account: str) -> None:
        self._graph, self._account = graph, account

    def page(self, after: str) -> tuple[list[Row], str]:
        """Newest first."""
        return history.page_of(
            self._graph, self._account, "tags", after, fields=rows.FOREIGN_MEDIA, limit=A_PAGE
        )

    def is_recent(self, row: Row, since: datetime | None, now: datetime) -> bool:
        """Somebody can be tagged later, so a month is looked at."""
        return _is_recent(row, now)

    def bodies(self, row: Row, since: datetime | None) -> tuple[bytes, ...]:
        """One media."""
        return (pulled.body_of(self._account, tags=[row]),)


def threads(graph: Graph, media: str) -> Iterator[list[Row]]:
    """The comments under a media, a page at a time, each with all of its replies."""
    for page in graph.pages(media, "comments", fields=rows.COMMENT, limit=COMMENTS_A_PAGE):
        found = history.rows_of(page)
        if found:
            yield [with_replies(graph, row) for row in found]


def with_replies(graph: Graph, row: Row) -> Row:
    """A comment whose replies did not all come along, with the others, too."""
    came = pulled.row_in(row.get("replies"))
    onwards = graph.following(came, rows.REPLIES) if came else None
    if onwards is None:
        return row
    listed = graph.pages(
        text_of(row.get("id")),
        "replies",
        fields=rows.PART,
        limit=rows.REPLIES,
        after=onwards.get("after"),
    )
    others = [reply for page in listed for reply in history.rows_of(page)]
    return {**row, "replies": {"data": [*rows.nested(row), *others]}}


def _is_recent(row: Row, now: datetime) -> bool:
    at = time_of(row.get("timestamp"))
    return at is None or at >= now - RECENT


def _is_before(row: Row, since: datetime) -> bool:
    at = time_of(row.get("timestamp"))
    return at is not None and at < since - OVERLAP
