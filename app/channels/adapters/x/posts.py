"""A post as X shows it, turned into an item.

Threads are split by person: the same words can be answered to one customer only, and a stranger's
thread may be long and none of ours. The post itself says whose it is, so that any order of coming
gives the same conversations. An edit is a post of its own; the first version's id stays the id.
"""

import html
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.channels.adapters.x.dialect import either
from app.channels.items import CommentItem, Item, PostItem, Verb
from app.channels.models import Act, Kind
from app.channels.wire import name_of, text_of, time_of, words_of

FIELDS = (
    "author_id,conversation_id,created_at,in_reply_to_user_id,referenced_tweets,entities,"
    "attachments,note_tweet,display_text_range,reply_settings,edit_history_tweet_ids"
)
EXPANSIONS = "author_id,attachments.media_keys"

Row = dict[str, Any]


def item(
    row: Row,
    names: Mapping[str, str],
    account: str,
    *,
    mentions_us: bool | None = None,
    quotes_us: bool = False,
) -> Item | None:
    """A customer's post, an answer of ours, or a post of ours as context; None without an id.

    `mentions_us` and `quotes_us`: as the event or the list it comes from says.
    """
    post, author = text_of(row.get("id")), text_of(row.get("author_id"))
    if not post:
        return None
    first = next(iter(_ids(either(row, "edit_history_tweet_ids"))), post)
    refs = references(row)
    parent, answered = refs.get("replied_to", ""), text_of(row.get("in_reply_to_user_id"))
    root = text_of(row.get("conversation_id")) or parent or first
    is_ours, at = author == account, second(time_of(row.get("created_at")))
    under_our_root = bool(parent) and parent == root and answered == account
    if is_ours and (not parent or under_our_root):
        return PostItem(first, own_words(row), link(first), True, at)
    is_edit = post != first
    return CommentItem(
        verb=Verb.EDIT if is_edit else Verb.ADD,
        external_id=first,
        post=_context(root, first, refs, is_ours_known=under_our_root, quotes_us=quotes_us),
        parent_id=parent,
        home=_home(root, answered if is_ours else author, account),
        author_id=author,
        author_name=names.get(author, ""),
        is_ours=is_ours,
        text=own_words(row) if is_ours else words(row),
        sent_at=None if is_edit else at,
        happened_at=at if is_edit else None,
        permalink=link(first),
        attachments=media(row),
        mentions=(answered,) if is_ours and answered not in ("", account) else (),
        kind=None if is_ours else _kind(answered, account, quotes_us=quotes_us),
        abilities=_abilities(
            is_ours=is_ours,
            can_reply=_can_reply(row, account, refs, mentions_us, quotes_us=quotes_us),
            can_hide=under_our_root,
        ),
    )


def _home(root: str, person: str, account: str) -> str:
    """The conversation: the root and the customer. Where we answered ourselves, what we answered
    tells; where nobody is named, too."""
    return f"{root}:{person}" if person not in ("", account) else ""


def _context(
    root: str, first: str, refs: Mapping[str, str], *, is_ours_known: bool, quotes_us: bool
) -> PostItem:
    """What the conversation is about; a customer's own root is in it, so there is nothing more."""
    if quotes_us and refs.get("quoted"):
        return PostItem(refs["quoted"])
    return PostItem("" if root == first else root, is_ours=is_ours_known)


def _kind(answered: str, account: str, *, quotes_us: bool) -> Kind | None:
    if quotes_us:
        return Kind.QUOTE
    return None if answered == account else Kind.MENTION


def _can_reply(
    row: Row,
    account: str,
    refs: Mapping[str, str],
    mentions_us: bool | None,
    *,
    quotes_us: bool,
) -> bool | None:
    """X takes an answer only where the post names us or quotes us; None where that is not known."""
    if mentions_us or quotes_us or account in mentioned(row):
        return True
    is_known = mentions_us is False and "quoted" not in refs
    return False if is_known else None


def _abilities(*, is_ours: bool, can_reply: bool | None, can_hide: bool) -> frozenset[Act] | None:
    if is_ours:
        return frozenset({Act.DELETE})
    if can_reply is None:
        return None
    acts = {Act.REPLY} if can_reply else set()
    return frozenset(acts | ({Act.HIDE, Act.UNHIDE} if can_hide else set()))


def words(row: Row) -> str:
    """The whole text: what is long stands in a note. It is HTML-escaped once."""
    note = either(row, "note_tweet")
    long = note.get("text") if isinstance(note, dict) else None
    return html.unescape(words_of(long or row.get("text")))


def own_words(row: Row) -> str:
    """As we wrote it: without the names that X puts in front of an answer, addresses in full."""
    text, shown = words_of(row.get("text")), row.get("display_text_range")
    note = either(row, "note_tweet")
    if isinstance(note, dict) and note.get("text"):
        text = words_of(note["text"])
    start = shown[0] if isinstance(shown, list) and shown and isinstance(shown[0], int) else 0
    escaped = text if start <= 0 else _behind(text, start)
    for short, full in _addresses(row):
        escaped = escaped.replace(short, html.escape(full, quote=False))
    return html.unescape(escaped)


def _behind(text: str, start: int) -> str:
    """X counts in its escaped text; only names stand in front, which have nothing to escape."""
    return text[start:] if text[:1] == "@" else text


def _addresses(row: Row) -> Iterable[tuple[str, str]]:
    entities = row.get("entities")
    urls = entities.get("urls") if isinstance(entities, dict) else None
    for url in urls if isinstance(urls, list) else ():
        short = words_of(url.get("url")) if isinstance(url, dict) else ""
        full = words_of(url.get("expanded_url")) if isinstance(url, dict) else ""
        if short and full:
            yield short, full


def references(row: Row) -> dict[str, str]:
    """What it answers and what it quotes, by kind."""
    found = either(row, "referenced_tweets")
    pairs = [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []
    return {str(r.get("type")): text_of(r.get("id")) for r in pairs}


def mentioned(row: Row) -> set[str]:
    """The ids of those who are named in it."""
    entities = row.get("entities")
    named = entities.get("mentions") if isinstance(entities, dict) else None
    rows = [r for r in named if isinstance(r, dict)] if isinstance(named, list) else []
    return {text_of(r.get("id")) for r in rows} - {""}


def media(row: Row) -> tuple[str, ...]:
    """One for each picture or film; X's keys begin with a number for the kind."""
    found = row.get("attachments")
    keys = found.get("media_keys") if isinstance(found, dict) else None
    return tuple(_media(text_of(key)) for key in keys) if isinstance(keys, list) else ()


def _media(key: str) -> str:
    return {"3": "photo", "7": "video", "16": "animated_gif"}.get(key.partition("_")[0], "file")


def names(includes: object) -> dict[str, str]:
    """What people call themselves, by id."""
    found = includes.get("users") if isinstance(includes, dict) else None
    rows = [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []
    return {text_of(r.get("id")): name_of(r.get("name") or r.get("username")) for r in rows}


def second(at: datetime | None) -> datetime | None:
    """The fraction may be missing, so a thing has one time whoever tells of it."""
    return at.replace(microsecond=0) if at else None


def link(post: str) -> str:
    """Where anybody reads it; X finds the author by itself."""
    return f"https://x.com/i/status/{post}"


def _ids(found: object) -> list[str]:
    return [i for i in map(text_of, found) if i] if isinstance(found, list) else []
