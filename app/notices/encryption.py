"""A push's content, readable by the one browser it is for: RFC 8291 over RFC 8188."""

import os
from base64 import urlsafe_b64decode
from binascii import Error
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RECORD = 4096
"""The largest body that every push service takes."""
LARGEST = RECORD - 86 - 17
"""Of the content itself: without the header, the tag and the end mark."""
END = b"\x02"
CURVE = ec.SECP256R1()


@dataclass(frozen=True)
class BrowserKeys:
    """What a browser gives: its public key (p256dh) and the secret it shares with the desk."""

    point: bytes
    auth: bytes

    def __post_init__(self) -> None:
        if len(self.point) != 65 or len(self.auth) != 16:
            raise ValueError("not a browser's keys")
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, self.point)


def encrypt(
    content: bytes,
    keys: BrowserKeys,
    *,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """One record. Salt and key are new for each push; only a test gives its own."""
    if len(content) > LARGEST:
        raise ValueError("too long for one push")
    salt, key = salt or os.urandom(16), key or ec.generate_private_key(CURVE)
    ours = key.public_key().public_bytes(form.Encoding.X962, form.PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.point)
    shared = key.exchange(ec.ECDH(), theirs)
    material = _derive(shared, keys.auth, b"WebPush: info\0" + keys.point + ours, 32)
    sealing = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(sealing).encrypt(nonce, content + END, None)


def decoded(text: str) -> bytes:
    """What a browser wrote in base64url, with or without padding; nothing else is read over."""
    if not text.isascii() or not text.replace("-", "").replace("_", "").rstrip("=").isalnum():
        raise ValueError("not base64url")
    try:
        return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except Error as problem:
        raise ValueError("not base64url") from problem


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
