"""An account on X as a channel: reading with cursors, answering, reading back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from app.channels.adapter import Connected, Fetched, Outgoing, Reading, Said, Shown
from app.channels.adapters.x import errors, lists, messages, month, posts, pulled, webhook
from app.channels.adapters.x.calls import NEWEST, Calls
from app.channels.adapters.x.client import Client, Row, rows_of
from app.channels.adapters.x.lists import Cursor, Mark
from app.channels.errors import AuthExpired, Permanent, RateLimited
from app.channels.models import Act
from app.channels.prices import Price
from app.channels.wire import text_of, time_of

MESSAGE = "message"
SWEEP_EVERY, QUARTER = timedelta(hours=1), timedelta(minutes=15)
KEPT_CALLS = 5
"""Of the 15 calls for messages in a quarter of an hour, these are for answering."""
QUOTED_POSTS = 20
"""Quotes are looked for under so many of our newest posts."""


class XAdapter:
    """One account. `clock` dates the end of a rate limit."""

    def __init__(self, client: Client, account: str, clock: Callable[[], datetime]) -> None:
        self._client, self._account, self._clock = client, account, clock
        self._calls = Calls(client, account)

    def verify(self) -> Connected:
        """The token must be this account's own."""
        found = self._calls.me().get("data")
        me = found if isinstance(found, dict) else {}
        external_id = text_of(me.get("id"))
        if external_id != self._account:
            raise Permanent("other-page", external_id)
        return Connected(external_id, str(me.get("name") or me.get("username") or ""))

    def subscribe(self) -> None:
        """Ask X to push what happens here. Without a webhook of the app it takes no subscription,
        and one that is there already not again: then what is new is read."""
        for event_type in webhook.TYPES:
            try:
                self._calls.subscribe(event_type)
            except Permanent:
                continue

    def fetch(self, cursor: str, now: datetime, *, is_back: bool = True) -> Iterator[Fetched]:
        """What names us, private messages, what we posted ourselves; once an hour what no mention
        tells of."""
        at = Cursor.parse(cursor)
        for answer, mark in lists.pages(self._calls.mentions, at.mentions, is_back=is_back):
            at = replace(at, mentions=mark)
            yield self._page(pulled.MENTIONS, answer, at)
        for answer, after in self._messages(at, now):
            at = after
            yield self._page(pulled.MESSAGES, answer, at)
        for answer, mark in lists.pages(self._calls.own, at.own, is_back=is_back):
            at = replace(at, own=mark)
            yield self._page(pulled.OWN, answer, at)
        swept = time_of(at.swept)
        if swept is None or now - swept >= SWEEP_EVERY:
            for name, answer, after in self._sweep(at):
                at = after
                yield self._page(name, answer, at)
            at = replace(at, swept=now.isoformat())
        yield Fetched((), str(at), True)

    def read_thread(self, kind: str, target: str) -> Reading:
        """The newest messages with a person; in public what we posted and what names us.

        Whoever is answered has written to us, so that a list without anything proves nothing.
        """
        if kind == MESSAGE:
            answer = self._calls.messages_with(target)
            said = tuple(self._said_in_private(row) for row in rows_of(answer))
            return self._reading(said, answer, {pulled.MESSAGES: answer})
        own = self._calls.own("", "", NEWEST)
        named = self._calls.mentions("", "", NEWEST)
        said = tuple(self._said(row) for row in rows_of(own))
        found = self._reading(said, own, {pulled.OWN: own, pulled.MENTIONS: named})
        return replace(found, is_complete=_is_whole(named) and "errors" not in own)

    def send(self, outgoing: Outgoing) -> str:
        """Write to a person, or answer under their newest post."""
        if outgoing.kind == MESSAGE:
            return self._calls.write_to(outgoing.target, outgoing.text)
        return self._calls.reply(outgoing.reply_to or outgoing.target, outgoing.text)

    def last_month(self) -> Mapping[Price, int]:
        """What would have been paid for in the last thirty days, and how often."""
        return month.of(self._calls, self._account, self._clock())

    def look(self, target: str) -> Shown:
        """Whether a post is there; X does not say whether it is hidden."""
        return Shown(is_there=bool(rows_of(self._calls.post(target))))

    def act(self, act: Act, target: str) -> None:
        """Hide a reply in a thread of ours, show it again, or take back a post of ours."""
        if act is Act.DELETE:
            self._calls.delete(target)
        elif act in (Act.HIDE, Act.UNHIDE):
            self._calls.hide(target, is_hidden=act is Act.HIDE)
        else:
            raise Permanent("refused")

    def _messages(self, at: Cursor, now: datetime) -> Iterator[tuple[Row, Cursor]]:
        """X takes so few of these calls that some are left for answering. An account without the
        right to them is still one with posts."""
        until = time_of(at.messages_at)
        if until is not None and now < until:
            return
        try:
            for answer, mark in lists.pages(self._calls.messages, at.messages):
                at = replace(at, messages=mark, messages_at=self._pause(now))
                yield answer, at
                if at.messages_at:
                    return
        except RateLimited as problem:
            pause = problem.until or now + QUARTER
            yield {}, replace(at, messages_at=pause.isoformat())
        except AuthExpired as problem:
            if problem.kind != "permission":
                raise

    def _pause(self, now: datetime) -> str:
        """Until when no more of these calls are made, where few are left."""
        left = errors.remaining(self._client.headers)
        if left is None or left > KEPT_CALLS:
            return ""
        return (errors.reset_at(self._client.headers, now) or now + QUARTER).isoformat()

    def _sweep(self, at: Cursor) -> Iterator[tuple[str, Row, Cursor]]:
        """Replies whose author took our name out, and quotes: no mention tells of them."""
        for answer, mark in lists.pages(self._calls.replies, at.replies):
            at = replace(at, replies=mark)
            yield pulled.REPLIES, answer, at
        newest = at.quotes.since
        for row in rows_of(self._calls.own_roots(QUOTED_POSTS)):
            post, known = text_of(row.get("id")), Mark(at.quotes.since)
            for answer, mark in lists.pages(partial(self._calls.quotes, post), known):
                newest = lists.newest_of([newest, mark.newest, mark.since])
                yield pulled.QUOTES, answer, at
        yield pulled.QUOTES, {}, replace(at, quotes=Mark(newest))

    def _page(self, name: str, answer: Row, at: Cursor) -> Fetched:
        bodies = (pulled.body_of(self._account, name, answer),) if rows_of(answer) else ()
        return Fetched(bodies, str(at), False)

    def _reading(self, said: tuple[Said, ...], answer: Row, read: dict[str, Row]) -> Reading:
        """Where there are older ones, it reaches back to its oldest."""
        times = [s.sent_at for s in said if s.sent_at is not None]
        return Reading(
            said=said,
            is_complete=_is_whole(answer),
            bodies=tuple(
                pulled.body_of(self._account, n, a) for n, a in read.items() if rows_of(a)
            ),
            reaches=min(times, default=None) if lists.following(answer) else None,
        )

    def _said(self, row: Row) -> Said:
        author = text_of(row.get("author_id"))
        return Said(
            text_of(row.get("id")),
            author == self._account,
            posts.own_words(row),
            author,
            posts.second(time_of(row.get("created_at"))),
        )

    def _said_in_private(self, row: Row) -> Said:
        sender = text_of(row.get("sender_id"))
        return Said(
            text_of(row.get("id")),
            sender == self._account,
            messages.words(row),
            sender,
            posts.second(time_of(row.get("created_at"))),
        )


def _is_whole(answer: Row) -> bool:
    """It brought something, and nothing is missing from it: X leaves out what it cannot show now,
    with an error beside the rest."""
    return bool(rows_of(answer)) and "errors" not in answer
