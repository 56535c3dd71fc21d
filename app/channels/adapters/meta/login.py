"""Facebook Login: the dialog, a token of 60 days for the code, and the Pages behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.channels import oauth
from app.channels.adapters.meta.border import border
from app.channels.adapters.meta.graph import Graph
from app.channels.adapters.meta.names import text_of
from app.channels.models import Platform
from app.channels.offers import Offer
from app.credentials.tokens import secret
from app.foundation.clock import Clock

FACEBOOK = "https://www.facebook.com"
GRAPH = "https://graph.facebook.com"
FIELDS = "id,name,access_token,tasks,instagram_business_account{id,username}"
READING = (
    "pages_show_list",
    "business_management",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_metadata",
)
ANSWERING = ("pages_manage_engagement", "pages_messaging")
ON_INSTAGRAM = ("instagram_basic", "instagram_manage_comments")
MESSAGES_ON_INSTAGRAM = ("instagram_manage_messages",)


def scopes(*, is_reading_only: bool, has_instagram: bool) -> tuple[str, ...]:
    """The permissions for what is wanted. Instagram has none that only reads comments."""
    found = READING if is_reading_only else READING + ANSWERING
    if not has_instagram:
        return found
    return found + ON_INSTAGRAM + (() if is_reading_only else MESSAGES_ON_INSTAGRAM)


@dataclass(frozen=True)
class FacebookLogin:
    """Signing in with one Meta app. `graph` opens the Graph API with a token."""

    app_id: str
    app_secret: str = field(repr=False)
    version: str
    login_url: str
    graph_url: str
    clock: Clock
    graph: Callable[[str], Graph]

    def page(self, redirect_uri: str, state: str, wanted: tuple[str, ...], *, again: bool) -> str:
        """Facebook asks once more for what was refused before only where it is told to."""
        app = oauth.client(self.app_id, "", oauth.IN_FORM, redirect_uri, ",".join(wanted))
        more = {"auth_type": "rerequest"} if again else {}
        url = f"{self.login_url or FACEBOOK}/{self.version}/dialog/oauth"
        return oauth.page(app, url, state, **more)

    def let_in(self, redirect_uri: str, code: str) -> tuple[Offer, ...]:
        """Every Page of the person and its Instagram account, with tokens that do not end."""
        app = oauth.client(self.app_id, self.app_secret, oauth.IN_FORM, redirect_uri)
        url = f"{self.graph_url or GRAPH}/{self.version}/oauth/access_token"
        short = oauth.token(app, url, grant_type="authorization_code", code=code)
        long = oauth.token(
            app,
            url,
            grant_type="fb_exchange_token",
            fb_exchange_token=str(short["access_token"]),
        )
        graph = self.graph(str(long["access_token"]))
        with border(self.clock.now, is_write=False):
            pages = graph.pages("me", "accounts", fields=FIELDS, limit=100)
            return tuple(offer for page in pages for row in page["data"] for offer in _offers(row))


def _offers(row: Any) -> Iterator[Offer]:
    """A Page that came without its token was not granted."""
    if not isinstance(row, dict) or not isinstance(row.get("access_token"), str):
        return
    page_id, name, token = text_of(row.get("id")), str(row.get("name") or ""), row["access_token"]
    if not page_id:
        return
    yield Offer(Platform.FACEBOOK, page_id, name[:200], secret(token))
    account = row.get("instagram_business_account")
    if isinstance(account, dict) and text_of(account.get("id")):
        username = str(account.get("username") or "")[:200]
        found = text_of(account["id"])
        yield Offer(Platform.INSTAGRAM, found, username, secret(token), name[:200])
