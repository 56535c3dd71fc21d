"""Facebook in the contract suite."""

import json
from collections.abc import Iterator

import pytest

from app.channels.adapters.facebook import posts
from app.channels.adapters.meta import talks
from app.channels.models import Platform
from tests.contract.meta_pilot import BOTH, PAGE, MetaPilot
from tests.contract.pilot import Fault
from tests.stand import Stand


class FacebookPilot(MetaPilot):
    """A Page."""

    platform = Platform.FACEBOOK
    reading_faults: tuple[Fault, ...] = (*BOTH, {"kind": "default_filter"})

    def __init__(self, stand: Stand, patch: pytest.MonkeyPatch) -> None:
        super().__init__(stand)
        patch.setattr(posts, "COMMENTS_A_PAGE", 3)
        patch.setattr(talks, "A_PAGE", 1)
        self.channel = stand.connect(PAGE)

    def post(self) -> str:
        return self.stand.post(PAGE)

    def comment(self, on: str, text: str, who: str = "") -> str:
        by = {"name": who} if who else {}
        return str(self.stand.platform.post("comments", on=on, message=text, **by)["id"])

    def edit(self, comment: str, text: str) -> None:
        self.stand.platform.post(f"comments/{comment}/edit", message=text)

    def delete(self, comment: str) -> None:
        self.stand.platform.post(f"comments/{comment}/delete")

    def write(self, person: str, text: str, *, is_ours: bool = False) -> str:
        by = {"as": "page" if is_ours else "customer"}
        given = {"page": PAGE, "name": person, "text": text, **by}
        return str(self.stand.platform.post("messages", **given)["id"])

    def target(self, person: str) -> str:
        return str(self.stand.platform.post("people", page=PAGE, name=person)["id"])

    def bodies(self) -> Iterator[bytes]:
        comment = {
            "item": "comment", "verb": "add", "comment_id": "1_2", "post_id": "900_1",
            "parent_id": "900_1", "from": {"id": "7", "name": "Ada"}, "message": "Hei",
            "created_time": 1790000000,
        }  # fmt: skip
        changes = [{"field": "feed", "value": comment}, {"field": "mention", "value": comment}]
        messages = [
            {"sender": {"id": "7"}, "recipient": {"id": PAGE}, "timestamp": 1790000000100, **kind}
            for kind in (
                {"message": {"mid": "m_A", "text": "Hei", "attachments": [{"type": "image"}]}},
                {"message_edit": {"mid": "m_A", "text": "Hei", "num_edit": 1}},
                {"read": {"watermark": 1}},
            )
        ]
        entry = {"id": PAGE, "time": 1790000000, "changes": changes, "messaging": messages}
        yield json.dumps({"object": "page", "entry": [entry]}).encode()
