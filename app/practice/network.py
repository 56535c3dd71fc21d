"""Nothing of the practice platform ever leaves this machine."""

import ipaddress
from urllib.parse import urlsplit

import requests


def is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
        if parts.scheme not in ("http", "https") or parts.username or parts.password:
            return False
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def session() -> requests.Session:
    """Without the machine's proxies: they would carry our calls off this machine."""
    found = requests.Session()
    found.trust_env = False
    return found
