"""What the last thirty days would have cost: read once, before anything is connected."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from app.channels.adapters.x import lists, posts
from app.channels.adapters.x.calls import Calls
from app.channels.adapters.x.client import Row, rows_of
from app.channels.adapters.x.lists import Ask, Mark
from app.channels.errors import RateLimited
from app.channels.prices import Price
from app.channels.wire import text_of, time_of
from app.foundation.weighted_length import addresses

MONTH = timedelta(days=30)


def of(calls: Calls, account: str, now: datetime) -> Counter[Price]:
    """How often each thing would have been paid for; as far back as X shows."""
    since, found = now - MONTH, Counter[Price]()
    found[Price.OWNED_READ] += sum(1 for _ in _rows(calls.mentions, since))
    for row in _rows(calls.own, since):
        found[Price.OWNED_READ] += 1
        if "replied_to" in posts.references(row):
            has_address = next(addresses(posts.own_words(row)), None) is not None
            found[Price.POST_WITH_URL if has_address else Price.SUMMONED_REPLY] += 1
    for row in _rows(calls.messages, since):
        is_ours = text_of(row.get("sender_id")) == account
        found[Price.DM_SEND if is_ours else Price.DM_READ] += 1
    return found


def _rows(ask: Ask, since: datetime) -> Iterator[Row]:
    """The rows of a list, until they are older; where X lets us read no more, so far."""
    try:
        for answer, _ in lists.pages(ask, Mark()):
            rows = rows_of(answer)
            yield from (row for row in rows if _is_newer(row, since))
            if rows and not _is_newer(rows[-1], since):
                return
    except RateLimited:
        return


def _is_newer(row: Row, since: datetime) -> bool:
    at = time_of(row.get("created_at"))
    return at is None or at >= since
