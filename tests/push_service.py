"""A push service on loopback and the browsers behind it: takes pushes and decrypts them.

It reads by the RFCs' own words, not by the desk's code.
"""

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.jwk import ECKey


@dataclass
class Browser:
    """A browser that subscribed."""

    path: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen secrets!"

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(
            form.Encoding.X962, form.PublicFormat.UncompressedPoint
        )

    def read(self, body: bytes) -> bytes:
        """RFC 8188: salt, record size, key; RFC 8291: how the key is derived."""
        salt, size, theirs = body[:16], int.from_bytes(body[16:20], "big"), body[21:86]
        assert len(body) <= 4096 == size
        assert body[20] == 65
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        material = derive(shared, self.auth, b"WebPush: info\0" + self.point + theirs, 32)
        key = derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(material, salt, b"Content-Encoding: nonce\0", 12)
        return AESGCM(key).decrypt(nonce, body[86:], None).rstrip(b"\0").removesuffix(b"\2")


@dataclass
class Told:
    """One push that was taken or refused."""

    path: str
    headers: dict[str, str]
    shown: dict[str, Any]

    @property
    def text(self) -> str:
        return f"{self.shown['title']}\n{self.shown['body']}"


@dataclass
class PushService:
    """Where it listens, what came in, and how it should answer."""

    url: str = ""
    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    browsers: dict[str, Browser] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    """For one browser alone."""

    def browser(self, name: str = "phone") -> Browser:
        return self.browsers.setdefault(f"/push/{name}", Browser(f"/push/{name}"))

    def fields(self, name: str = "phone") -> dict[str, str]:
        """What that browser's script sends to the desk."""
        browser = self.browser(name)
        return {
            "endpoint": self.url + browser.path,
            "point": text(browser.point),
            "auth": text(browser.auth),
        }

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        shown = json.loads(self.browsers[path].read(body))
        self.check_stamp(headers["Authorization"])
        self.told.append(Told(path, headers, shown))
        return self.statuses.get(path, self.status)

    def check_stamp(self, header: str) -> None:
        scheme, _, rest = header.partition(" ")
        parts = dict(p.strip().split("=", 1) for p in rest.split(","))
        assert scheme == "vapid"
        x = raw(parts["k"])
        key = ECKey.import_key(
            {"kty": "EC", "crv": "P-256", "x": text(x[1:33]), "y": text(x[33:65])}
        )
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"]).claims
        assert claims["aud"] == self.url
        assert claims["sub"].startswith(("https:", "mailto:"))


def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def text(given: bytes) -> str:
    return urlsafe_b64encode(given).rstrip(b"=").decode()


def raw(given: str) -> bytes:
    return urlsafe_b64decode(given + "=" * (-len(given) % 4))


class _Talk(BaseHTTPRequestHandler):
    service: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.service.take(self.path, dict(self.headers), body))
        for name, value in {"Content-Length": "0", **self.service.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """The tests' own output stays readable."""


@contextmanager
def listening() -> Iterator[PushService]:
    """A service on a free port."""
    service = PushService()
    handler = type("Talk", (_Talk,), {"service": service})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        service.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield service
        server.shutdown()
        thread.join(10)
