"""The only place that names a concrete adapter."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.channels.adapter import ChannelAdapter, Normalizer
from app.channels.adapters.facebook import pulled as facebook_pulled
from app.channels.adapters.facebook import webhook as facebook_webhook
from app.channels.adapters.facebook.adapter import FacebookAdapter
from app.channels.adapters.instagram import pulled as instagram_pulled
from app.channels.adapters.instagram import webhook as instagram_webhook
from app.channels.adapters.instagram.adapter import InstagramAdapter
from app.channels.adapters.meta import login as meta_login
from app.channels.adapters.meta import rights, signed_request
from app.channels.adapters.meta import webhook as meta_webhook
from app.channels.adapters.meta.graph import Graph
from app.channels.adapters.meta.rights import TokenFacts
from app.channels.adapters.x import login, sign_in
from app.channels.adapters.x import pulled as x_pulled
from app.channels.adapters.x import webhook as x_webhook
from app.channels.adapters.x.adapter import XAdapter
from app.channels.adapters.x.client import Access, Client, Meter
from app.channels.adapters.x.session import Session
from app.channels.models import Platform, Source
from app.channels.offers import Offer
from app.channels.pairs import Brought, Pair
from app.channels.spending import Free
from app.credentials.tokens import Secret
from app.foundation.clock import Clock

__all__ = ["TokenFacts"]


@dataclass(frozen=True)
class Platforms:
    """Where the platforms are and with which app the desk speaks to them."""

    graph_url: str
    graph_version: str
    meta_app_id: str
    meta_app_secret: str = field(repr=False)
    meta_verify_token: str = field(repr=False)
    clock: Clock
    x_api_url: str = ""
    x_client_id: str = ""
    x_client_secret: str = field(default="", repr=False)
    x_consumer_secret: str = field(default="", repr=False)
    x_dialect: str = "tweet"
    meta_login_url: str = ""
    x_login_url: str = ""

    def adapter(self, platform: Platform, external_id: str, token: Secret) -> ChannelAdapter:
        """The adapter of one page, with its token. ValueError: what was brought is no token."""
        if platform is Platform.X:
            brought = Brought(Pair.parse(token.reveal(), self.clock.now()))
            return self.paired(external_id, brought, Free())
        return _MAKERS[platform](self, external_id, token)

    def paired(self, external_id: str, access: Access, meter: Meter) -> ChannelAdapter:
        """The adapter of one account whose tokens are renewed, and whose calls cost."""
        session = Session(self.x_api_url, self.x_dialect)
        client = Client(session, access, meter, self.clock.now)
        return XAdapter(client, external_id, self.clock.now)

    def renew(self, refresh: str) -> Pair:
        """The pair of tokens that follows; the one before ends with it."""
        return login.renew(
            self.x_api_url, self.x_client_id, self.x_client_secret, refresh, self.clock.now()
        )

    def token_facts(self, token: Secret) -> TokenFacts | None:
        """What Meta says of a Page's token."""
        return rights.facts(_app(self), token.reveal())

    def login_page(self, platform: Platform, wish: "Wish") -> str:
        """Where a person lets us in; an Instagram account is reached by its Page."""
        if platform is Platform.X:
            return _x_login(self).page(
                wish.redirect_uri, wish.state, wish.verifier, is_reading_only=wish.is_reading_only
            )
        wanted = meta_login.scopes(
            is_reading_only=wish.is_reading_only, has_instagram=wish.has_instagram
        )
        return _meta_login(self).page(wish.redirect_uri, wish.state, wanted, again=wish.is_again)

    def let_in(
        self, platform: Platform, redirect_uri: str, code: str, verifier: str
    ) -> tuple[Offer, ...]:
        """What the code opens; raises one of channels.errors."""
        if platform is Platform.X:
            return _x_login(self).let_in(redirect_uri, code, verifier)
        return _meta_login(self).let_in(redirect_uri, code)

    def login_origins(self) -> str:
        """Where a form that leads to a sign-in ends, in the words of a content security policy."""
        facebook = self.meta_login_url or "https://*.facebook.com"
        return f"{facebook} {self.x_login_url or sign_in.PAGE}"

    def has_app(self, platform: Platform) -> bool:
        """Whether the desk's settings name an app to sign in with."""
        if platform is Platform.X:
            return bool(self.x_client_id and self.x_client_secret)
        return bool(self.meta_app_id and self.meta_app_secret)


@dataclass(frozen=True)
class Wish:
    """What is asked of a person at a platform, and where they come back to."""

    redirect_uri: str
    state: str
    verifier: str = field(repr=False)
    is_reading_only: bool = False
    has_instagram: bool = True
    is_again: bool = False


def _meta_login(platforms: Platforms) -> meta_login.FacebookLogin:
    return meta_login.FacebookLogin(
        platforms.meta_app_id,
        platforms.meta_app_secret,
        platforms.graph_version,
        platforms.meta_login_url,
        platforms.graph_url,
        platforms.clock,
        lambda token: _graph(platforms, token),
    )


def _x_login(platforms: Platforms) -> sign_in.XLogin:
    def client(pair: Pair) -> Client:
        session = Session(platforms.x_api_url, platforms.x_dialect)
        return Client(session, Brought(pair), Free(), platforms.clock.now)

    return sign_in.XLogin(
        platforms.x_client_id,
        platforms.x_client_secret,
        platforms.x_login_url,
        platforms.x_api_url,
        platforms.clock,
        client,
    )


def _facebook(platforms: Platforms, external_id: str, token: Secret) -> ChannelAdapter:
    def missing() -> tuple[str, ...] | None:
        return rights.missing(_app(platforms), token.reveal(), {external_id})

    graph = _graph(platforms, token.reveal())
    return FacebookAdapter(graph, external_id, platforms.clock.now, missing)


def _instagram(platforms: Platforms, external_id: str, token: Secret) -> ChannelAdapter:
    def missing(page_id: str) -> tuple[str, ...] | None:
        ours, needed = {page_id, external_id}, rights.NEEDED_ON_INSTAGRAM
        return rights.missing(_app(platforms), token.reveal(), ours, needed)

    graph = _graph(platforms, token.reveal(), goes_by_cursors=True)
    app_id = platforms.meta_app_id
    return InstagramAdapter(graph, external_id, platforms.clock.now, missing, app_id)


def _app(platforms: Platforms) -> Graph:
    """With the app's own token."""
    return _graph(platforms, f"{platforms.meta_app_id}|{platforms.meta_app_secret}")


def _graph(platforms: Platforms, token: str, *, goes_by_cursors: bool = False) -> Graph:
    return Graph(
        token=token,
        secret=platforms.meta_app_secret,
        version=platforms.graph_version,
        base_url=platforms.graph_url,
        goes_by_cursors=goes_by_cursors,
    )


_MAKERS: dict[Platform, Callable[[Platforms, str, Secret], ChannelAdapter]] = {
    Platform.FACEBOOK: _facebook,
    Platform.INSTAGRAM: _instagram,
}

PAIRED = frozenset({Platform.X})
"""Their tokens come in pairs and are renewed all the time."""

NORMALIZERS: dict[tuple[Source, str], Normalizer] = {
    (Source.WEBHOOK, "meta"): meta_webhook.normalizer(
        {"page": facebook_webhook.PAGE, "instagram": instagram_webhook.ACCOUNT}
    ),
    (Source.WEBHOOK, "x"): x_webhook.normalize,
    (Source.POLL, Platform.FACEBOOK.value): facebook_pulled.normalize,
    (Source.POLL, Platform.INSTAGRAM.value): instagram_pulled.normalize,
    (Source.POLL, Platform.X.value): x_pulled.normalize,
}
"""By how a body came, and from whom: Meta pushes for several platforms at once."""


def is_available(platform: Platform) -> bool:
    """Whether this version of the desk can be connected there."""
    return platform in _MAKERS or platform in PAIRED


def is_signed_by_meta(body: bytes, header: str, secret: str) -> bool:
    """Whether a delivery really comes from Meta."""
    return meta_webhook.is_signed(body, header, secret)


def left_meta(text: str, secret: str) -> str | None:
    """The profile whose owner takes back what they gave the app; None where it is not Meta's."""
    return signed_request.user_of(text, secret)


def is_signed_by_x(body: bytes, header: str, secret: str) -> bool:
    """Whether a delivery really comes from X."""
    return x_webhook.is_signed(body, header, secret)


def answer_to_x(challenge: str, secret: str) -> str:
    """What proves to X that this address is ours."""
    return x_webhook.signature(challenge.encode("utf-8", "replace"), secret)
