"""What X can be made to do wrong, and the kinds of call a fault can be limited to.

Of the other kinds X knows `html`, `empty`, `timeout_before`, `timeout_after`, `read_delay` and
all that begin with `webhooks_`. A path of "x" means every call of X.
"""

from app.foundation.words import Words
from app.practice.kinds import Kind, Param

EVERY, SIGN_IN = "x", "x_sign_in"
CALLS = (
    EVERY, SIGN_IN, "x_me", "x_users", "x_mentions", "x_posts", "x_post", "x_search", "x_quotes",
    "x_create", "x_delete", "x_hide", "x_messages", "x_thread", "x_send", "x_unsend", "x_media",
    "x_webhooks", "x_subscriptions", "x_unknown_call",
)  # fmt: skip

KINDS: dict[str, Kind] = {
    "x_credits": Kind(
        Words("X: no credit is left (402)"), {"body": Param("old", choices=("old", "new"))}
    ),
    "x_rate_limited": Kind(
        Words("X: too many calls (429)"),
        {
            "reset": Param("right", choices=("right", "missing", "broken")),
            "cap": Param("quarter", choices=("quarter", "user_day", "app_day")),
            "seconds": Param(900, most=86400),
        },
    ),
    "x_error": Kind(
        Words("X: answer with an error"),
        {
            "status": Param(503, most=599, least=400),
            "title": Param("Service Unavailable"),
            "detail": Param("Service Unavailable"),
            "body": Param("problem", choices=("problem", "errors", "list")),
        },
    ),
    "x_token": Kind(Words("X: the token is refused (401)"), {}),
    "x_refresh_dead": Kind(Words("X: the sign-in cannot be renewed"), {}),
    "x_no_data": Kind(Words("X: lists are empty"), {}),
    "x_partial": Kind(Words("X: one of each list is missing, with an error beside the rest"), {}),
    "x_dialect": Kind(
        Words("X: answers use the other names"), {"names": Param("post", choices=("post", "tweet"))}
    ),
    "x_no_fraction": Kind(Words("X: times have no fraction of a second"), {}),
    "x_no_names": Kind(Words("X: names are missing"), {}),
    "x_unknown": Kind(Words("X: unknown fields come along"), {}),
    "x_reply_rule": Kind(
        Words("X: the reply is not allowed (403)"),
        {
            "words": Param("engaged", choices=("engaged", "mentioned")),
            "always": Param(True),
        },
    ),
    "x_duplicate": Kind(Words("X: the post counts as a duplicate (403)"), {}),
}

SHARED = ("html", "empty", "timeout_before", "timeout_after", "read_delay")


def may_hit(kind: str, path: str) -> bool:
    """Each platform has faults of its own, and some are common to both. The call that renews a
    token takes none, so a refused token does not hit it; a dead refresh token hits nothing else."""
    if kind in ("x_token", "x_refresh_dead"):
        return path in CALLS and (path == SIGN_IN) == (kind == "x_refresh_dead")
    if path in CALLS:
        return kind in KINDS or kind in SHARED
    return kind not in KINDS
