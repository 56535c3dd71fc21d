"""What names the account elsewhere: nothing lists it, and it is read only by the ids that a
webhook told."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from app.channels.adapter import Named
from app.channels.adapters.instagram import rows
from app.channels.adapters.meta import errors, pulled
from app.channels.adapters.meta.graph import Graph, GraphProblem
from app.channels.adapters.meta.pulled import Row

COMMENT = f"{rows.PART},media{{{rows.FOREIGN_MEDIA}}}"
MAY_BE_FRESH = timedelta(hours=1)
"""So long something may not be readable yet."""


class Mentions:
    """Somebody else's comments and media that name us."""

    def __init__(self, graph: Graph, account: str) -> None:
        self._graph, self._account = graph, account

    def bodies(self, named: Sequence[Named], now: datetime) -> Iterator[bytes]:
        """Each that can be read, and each that surely cannot (any more)."""
        for each in named:
            try:
                row = self.media(each.id) if each.id == each.post_id else self.comment(each.id)
            except GraphProblem as problem:
                if not errors.is_permission(problem):
                    raise
                return
            if row is not None:
                yield self.body(row)
            elif each.told_at < now - MAY_BE_FRESH:
                yield pulled.body_of(self._account, gone=each.id, media_id=each.post_id)

    def body(self, row: Row) -> bytes:
        """One of them, kept raw."""
        return pulled.body_of(self._account, mention=row)

    def comment(self, comment_id: str) -> Row | None:
        """A comment that names us."""
        return self._asked("mentioned_comment", "comment_id", comment_id, COMMENT)

    def media(self, media_id: str) -> Row | None:
        """A media whose words name us."""
        return self._asked("mentioned_media", "media_id", media_id, rows.FOREIGN_MEDIA)

    def _asked(self, edge: str, name: str, found_id: str, fields: str) -> Row | None:
        """None where it is not there, or does not name us. The id stands among the fields, so
        that only one that looks like an id is asked for."""
        if not (found_id.isascii() and found_id.isalnum()):
            return None
        asked = f"{edge}.{name}({found_id}){{{fields}}}"
        try:
            found = self._graph.get_object(self._account, fields=asked).get(edge)
        except GraphProblem as problem:
            if problem.code != 100:
                raise
            return None
        return found if isinstance(found, dict) and found.get("id") else None
