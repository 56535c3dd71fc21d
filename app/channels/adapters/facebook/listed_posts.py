"""What customers post themselves, as the Page's lists show it: on its wall, in a mention, as a
recommendation."""

from collections.abc import Iterator
from datetime import datetime

from app.channels.adapters.facebook import comments
from app.channels.adapters.facebook.posts import RATINGS, TAGGED, VISITORS
from app.channels.adapters.facebook.pushed_posts import GUEST, ON_THE_WALL, OPINIONS
from app.channels.adapters.meta import pulled
from app.channels.adapters.meta.names import link_of, text_of, time_of, words_of
from app.channels.adapters.meta.pulled import Found, Row
from app.channels.items import CommentItem, Verb
from app.channels.models import Act, Kind

WALLS = frozenset({VISITORS.name, TAGGED.name, RATINGS.name})


def read(found: Row, page: str, _received_at: datetime) -> Iterator[Found]:
    """The post of such a body, where it is somebody else's."""
    wall = found.get("wall")
    if isinstance(wall, str) and wall in WALLS:
        row = pulled.row_in(found.get("post"))
        yield from pulled.each([row], lambda row: _item(row, page, wall))


def _item(row: Row, page: str, wall: str) -> CommentItem | None:
    """None for one without an id, and for one that the Page wrote itself."""
    post = text_of(row.get("id"))
    by, name = comments.author(row | {"from": row.get("from", row.get("reviewer"))})
    if not post or by == page:
        return None
    return CommentItem(
        verb=Verb.ADD,
        external_id=post,
        post=comments.post_item(row, is_ours=False),
        author_id=by,
        author_name=name,
        text=words_of(row.get("review_text") if wall == RATINGS.name else row.get("message")),
        sent_at=time_of(row.get("created_time")),
        permalink=link_of(row.get("permalink_url")),
        attachments=_attachments(row),
        sources=tuple(source for r in _attached(row) for source in comments.sources(r)),
        is_snapshot=True,
        kind=_kind(row, wall),
        abilities=_abilities(row, wall),
    )


def _kind(row: Row, wall: str) -> Kind | None:
    if wall == RATINGS.name:
        return OPINIONS.get(str(row.get("recommendation_type")))
    return Kind.VISITOR_POST if wall == VISITORS.name else Kind.MENTION


def _abilities(row: Row, wall: str) -> frozenset[Act]:
    """A visitor's post may be deleted, and answered privately once; elsewhere we are a guest."""
    if wall != VISITORS.name:
        return GUEST
    is_reachable = row.get("can_reply_privately") is not False
    return ON_THE_WALL if is_reachable else ON_THE_WALL - {Act.PRIVATE_REPLY}


def _attachments(row: Row) -> tuple[str, ...]:
    return tuple(words_of(r.get("type"))[:40] or "file" for r in _attached(row))


def _attached(row: Row) -> list[Row]:
    return pulled.rows_in(pulled.row_in(row.get("attachments")).get("data"))
