"""Where a person looks at something on its platform: only an address that leads there."""

from urllib.parse import SplitResult, urlsplit

from app.channels.models import Platform

HOSTS = {
    Platform.FACEBOOK: ("facebook.com",),
    Platform.INSTAGRAM: ("instagram.com",),
    Platform.X: ("x.com", "twitter.com"),
    Platform.DESK: (),
}


def there(platform: Platform, given: str | None, practice_url: str = "") -> str:
    """The address to open, or nothing: what came with a delivery may lead anywhere.

    On a practice desk everything leads to its practice platform, wherever that listens now.
    """
    parts = _parts(given or "")
    if parts is None:
        return ""
    if practice_url:
        here = urlsplit(practice_url)
        is_practice = parts.hostname == here.hostname
        return (
            parts._replace(scheme=here.scheme, netloc=here.netloc).geturl() if is_practice else ""
        )
    return parts.geturl() if parts.scheme == "https" and _is_of(platform, parts) else ""


def _is_of(platform: Platform, parts: SplitResult) -> bool:
    """The platform's host or one below it, and nobody's name or port before or behind it."""
    host = parts.netloc.lower()
    known = any(host == name or host.endswith(f".{name}") for name in HOSTS[platform])
    return known and host == parts.hostname


def _parts(given: str) -> SplitResult | None:
    try:
        parts = urlsplit(given)
        return parts if parts.hostname and parts.scheme in ("http", "https") else None
    except ValueError:
        return None
