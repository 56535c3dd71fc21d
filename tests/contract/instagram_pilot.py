"""Instagram in the contract suite."""

import json
from collections.abc import Iterator

import pytest

from app.channels.adapters.instagram import lists, rows
from app.channels.adapters.meta import talks
from app.channels.models import Platform
from app.cli import story
from tests.contract.meta_pilot import BOTH, PAGE, MetaPilot
from tests.contract.pilot import Fault
from tests.stand import Stand


class InstagramPilot(MetaPilot):
    """An account, through the Page that it is linked to."""

    platform = Platform.INSTAGRAM
    tells_all = False
    reading_faults: tuple[Fault, ...] = (*BOTH, {"kind": "cursors_only"})

    def __init__(self, stand: Stand, patch: pytest.MonkeyPatch) -> None:
        super().__init__(stand)
        patch.setattr(lists, "COMMENTS_A_PAGE", 3)
        patch.setattr(rows, "REPLIES", 3)
        patch.setattr(rows, "COMMENT", rows.COMMENT.replace("limit(50)", "limit(3)"))
        patch.setattr(talks, "A_PAGE", 1)
        made = stand.platform.post("instagram", page=PAGE, username="testikauppa")
        self.account = str(made["id"])
        self.channel = story.connect_instagram(stand.running, stand.platform, self.account)

    def post(self) -> str:
        made = self.stand.platform.post(f"instagram/{self.account}/media", caption="Talvikengät")
        return str(made["id"])

    def comment(self, on: str, text: str, who: str = "") -> str:
        by = {"username": who} if who else {}
        return str(self.stand.platform.post("instagram/comments", on=on, text=text, **by)["id"])

    def edit(self, comment: str, text: str) -> None:
        self.stand.platform.post(f"instagram/comments/{comment}/edit", text=text)

    def delete(self, comment: str) -> None:
        self.stand.platform.post(f"instagram/comments/{comment}/delete")

    def write(self, person: str, text: str, *, is_ours: bool = False) -> str:
        by = {"as": "account" if is_ours else "customer"}
        given = {"account": self.account, "username": person, "text": text, **by}
        return str(self.stand.platform.post("instagram/messages", **given)["id"])

    def target(self, person: str) -> str:
        given = {"account": self.account, "username": person}
        return str(self.stand.platform.post("instagram/people", **given)["id"])

    def bodies(self) -> Iterator[bytes]:
        comment = {
            "id": "1788", "text": "Hei", "from": {"id": "52", "username": "ada"},
            "media": {"id": "1790", "media_product_type": "FEED"}, "parent_id": "1787",
        }  # fmt: skip
        changes = [
            {"field": "comments", "value": comment},
            {"field": "mentions", "value": {"media_id": "1790", "comment_id": "1789"}},
            {"field": "live_comments", "value": comment},
        ]
        message = {"mid": "m_A", "text": "Hei", "reply_to": {"story": {"id": "1", "url": "x"}}}
        messages = [
            {"sender": {"id": "52"}, "recipient": {"id": self.account}, "timestamp": 1790000000100}
            | {"message": message}
        ]
        entry = {"id": self.account, "time": 1790000000, "changes": changes, "messaging": messages}
        yield json.dumps({"object": "instagram", "entry": [entry]}).encode()
