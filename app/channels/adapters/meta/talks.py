"""Private conversations, on Messenger or Instagram: both are read through the Page."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.channels.adapter import Reading
from app.channels.adapters.meta import history, messages
from app.channels.adapters.meta.graph import Graph, GraphProblem
from app.channels.adapters.meta.names import text_of, time_of

FIELDS = "id,updated_time,participants"
A_PAGE = 25
OVERLAP = timedelta(minutes=10)
TOO_OLD = 9000001
"""No details of this message any more."""

Row = dict[str, Any]


class Talks:
    """Read by History, and one by one when an answer goes out."""

    def __init__(
        self, graph: Graph, page: str, now: datetime, platform: str = "messenger", us: str = ""
    ) -> None:
        """`us` is our own id among those who write, where it is not the Page's."""
        self._graph, self._page, self._now = graph, page, now
        self._platform, self._us = platform, us or page

    def page(self, after: str) -> tuple[list[Row], str]:
        """Those in which something was said last come first."""
        return history.page_of(
            self._graph,
            self._page,
            "conversations",
            after,
            platform=self._platform,
            fields=FIELDS,
            limit=A_PAGE,
        )

    def is_recent(self, row: Row, since: datetime | None, now: datetime) -> bool:
        """Something was said since the last reading."""
        updated = time_of(row.get("updated_time"))
        return since is None or updated is None or updated >= since - OVERLAP

    def bodies(self, row: Row, since: datetime | None) -> tuple[bytes, ...]:
        """Its newest messages; none where it is gone meanwhile."""
        try:
            return self._reading(row).bodies
        except GraphProblem as problem:
            if not _is_gone(problem):
                raise
            return ()

    def with_person(self, person: str) -> Reading:
        """The newest messages with one person. No conversation proves nothing: some are not
        listed, and a token of the wrong kind gives an empty list."""
        for page in self._graph.pages(
            self._page, "conversations", platform=self._platform, user_id=person, fields=FIELDS
        ):
            for row in history.rows_of(page):
                return self._reading(row)
        return Reading((), is_complete=False)

    def _reading(self, talk: Row) -> Reading:
        talk_id = text_of(talk.get("id"))
        try:
            rows, has_more = self._newest(talk_id, messages.FIELDS)
        except GraphProblem as problem:
            if problem.code != TOO_OLD:
                raise
            rows, has_more = self._newest(talk_id, "id,created_time")
            rows = [self._details(r) for r in rows]
        found = messages.reading(talk, rows, self._us, self._now, has_more=has_more)
        return replace(found, bodies=(messages.raw(self._us, talk, rows),) if rows else ())

    def _newest(self, talk_id: str, fields: str) -> tuple[list[Row], bool]:
        """As many as have details, the newest first, and whether there are older ones."""
        rows: list[Row] = []
        for page in self._graph.pages(talk_id, "messages", fields=fields, limit=messages.DETAILED):
            rows += history.rows_of(page)
            if len(rows) >= messages.DETAILED:
                return rows, self._graph.following(page, messages.DETAILED) is not None
        return rows, False

    def _details(self, row: Row) -> Row:
        """One message by itself; what has no details any more stays as bare as it is."""
        try:
            found = self._graph.get_object(text_of(row.get("id")), fields=messages.FIELDS)
        except GraphProblem as problem:
            if problem.code != TOO_OLD and not _is_gone(problem):
                raise
            return row
        return found if isinstance(found, dict) else row


def _is_gone(problem: GraphProblem) -> bool:
    """Not there, or not open to us: the platform does not say which."""
    return (problem.code, problem.subcode) == (100, 33)
