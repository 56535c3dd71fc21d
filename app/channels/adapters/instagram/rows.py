"""Media and comments as the Graph API shows them, turned into items.

Comments stand on two levels: each brings the first of its replies along.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from app.channels.adapters.meta import pulled
from app.channels.adapters.meta.names import link_of, name_of, text_of, time_of, words_of
from app.channels.adapters.meta.pulled import Found, Row
from app.channels.items import CommentItem, PostItem, Problem, Verb, WholeItem
from app.channels.models import Act, Kind

PART = "id,text,timestamp,username,from,user,hidden,parent_id"
REPLIES = 50
COMMENT = f"{PART},replies.limit({REPLIES}){{{PART}}}"
MEDIA = "id,caption,timestamp,permalink"
FOREIGN_MEDIA = f"{MEDIA},username"
THEIRS = frozenset({Act.REPLY, Act.HIDE, Act.UNHIDE, Act.DELETE, Act.PRIVATE_REPLY})
NO_ACTS: frozenset[Act] = frozenset()
"""Instagram takes no answer to a tag."""
ANSWER = frozenset({Act.REPLY})
"""All that it takes under other people's media, and only to what names us."""


def comments(found: Row, account: str, _received_at: datetime) -> Iterator[Found]:
    """`comments` under a `media` of ours, kept raw as they were listed."""
    rows, media = pulled.rows_in(found.get("comments")), pulled.row_in(found.get("media"))
    post = post_of(media)
    if rows and not post.external_id:
        yield Problem("comments without a media")
        return
    if rows:
        yield post
    for row in rows:
        make = partial(item, account=account, post=post, top=text_of(row.get("id")))
        yield from pulled.each([row, *nested(row)], make)


def mentions(found: Row, account: str, _received_at: datetime) -> Iterator[Found]:
    """A `mention` of somebody else's, read by its id; or that it is not there (any more)."""
    for row in pulled.rows_in([found.get("mention")]):
        post = post_of(pulled.row_in(row.get("media")) or row, is_ours=False)
        if not post.external_id:
            yield Problem("a mention without a media")
            continue
        yield post
        make = partial(_foreign, account=account, post=post, kind=Kind.MENTION, acts=ANSWER)
        yield from pulled.each([row], make)
    gone = text_of(found.get("gone"))
    if gone:
        post = PostItem(text_of(found.get("media_id")), is_ours=False)
        yield CommentItem(Verb.DELETE, gone, post)


def tags(found: Row, account: str, _received_at: datetime) -> Iterator[Found]:
    """Other people's media in which the account is tagged (`tags`)."""
    yield from pulled.each(
        pulled.rows_in(found.get("tags")),
        lambda row: _foreign(row, account, post_of(row, is_ours=False), Kind.TAG, NO_ACTS),
    )


def whole(found: Row, _account: str, received_at: datetime) -> Iterator[Found]:
    """A complete reading of a media: its id under `whole`, and all that it `shows`."""
    media, shown = text_of(found.get("whole")), found.get("shows")
    if media and isinstance(shown, list):
        yield WholeItem(media, frozenset(filter(None, map(text_of, shown))), received_at)


def nested(row: Row) -> list[Row]:
    """The replies that came along with a comment."""
    return pulled.rows_in(pulled.row_in(row.get("replies")).get("data"))


def item(row: Row, account: str, post: PostItem, top: str = "") -> CommentItem | None:
    """One comment under our own media; None where it has no id."""
    comment = text_of(row.get("id"))
    if not comment:
        return None
    by, name, is_ours = author(row, account)
    return CommentItem(
        verb=Verb.ADD,
        external_id=comment,
        post=post,
        parent_id=text_of(row.get("parent_id")) or (top if comment != top else ""),
        author_id=by,
        author_name=name,
        is_ours=is_ours,
        text=words_of(row.get("text")),
        sent_at=time_of(row.get("timestamp")),
        is_hidden=row.get("hidden") is True,
        permalink=post.permalink,
        is_snapshot=True,
        abilities=abilities(row, account),
    )


def author(row: Row, account: str) -> tuple[str, str, bool]:
    """Id and name of who wrote it, and whether it was us; some answers give no id, only a name."""
    by = pulled.row_in(row.get("from"))
    name = name_of(by.get("username")) or name_of(row.get("username"))
    found = text_of(by.get("id")) or text_of(pulled.row_in(row.get("user")).get("id"))
    return found or (f"@{name}"[:100] if name else ""), name, found == account


def abilities(row: Row, account: str) -> frozenset[Act]:
    """Instagram does not say; this is what it takes under one's own media."""
    if author(row, account)[2]:
        return ANSWER | {Act.DELETE}
    return THEIRS


def post_of(media: Row, *, is_ours: bool = True) -> PostItem:
    """A media as context for what is written under it."""
    return PostItem(
        text_of(media.get("id")),
        words_of(media.get("caption")),
        link_of(media.get("permalink")),
        is_ours,
        time_of(media.get("timestamp")),
    )


def _foreign(
    row: Row, account: str, post: PostItem, kind: Kind, acts: frozenset[Act]
) -> CommentItem | None:
    """Somebody else's media, or a comment under one, that names us: a thread of its own, whatever
    it replies to, since nothing else of that is shown to us."""
    found = text_of(row.get("id"))
    if not found:
        return None
    by, name, is_ours = author(row, account)
    return CommentItem(
        verb=Verb.ADD,
        external_id=found,
        post=post,
        author_id=by,
        author_name=name,
        is_ours=is_ours,
        text=words_of(row.get("text") or row.get("caption")),
        sent_at=time_of(row.get("timestamp")),
        permalink=post.permalink,
        is_snapshot=True,
        kind=kind,
        abilities=acts,
    )
