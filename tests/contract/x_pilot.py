"""X in the contract suite."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.channels.adapter import ChannelAdapter
from app.channels.adapters.x import calls
from app.channels.errors import AuthExpired, Permanent, RateLimited, Transient, Unknown
from app.channels.models import Platform
from app.credentials.tokens import secret
from tests.contract.pilot import Fault, Row
from tests.functional import tweeting
from tests.functional.tweeting import US
from tests.stand import Stand


def _error(status: int, words: str = "No.", body: str = "problem") -> Fault:
    return {"kind": "x_error", "path": "x", "status": status, "detail": words, "body": body}


UNREADABLE = tuple(
    Row({"path": "x", **fault}, Transient, Unknown)
    for fault in (
        {"kind": "html", "status": 502}, {"kind": "html", "status": 200},
        {"kind": "empty", "status": 500}, {"kind": "empty", "status": 200},
        {"kind": "timeout_before", "seconds": 0}, {"kind": "timeout_after", "seconds": 0},
        _error(500), _error(503, body="list"), _error(504, body="errors"),
    )
)  # fmt: skip
LIMITED = tuple(
    Row(fault, RateLimited, RateLimited)
    for fault in (
        *(
            {"kind": "x_rate_limited", "path": "x", "reset": r}
            for r in ("right", "missing", "broken")
        ),
        *({"kind": "x_rate_limited", "path": "x", "cap": c} for c in ("user_day", "app_day")),
        *(_error(429, body=b) for b in ("problem", "errors", "list")),
    )
)
CREDIT = tuple(
    Row(fault, AuthExpired, AuthExpired, "credit")
    for fault in (
        {"kind": "x_credits", "path": "x", "body": "old"},
        {"kind": "x_credits", "path": "x", "body": "new"},
        *(_error(402, body=b) for b in ("errors", "list")),
    )
)
FINAL = tuple(
    Row(fault, Permanent, Permanent, kind)
    for fault, kind in (
        (_error(400), "refused"), (_error(404), "gone"), (_error(404, body="list"), "gone"),
        (_error(403, "You are not allowed to create a Tweet with duplicate content."), "duplicate"),
        (_error(403, "You can only reply to or quote posts where you are mentioned or are the "
                "author."), "reply-rule"),
    )
)  # fmt: skip


class XPilot:
    """An account."""

    platform = Platform.X
    tells_all = True
    tells_ours = False
    sources: tuple[str, ...] = ("x",)
    blind: Fault = {"kind": "x_no_data"}
    reading_faults: tuple[Fault, ...] = (
        {}, {"kind": "x_dialect"}, {"kind": "x_no_fraction"}, {"kind": "x_unknown"},
        {"kind": "x_no_names"},
    )  # fmt: skip
    rows: tuple[Row, ...] = (
        *UNREADABLE, *LIMITED, *CREDIT, *FINAL,
        Row({"kind": "x_token", "path": "x"}, AuthExpired, AuthExpired, "token"),
        Row(_error(403, "client-forbidden"), AuthExpired, AuthExpired, "app"),
    )  # fmt: skip

    def __init__(self, stand: Stand, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(calls, "A_PAGE", 10)
        patch.setattr(calls, "MESSAGES_A_PAGE", 4)
        self.stand, self.account = stand, tweeting.account(stand)
        self.channel = tweeting.connect(stand, self.account)

    def adapter(self) -> ChannelAdapter:
        token = secret(tweeting.pair(self.stand, self.account))
        return self.stand.running.platforms.adapter(self.platform, self.account, token)

    def post(self) -> str:
        return tweeting.post(self.stand, US, "Talvikengät tulivat.")

    def comment(self, on: str, text: str, who: str = "") -> str:
        """A customer names us, as X puts it in front of an answer to us."""
        self.stand.advance(1)
        if not who:
            return tweeting.post(self.stand, US, text, reply_to=on)
        return tweeting.post(self.stand, who, f"@{US} {text}", reply_to=on)

    def edit(self, comment: str, text: str) -> None:
        self.stand.platform.post(f"x/posts/{comment}/edit", text=text)

    def delete(self, comment: str) -> None:
        self.stand.platform.post(f"x/posts/{comment}/delete")

    def write(self, person: str, text: str, *, is_ours: bool = False) -> str:
        by = {"as_": "account"} if is_ours else {}
        return tweeting.write(self.stand, self.account, text, person, **by)

    def target(self, person: str) -> str:
        given = {"account": self.account, "name": person, "text": "Hei"}
        rows = self.stand.platform.get(f"x/accounts/{self.account}/messages/{person}")["messages"]
        row = rows[0] if rows else self.stand.platform.post("x/messages", **given)
        ids = {str(row["sender_id"]), str(row["recipient_id"])} - {self.account}
        return ids.pop()

    def fault(self, **spec: object) -> None:
        self.stand.platform.post("faults", **spec)

    def heal(self) -> None:
        self.stand.platform.delete("faults")

    @contextmanager
    def pushing(self) -> Iterator[None]:
        with tweeting.pushing(self.stand):
            self.adapter().subscribe()
            yield

    def hear(self) -> None:
        tweeting.hear(self.stand)

    def written(self) -> list[str]:
        return [w["text"] for w in self.stand.platform.get("writes")["writes"]]

    def bodies(self) -> Iterator[bytes]:
        post = {
            "id": "2080", "text": f"hey @{US}", "author_id": "222", "conversation_id": "2080",
            "created_at": "2026-07-24T21:23:23.000Z",
        }  # fmt: skip
        message = {
            "type": "message_create", "id": "3080", "created_timestamp": "1790000000100",
            "message_create": {
                "target": {"recipient_id": self.account}, "sender_id": "222",
                "message_data": {"text": "Hei", "entities": {}},
            },
        }  # fmt: skip
        about = {"event_uuid": "-7", "filter": {"user_id": self.account}, "tag": "m"}
        kinds = {
            "post.mention.create": post,
            "post.delete": {"id": "2080", "author_id": "222"},
            "dm.received": {"direct_message_events": [message], "users": {"222": {"data": {}}}},
            "oauth.revoke": {"user_id": self.account, "revoked_at": "2026-07-24T21:23:23.000Z"},
            "chat.received": {"id": "9"},
        }
        events = [{**about, "event_type": kind, "payload": row} for kind, row in kinds.items()]
        yield json.dumps({"data": events}).encode()
        yield json.dumps({"data": events[0]}).encode()
