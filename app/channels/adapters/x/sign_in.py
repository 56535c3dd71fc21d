"""Signing in with X: PKCE, a code that lives for 30 seconds, and a pair of tokens for it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from app.channels import oauth
from app.channels.adapters.x.calls import Calls
from app.channels.adapters.x.client import Client
from app.channels.adapters.x.login import PATH
from app.channels.adapters.x.session import X
from app.channels.errors import Transient
from app.channels.models import Platform
from app.channels.offers import Offer
from app.channels.pairs import Pair
from app.channels.wire import text_of
from app.foundation.clock import Clock

PAGE = "https://x.com"
READING = "tweet.read users.read dm.read offline.access"
ANSWERING = (
    "tweet.read tweet.write tweet.moderate.write users.read dm.read dm.write media.write "
    "offline.access"
)


@dataclass(frozen=True)
class XLogin:
    """Signing in with one app at X. `client` opens X's API with a pair that was just given."""

    client_id: str
    client_secret: str = field(repr=False)
    login_url: str
    api_url: str
    clock: Clock
    client: Callable[[Pair], Client]

    def page(self, redirect_uri: str, state: str, verifier: str, *, is_reading_only: bool) -> str:
        scope = READING if is_reading_only else ANSWERING
        app = oauth.client(self.client_id, "", oauth.BASIC, redirect_uri, scope)
        return oauth.page(app, f"{self.login_url or PAGE}/i/oauth2/authorize", state, verifier)

    def let_in(self, redirect_uri: str, code: str, verifier: str) -> tuple[Offer, ...]:
        """The one account that the person was signed in with there."""
        app = oauth.client(self.client_id, self.client_secret, oauth.BASIC, redirect_uri)
        found = oauth.token(
            app,
            (self.api_url or X).rstrip("/") + PATH,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
        )
        try:
            given = {name: value for name, value in found.items() if name != "expires_at"}
            pair = Pair.parse(json.dumps(given), self.clock.now())  # its end by the desk's clock
        except (ValueError, TypeError, OverflowError):
            raise Transient("unreadable pair") from None
        me = Calls(self.client(pair), "").me().get("data")
        me = me if isinstance(me, dict) else {}
        external_id, name = text_of(me.get("id")), str(me.get("name") or me.get("username") or "")
        if not external_id:
            raise Transient("nobody")
        return (Offer(Platform.X, external_id, name[:200], pair.sealable()),)
