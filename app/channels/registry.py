"""The only place that names a concrete adapter."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.channels.adapter import ChannelAdapter, Normalizer
from app.channels.adapters.facebook import pulled as facebook_pulled
from app.channels.adapters.facebook import webhook as facebook_webhook
from app.channels.adapters.facebook.adapter import FacebookAdapter
from app.channels.adapters.meta import rights
from app.channels.adapters.meta import webhook as meta_webhook
from app.channels.adapters.meta.graph import Graph
from app.channels.models import Platform, Source
from app.credentials.tokens import Secret
from app.foundation.clock import Clock


@dataclass(frozen=True)
class Platforms:
    """Where the platforms are and with which app the desk speaks to them."""

    graph_url: str
    graph_version: str
    meta_app_id: str
    meta_app_secret: str = field(repr=False)
    meta_verify_token: str = field(repr=False)
    clock: Clock

    def adapter(self, platform: Platform, external_id: str, token: Secret) -> ChannelAdapter:
        """The adapter of one page, with its token."""
        return _MAKERS[platform](self, external_id, token)


def _facebook(platforms: Platforms, external_id: str, token: Secret) -> ChannelAdapter:
    def missing() -> tuple[str, ...] | None:
        app = f"{platforms.meta_app_id}|{platforms.meta_app_secret}"
        return rights.missing(_graph(platforms, app), token.reveal(), {external_id})

    graph = _graph(platforms, token.reveal())
    return FacebookAdapter(graph, external_id, platforms.clock.now, missing)


def _graph(platforms: Platforms, token: str) -> Graph:
    return Graph(
        token=token,
        secret=platforms.meta_app_secret,
        version=platforms.graph_version,
        base_url=platforms.graph_url,
    )


_MAKERS: dict[Platform, Callable[[Platforms, str, Secret], ChannelAdapter]] = {
    Platform.FACEBOOK: _facebook,
}

NORMALIZERS: dict[tuple[Source, str], Normalizer] = {
    (Source.WEBHOOK, "meta"): meta_webhook.normalizer({"page": facebook_webhook.PAGE}),
    (Source.POLL, Platform.FACEBOOK.value): facebook_pulled.normalize,
}
"""By how a body came, and from whom: Meta pushes for several platforms at once."""


def is_available(platform: Platform) -> bool:
    """Whether this version of the desk can be connected there."""
    return platform in _MAKERS


def is_signed_by_meta(body: bytes, header: str, secret: str) -> bool:
    """Whether a delivery really comes from Meta."""
    return meta_webhook.is_signed(body, header, secret)
