"""A session that reaches the open internet only, for addresses that came from outside."""

import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter


def session() -> requests.Session:
    """https alone, and no host of our own network, whatever its name is said to be."""
    made = requests.Session()
    made.trust_env = False
    made.adapters.clear()
    made.mount("https://", _Outside())
    return made


class _Outside(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Looked up first: one inner address among the others is one too many."""
        host = urlsplit(request.url or "").hostname or ""
        try:
            found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise requests.exceptions.InvalidURL("unknown host") from None
        if not found or not all(_is_outside(str(row[4][0])) for row in found):
            raise requests.exceptions.InvalidURL("not on the open internet")
        return super().send(request, *args, **more)


def _is_outside(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast
