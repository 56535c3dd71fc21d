"""What the pilots of Facebook and Instagram share: one Graph with its faults and errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from app.channels.adapter import ChannelAdapter
from app.channels.errors import AuthExpired, Permanent, RateLimited, Transient, Unknown
from app.channels.models import Platform
from app.credentials.tokens import secret
from tests.contract.pilot import Fault, Row
from tests.functional.messaging import hear
from tests.stand import Stand
from tests.unit.channels.meta_errors import ROWS
from tests.web_stand import served

PAGE = "900"
BOTH: tuple[Fault, ...] = (
    {}, {"kind": "empty_page"}, {"kind": "foreign_next"}, {"kind": "text_javascript"},
    {"kind": "old_version"}, {"kind": "usage", "level": 10, "step": 1, "enforce": False},
)  # fmt: skip
UNREADABLE: tuple[Fault, ...] = (
    {"kind": "html", "status": 502}, {"kind": "html", "status": 200},
    {"kind": "empty", "status": 500}, {"kind": "empty", "status": 200},
    {"kind": "timeout_before", "seconds": 0}, {"kind": "timeout_after", "seconds": 0},
    {"kind": "error", "code": 1, "transient": True, "status": 500},
)  # fmt: skip


def _row(kind: str, code: int, subcode: int) -> Row:
    fault = {
        "kind": "error", "code": code, "subcode": subcode, "language": "zh",
        "content_type": "text/javascript",
    }  # fmt: skip
    if kind == "retry":
        return Row(fault, Transient, Unknown)
    if kind == "limit":
        return Row(fault, RateLimited, RateLimited)
    found = AuthExpired if kind in ("token", "permission") else Permanent
    return Row(fault, found, found, kind)


class MetaPilot:
    """Speaks to the practice platform's control API; each pilot says where its own things are."""

    platform: Platform
    account = PAGE
    tells_all = tells_ours = True
    sources: tuple[str, ...] = ("meta",)
    reading_faults: tuple[Fault, ...] = BOTH
    blind: Fault = {"kind": "user_token", "path": "comments"}
    rows: tuple[Row, ...] = (
        *(Row(fault, Transient, Unknown) for fault in UNREADABLE),
        *(_row(kind, *pair) for kind, pairs in ROWS.items() for pair in pairs if pair[0]),
        Row({"kind": "error", "code": 368, "status": 200}, Permanent, Permanent, "policy"),
    )

    def __init__(self, stand: Stand) -> None:
        self.stand, self.channel = stand, 0
        stand.page(PAGE)

    def adapter(self) -> ChannelAdapter:
        pages = self.stand.platform.get("state")["pages"]
        token = secret(next(p["token"] for p in pages if p["id"] == PAGE))
        return self.stand.running.platforms.adapter(self.platform, self.account, token)

    def fault(self, **spec: Any) -> None:
        self.stand.platform.post("faults", **spec)

    def heal(self) -> None:
        self.stand.platform.delete("faults")

    @contextmanager
    def pushing(self) -> Iterator[None]:
        given = self.stand.running.platforms
        with served(self.stand) as url:
            for about, fields in SUBSCRIBED.items():
                answer = requests.post(
                    f"{given.graph_url}/v26.0/{given.meta_app_id}/subscriptions",
                    data={
                        "object": about,
                        "callback_url": f"{url}/webhooks/meta",
                        "verify_token": given.meta_verify_token,
                        "fields": fields,
                        "access_token": f"{given.meta_app_id}|{given.meta_app_secret}",
                    },
                    timeout=10,
                )
                assert answer.json() == {"success": True}
            yield

    def hear(self) -> None:
        hear(self.stand)

    def written(self) -> list[str]:
        return [w["text"] for w in self.stand.platform.get("writes")["writes"]]


SUBSCRIBED = {
    "page": "feed,messages,message_echoes,message_edits,message_reads,standby",
    "instagram": "comments,live_comments,mentions,messages,message_reactions,messaging_seen,standby",
}
