"""Which permissions a Page's token lacks, as `debug_token` tells the app it was made for."""

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


def missing(app: Graph, token: str, page_id: str) -> tuple[str, ...] | None:
    """Those that were not granted for this Page; None where the app cannot know.

    A permission without `target_ids` is granted for every Page.
    """
    try:
        data = app.get_object("debug_token", input_token=token).get("data")
    except (GraphProblem, http.NotAsked, http.NoAnswer):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("scopes"), list):
        return None
    granted = set(map(str, data["scopes"])) - _elsewhere(data, page_id)
    return tuple(name for name in NEEDED if name not in granted)


def _elsewhere(data: dict[str, Any], page_id: str) -> set[str]:
    """Permissions that were granted for other Pages only."""
    rows = data.get("granular_scopes")
    found = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    return {
        str(row.get("scope"))
        for row in found
        if isinstance(row.get("target_ids"), list)
        and page_id not in {text_of(i) for i in row["target_ids"]}
    }
