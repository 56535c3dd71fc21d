"""Where a push may go: to push services on the open internet, never into the desk's own network.

A browser names the address, so whoever is signed in could name any.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter

from app.foundation.http import NotAsked

LONGEST = 1000
NAT64 = IPv6Network("64:ff9b::/96")


class Elsewhere(NotAsked):
    """The address leads to no machine on the open internet."""


def is_service(endpoint: str, stand_in: str = "") -> bool:
    """Whether this could be a push service's address for a browser."""
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable():
        return False
    if " " in endpoint or "\\" in endpoint:
        return False
    if stand_in and endpoint.startswith(f"{stand_in}/"):
        return True
    try:
        at = urlsplit(endpoint)
        return at.scheme == "https" and at.port in (None, 443) and _is_name(at)
    except ValueError:
        return False


def session_for(endpoint: str, stand_in: str = "") -> Session:
    """A session that reaches this address, or nothing where it leads inwards."""
    session = Session()
    if not (stand_in and endpoint.startswith(f"{stand_in}/")):
        session.mount("https://", _Open(urlsplit(endpoint).hostname or ""))
    return session


class _Open(HTTPAdapter):
    """Looks the name up once, connects to what it saw, and asks for the name's certificate.

    Looked up twice, the name could lead elsewhere the second time.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        super().__init__()

    def init_poolmanager(self, *given: Any, **more: Any) -> None:
        more |= {"server_hostname": self._name, "assert_hostname": self._name}
        super().init_poolmanager(*given, **more)

    def send(self, request: PreparedRequest, *given: Any, **more: Any) -> Response:
        address = _open_address(self._name)
        host = f"[{address}]" if ":" in address else address
        request.headers["Host"] = self._name
        request.url = urlsplit(request.url or "")._replace(netloc=host).geturl()
        return super().send(request, *given, **more)


def _is_name(at: SplitResult) -> bool:
    """A name with a dot, and nothing of a sign-in; a bare number is no service's."""
    name = at.hostname or ""
    last = name.rpartition(".")[2]
    is_number = last.isdigit() or ":" in name
    return "@" not in at.netloc and "." in name.strip(".") and not is_number


def _open_address(name: str) -> str:
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as problem:
        raise NotAsked(type(problem).__name__) from None
    if not found or not all(_is_open(address) for address in found):
        raise Elsewhere("not on the open internet")
    return found[0]


def _is_open(address: str) -> bool:
    """Also of the address that one of IPv6 carries inside, by whichever way of carrying it."""
    at = ip_address(address.partition("%")[0])
    return all(a.is_global and not a.is_multicast for a in (at, *_inside(at)))


def _inside(at: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(at, IPv4Address):
        return []
    carried = [at.ipv4_mapped, at.sixtofour, *(at.teredo or ())]
    if at in NAT64:
        carried.append(IPv4Address(int(at) & 0xFFFFFFFF))
    return [a for a in carried if a is not None]
