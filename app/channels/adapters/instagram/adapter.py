"""An Instagram account as a channel, reached with the token of the Page it is linked to.

With that token `me` is the Page, so that a channel need not know its Page's id.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from app.channels.adapter import (
    Connected,
    Fetched,
    Named,
    Outgoing,
    Reading,
    Said,
    Shown,
)
from app.channels.adapters.instagram import rows
from app.channels.adapters.instagram.lists import Media, Tags, with_replies
from app.channels.adapters.instagram.mentions import Mentions
from app.channels.adapters.meta import acts, messages, pulled
from app.channels.adapters.meta.border import border, if_allowed
from app.channels.adapters.meta.graph import Graph, GraphProblem
from app.channels.adapters.meta.history import History
from app.channels.adapters.meta.names import text_of, time_of, words_of
from app.channels.adapters.meta.pulled import Row
from app.channels.adapters.meta.talks import Talks
from app.channels.errors import Permanent, Unknown
from app.channels.models import Act

PAGE = "me"
ANY = "messaging_policy_enforcement"
"""A Page that is subscribed to anything brings its account along; of this there is little."""
MESSAGE, COMMENT, PRIVATE_REPLY = "message", "comment", "private_reply"
ID_OF = {MESSAGE: "message_id", PRIVATE_REPLY: "message_id", COMMENT: "id"}
"""Where the answer to each kind of write has the id."""
MESSAGES_OFF = "instagram_message_access"
"""No permission: a setting of the account's owner, without which messages cannot be read."""
OFF = frozenset({(10, 2534077), (200, 2534041)})
GONE = 100
TALKS, TAGS, MEDIA = "talks", "tags", "media"
TOP = f"{rows.COMMENT},media{{{rows.MEDIA}}}"

Missing = Callable[[str], tuple[str, ...] | None]


class InstagramAdapter:
    """One account. `clock` dates the end of a rate limit; `missing` asks the app about the token,
    by the Page's id; `app_id` finds our app among those that a Page tells of news."""

    def __init__(
        self,
        graph: Graph,
        account: str,
        clock: Callable[[], datetime],
        missing: Missing = lambda page: None,
        app_id: str = "",
    ) -> None:
        self._graph, self._account, self._clock = graph, account, clock
        self._missing, self._app_id = missing, app_id
        self._mentions = Mentions(graph, account)

    def verify(self) -> Connected:
        """The token must be that of the Page which this account is linked to."""
        with border(self._clock, is_write=False):
            me = self._graph.get_object(PAGE, fields="id,instagram_business_account{id,username}")
            found = pulled.row_in(me.get("instagram_business_account"))
            account, page = text_of(found.get("id")), text_of(me.get("id"))
            if not account:
                raise Permanent("no-account", page)
            if account != self._account:
                raise Permanent("other-page", account)
            missing = self._missing(page)
            if missing is not None and self._is_messaging_off():
                missing = (*missing, MESSAGES_OFF)
        return Connected(account, words_of(found.get("username")), missing)

    def subscribe(self) -> None:
        """Ask the Page to tell us of anything, unless it does: its own list stays as it is."""
        with border(self._clock, is_write=False):
            page = text_of(self._graph.get_object(PAGE, fields="id").get("id"))
            apps = self._graph.get_connections(page, "subscribed_apps")["data"]
            ours = [app for app in pulled.rows_in(apps) if text_of(app.get("id")) == self._app_id]
            if not any(app.get("subscribed_fields") for app in ours):
                self._graph.put_object(page, "subscribed_apps", subscribed_fields=ANY)

    def fetch(self, cursor: str, now: datetime, *, is_back: bool = True) -> Iterator[Fetched]:
        """Private conversations first, since their windows close; then tags; then our media and
        what is said under them."""
        marks = _marks(cursor)
        with border(self._clock, is_write=False):
            for name, pages in self._lists(marks, now, is_back=is_back):
                for page in pages:
                    marks[name] = page.cursor
                    used, is_last = self._graph.usage.used, page.is_last and name == MEDIA
                    yield replace(page, cursor=json.dumps(marks), is_last=is_last, used=used)

    def look_up(self, named: Sequence[Named]) -> tuple[bytes, ...]:
        """What a mention's webhook named by its ids only."""
        with border(self._clock, is_write=False):
            return tuple(self._mentions.bodies(named, self._clock()))

    def addresses(self, target: str, *, is_private: bool) -> tuple[str, ...]:
        """Only what comes with a message is handed out."""
        if not is_private:
            return ()
        with border(self._clock, is_write=False):
            return messages.sources(acts.row_of(self._graph, target, "attachments") or {})

    def read_thread(self, kind: str, target: str) -> Reading:
        """A comment and its replies, what names us elsewhere, or the messages with a person."""
        with border(self._clock, is_write=False):
            if kind == MESSAGE:
                return self._talks(self._clock()).with_person(target)
            try:
                return self._read_comment(target)
            except GraphProblem as problem:
                found = self._read_mention(target) if problem.code == GONE else None
                if found is None:
                    raise
                return found

    def look(self, target: str) -> Shown:
        """What names us elsewhere is read in its own way."""
        with border(self._clock, is_write=False):
            row = acts.row_of(self._graph, target, rows.PART)
            if row is None and self._mentioned(target) is not None:
                return Shown(abilities=rows.ANSWER)
        return acts.shown(row, "hidden", rows.abilities(row, self._account) if row else None)

    def act(self, act: Act, target: str) -> None:
        """With a comment under our own media; persons cannot be blocked, nor comments liked."""
        with border(self._clock, is_write=True):
            if act in (Act.HIDE, Act.UNHIDE):
                acts.hide(self._graph, target, is_hidden=act is Act.HIDE, name="hide")
            elif act is Act.DELETE:
                acts.delete(self._graph, target)
            else:
                raise Permanent("refused", act.value)

    def send(self, outgoing: Outgoing) -> str:
        """Answer under a comment or what names us elsewhere, or write to a person."""
        with border(self._clock, is_write=True):
            parent, edge, body = self._write(outgoing)
            made = self._graph.put_object(parent, edge, **body)
        made_id = text_of(made.get(ID_OF[outgoing.kind])) if isinstance(made, dict) else ""
        if not made_id:
            raise Unknown("no id")
        return made_id

    def _write(self, outgoing: Outgoing) -> tuple[str, str, Row]:
        """To whom, where, and what. Nothing echoes a mark here, so that none is sent."""
        if outgoing.kind == MESSAGE:
            return PAGE, "messages", messages.body(replace(outgoing, mark=""), self._clock())
        if outgoing.kind == PRIVATE_REPLY:
            return PAGE, "messages", messages.private_reply(replace(outgoing, mark=""))
        if not outgoing.elsewhere:
            return outgoing.target, "replies", {"message": outgoing.text}
        media = outgoing.elsewhere
        comment = outgoing.target if outgoing.target != media else None
        found = {"media_id": media, "comment_id": comment, "message": outgoing.text}
        return self._account, "mentions", found

    def _lists(
        self, marks: dict[str, str], now: datetime, *, is_back: bool
    ) -> Iterator[tuple[str, Iterator[Fetched]]]:
        yield TALKS, if_allowed(History(self._talks(now), now).read(marks[TALKS], is_back=is_back))
        yield (
            TAGS,
            if_allowed(
                History(Tags(self._graph, self._account), now).read(marks[TAGS], is_back=is_back)
            ),
        )
        yield (
            MEDIA,
            History(Media(self._graph, self._account), now).read(marks[MEDIA], is_back=is_back),
        )

    def _talks(self, now: datetime) -> Talks:
        return Talks(self._graph, PAGE, now, "instagram", us=self._account)

    def _is_messaging_off(self) -> bool:
        """Whether the account's owner lets no app read messages."""
        try:
            self._graph.get_connections(PAGE, "conversations", platform="instagram", limit=1)
        except GraphProblem as problem:
            return (problem.code, problem.subcode) in OFF
        return False

    def _read_comment(self, target: str) -> Reading:
        top = with_replies(self._graph, self._graph.get_object(target, fields=TOP))
        media = pulled.row_in(top.get("media"))
        shown = {k: v for k, v in top.items() if k != "media"}
        return Reading(
            said=tuple(self._said(row) for row in rows.nested(top)),
            is_complete=True,
            target=self._said(top),
            bodies=(pulled.body_of(self._account, media=media, comments=[shown]),),
        )

    def _read_mention(self, target: str) -> Reading | None:
        """Our answers to it are not shown to us, so that nothing can be read back."""
        row = self._mentioned(target)
        if row is None:
            return None
        bodies = (self._mentions.body(row),)
        return Reading((), is_complete=False, target=self._said(row), bodies=bodies)

    def _mentioned(self, target: str) -> Row | None:
        return self._mentions.comment(target) or self._mentions.media(target)

    def _said(self, row: Row) -> Said:
        by, _, is_ours = rows.author(row, self._account)
        text = words_of(row.get("text") or row.get("caption"))
        return Said(text_of(row.get("id")), is_ours, text, by, time_of(row.get("timestamp")))


def _marks(cursor: str) -> dict[str, str]:
    """How far each of the lists has been read; a damaged cursor reads all of them again."""
    try:
        found = json.loads(cursor)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    return {name: str(found.get(name, "")) for name in (TALKS, TAGS, MEDIA)}
