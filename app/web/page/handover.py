"""A link to hand over: as text to copy and as a QR code to point a phone at."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app import gate
from app.foundation.config import LOOPBACK
from app.web.page.qr import Qr, draw


@dataclass(frozen=True)
class Handed:
    """One link as the screen shows it, once."""

    address: str
    qr: Qr
    is_here_only: bool
    """The desk's address means "this machine" on every machine: it must be set first."""


def link(path: str) -> Handed:
    """The path under the desk's own address, whatever host the request named."""
    address = gate.runtime().settings.base_url + path
    return Handed(address, draw(address), urlsplit(address).hostname in LOOPBACK)
