"""What people attached, fetched from where the platform keeps it and from nowhere else.

An address comes from outside, so that it is asked only where it lies on one of the platform's own
hosts, over https, without redirects; on a practice desk, on the practice platform.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from app.channels.models import Platform
from app.foundation import http, outside

LARGEST = 26_000_000
"""A file in a message has 25 MB at most; longer films are seen on the platform."""
HOSTS = {
    Platform.FACEBOOK: ("fbcdn.net", "fbsbx.com"),
    Platform.INSTAGRAM: ("fbcdn.net", "fbsbx.com", "cdninstagram.com"),
    Platform.X: ("twimg.com",),
}
"""From memory, seen on the live services (PLATFORM_FACTS has none): names and what is below."""
KEPT = frozenset({Platform.FACEBOOK})
"""Instagram forbids to keep what people sent there; on X it does not expire."""
ASKED_AFRESH = frozenset({Platform.FACEBOOK, Platform.INSTAGRAM})
"""Whose adapters can be asked for a new address (channels.adapter.Finds)."""
PICTURES = frozenset({"image", "photo", "sticker", "animated_gif", "animated_image_share"})
FILES = frozenset({"video", "video_inline", "audio", "file", "application", "text"})
"""Other kinds are no files: links, places, posts and what the platform does not hand out."""
EXPIRED = frozenset({401, 403, 404, 410})
_ADDRESS = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::443)?/[!-\[\]-~]*")


class Gone(Exception):
    """The address is no longer good, if it ever was; a new one may be."""


class NotNow(Exception):
    """The platform could not be reached, or it is larger than we hand on."""


@dataclass(frozen=True)
class Fetcher:
    """`practice_url` is set on a practice desk alone: then nothing else is asked."""

    practice_url: str = ""

    def fetch(self, platform: Platform, address: str) -> bytes:
        """The content; raises Gone or NotNow."""
        with self._session(platform, address) as session:
            try:
                answer = http.call(session, "GET", address, largest=LARGEST)
            except (http.NotAsked, http.NoAnswer):
                raise NotNow from None
        if answer.status in EXPIRED:
            raise Gone
        if answer.status != 200 or not answer.body:
            raise NotNow
        return answer.body

    def _session(self, platform: Platform, address: str) -> requests.Session:
        if not self.practice_url:
            if not is_on(platform, address):
                raise Gone
            return outside.session()
        if not _is_same_place(address, self.practice_url):
            raise Gone
        session = requests.Session()
        session.trust_env = False
        return session


def is_on(platform: Platform, address: str) -> bool:
    """Whether an address lies on one of the platform's own hosts."""
    found = _ADDRESS.fullmatch(address)
    host = found[1] if found else ""
    return any(host == h or host.endswith(f".{h}") for h in HOSTS.get(platform, ()))


def can_be_fetched(platform: Platform, kind: str, address: str) -> bool:
    """Whether it is worth offering: it is a file, and an address is there or can be asked for."""
    is_file = kind in PICTURES or kind in FILES
    return is_file and (bool(address) or platform in ASKED_AFRESH)


def _is_same_place(address: str, base: str) -> bool:
    try:
        one, other = urlsplit(address), urlsplit(base)
        is_plain = "@" not in one.netloc and "\\" not in address and address.isascii()
        return is_plain and (one.scheme, one.hostname, one.port) == (
            other.scheme,
            other.hostname,
            other.port,
        )
    except ValueError:
        return False
