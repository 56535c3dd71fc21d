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
        return _in_practice(platform, parts, practice_url)
    return parts.geturl() if parts.scheme == "https" and _is_of(platform, parts) else ""


def _in_practice(platform: Platform, parts: SplitResult, practice_url: str) -> str:
    """X gives a post no address of its own, so that the one its id makes is led here, too."""
    here = urlsplit(practice_url)
    if platform is Platform.X and _is_of(platform, parts):
        return f"{here.scheme}://{here.netloc}/practice/x/posts/{parts.path.rpartition('/')[2]}"
    if parts.hostname != here.hostname:
        return ""
    return parts._replace(scheme=here.scheme, netloc=here.netloc).geturl()


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
