"""Which permissions a Page's token lacks, as `debug_token` tells the app it was made for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.channels.adapters.meta.graph import Graph, GraphProblem
from app.channels.adapters.meta.names import text_of
from app.foundation import http

NEEDED = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
)
NEEDED_ON_INSTAGRAM = (
    "pages_show_list",
    "pages_manage_metadata",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
)


@dataclass(frozen=True)
class TokenFacts:
    """What the platform says of a token; None where it names no end."""

    user_id: str
    ends_at: datetime | None
    data_access_until: datetime | None


def facts(app: Graph, token: str) -> TokenFacts | None:
    """With whose profile it was made, and until when it is good; None where nobody can say."""
    try:
        data = app.get_object("debug_token", input_token=token).get("data")
    except (GraphProblem, http.NotAsked, http.NoAnswer):
        return None
    if not isinstance(data, dict) or data.get("is_valid") is not True:
        return None
    ends, access = _moment(data.get("expires_at")), _moment(data.get("data_access_expires_at"))
    return TokenFacts(text_of(data.get("user_id"))[:60], ends, access)


def _moment(seconds: object) -> datetime | None:
    """0 is no end."""
    try:
        found = int(str(seconds or 0))
        return datetime.fromtimestamp(found, UTC) if found > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def missing(
    app: Graph, token: str, ours: Collection[str], needed: Sequence[str] = NEEDED
) -> tuple[str, ...] | None:
    """Those that were granted for none of our ids; None where the app cannot know.

    A permission without `target_ids` is granted for every Page. An Instagram account's may name
    the account or its Page: Meta's pages differ.
    """
    try:
        data = app.get_object("debug_token", input_token=token).get("data")
    except (GraphProblem, http.NotAsked, http.NoAnswer):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("scopes"), list):
        return None
    granted = set(map(str, data["scopes"])) - _elsewhere(data, ours)
    return tuple(name for name in needed if name not in granted)


def _elsewhere(data: dict[str, Any], ours: Collection[str]) -> set[str]:
    """Permissions that were granted for others only."""
    rows = data.get("granular_scopes")
    found = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    return {
        str(row.get("scope"))
        for row in found
        if isinstance(row.get("target_ids"), list)
        and not {text_of(i) for i in row["target_ids"]}.intersection(ours)
    }
